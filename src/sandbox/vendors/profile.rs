//! What sets one vendor apart from the others, in one place.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::sandbox::call::{Answer, Call};
use crate::sandbox::clients::RefreshPolicy;
use crate::sandbox::faults::Endpoint;
use crate::sandbox::settings::{Lifetime, Never};
use crate::sandbox::state::VendorState;
use crate::sandbox::tokens::TokenKind;

/// Answers one kind of call.
pub(in crate::sandbox) type Handler = fn(&mut VendorState, &Call) -> Answer;

/// Everything about a vendor that its answers do not say.
pub(in crate::sandbox) struct Profile {
    /// The name for people.
    pub(in crate::sandbox) title: &'static str,
    /// The name in addresses, and in the control API.
    pub(in crate::sandbox) name: &'static str,
    /// A further first segment of this vendor's addresses, for a host of which a client knows the name only.
    pub(in crate::sandbox) root: Option<&'static str>,
    /// The provider files that speak to this vendor.
    pub(in crate::sandbox) apps: &'static [App],
    /// What an address without the vendor's name is, and who answers there.
    pub(in crate::sandbox) route: Router,
    /// What a call is whose address does not tell it, GraphQL's being one for everything.
    pub(in crate::sandbox) by_body: fn(&Call, Endpoint) -> Endpoint,
    /// A fresh token out of unguessable digits; the last says whether access tokens expire.
    pub(in crate::sandbox) spell: fn(TokenKind, &str, bool) -> String,
    pub(in crate::sandbox) request_id_header: &'static str,
    pub(in crate::sandbox) scope_separator: char,
    /// What is granted when nothing is asked for.
    pub(in crate::sandbox) default_scope: &'static [&'static str],
    pub(in crate::sandbox) access_ttl: Lifetime,
    pub(in crate::sandbox) refresh: RefreshPolicy,
    pub(in crate::sandbox) pkce_required: bool,
    /// Whether a code alone says that it is to be exchanged, without a `grant_type`.
    pub(in crate::sandbox) code_is_enough: bool,
    /// Whether devices are served.
    pub(in crate::sandbox) devices: bool,
    /// Whether a refresh token has to be asked for by `access_type=offline`.
    pub(in crate::sandbox) asks_offline: bool,
    /// What a client hears who has asked too often, and may come back in so many seconds.
    pub(in crate::sandbox) limited: fn(u32) -> Answer,
    /// The error that stands in an answer of 200.
    pub(in crate::sandbox) error_inside: fn() -> Value,
}

/// Knows from a method and the segments of a path what is called, and who answers there.
type Router = fn(&str, &[&str]) -> Option<(Endpoint, Handler)>;

/// A provider file, and where its variables have to point for it to reach the sandbox.
#[derive(Clone, Copy)]
pub(in crate::sandbox) struct App {
    pub(in crate::sandbox) provider: &'static str,
    /// Names, and values; those that begin with a slash are paths below the sandbox's address.
    pub(in crate::sandbox) vars: &'static [(&'static str, &'static str)],
}

impl Profile {
    /// Keeps to the RFCs; what a vendor does not name is as here.
    pub(super) const PLAIN: Self = Self {
        title: "",
        name: "",
        root: None,
        apps: &[],
        route: |_, _| None,
        by_body: |_, endpoint| endpoint,
        spell: |_, random, _| random.to_owned(),
        request_id_header: "x-request-id",
        scope_separator: ' ',
        default_scope: &[],
        access_ttl: Lifetime::Word(Never::Never),
        refresh: RefreshPolicy::Rotating,
        pkce_required: true,
        code_is_enough: false,
        devices: false,
        asks_offline: false,
        limited,
        error_inside: || json!({ "error": "server_error" }),
    };
}

fn limited(retry_after: u32) -> Answer {
    let body = json!({ "ok": false, "error": "ratelimited" });
    Answer::json(StatusCode::TOO_MANY_REQUESTS, &body)
        .header("retry-after", &retry_after.to_string())
}
