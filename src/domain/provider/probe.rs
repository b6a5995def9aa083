//! The request that tells a live token from a dead one.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::call::{CallAuth, Encode, Verb};
use super::control::ProbeControl;
use super::limited::Limited;
use super::matcher::Matcher;
use super::refusal::{RefusalKind, RefusalWords};
use super::response::Response;
use super::text::Span;

/// A question that tells a live token from a dead one. Proof is the same question accepted before and refused after,
/// so that every answer says which one it answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Question {
    /// The file's `[probe]`.
    Probe,
    /// RFC 7662.
    Introspection,
    /// OpenID Connect's userinfo endpoint.
    Userinfo,
    /// The file's `[installed]`: whether the app is still installed.
    Installed,
    /// Using a refresh token, which spends it: asked once, after its revocation, where the file allows it.
    Refresh,
}

/// The `[probe]` table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProbeSpec {
    /// The HTTP method.
    #[serde(default = "get")]
    pub method: Verb,
    /// Where to, names in braces.
    pub url: String,
    /// How the token or the client shows itself.
    #[serde(default = "bearer")]
    pub auth: CallAuth,
    /// How `params` travel.
    #[serde(default = "no_params")]
    pub encode: Encode,
    /// What is sent.
    #[serde(default)]
    pub params: BTreeMap<String, String>,
    /// Further headers.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// The GraphQL text.
    #[serde(default)]
    pub body: Option<String>,
    /// The token lives; left out: any 2xx that hides no error. Given: a 2xx that does not match says nothing.
    #[serde(default)]
    pub alive: Matcher,
    /// The token is dead. Tested first.
    #[serde(default = "unauthorized")]
    pub dead: Matcher,
    /// The vendor takes the token in the URL alone.
    #[serde(default)]
    pub token_in_url: bool,
    /// The vendor names this token as revoked, which it does not say of a made-up one.
    #[serde(default)]
    pub revoked: Matcher,
    /// The vendor names this token as expired.
    #[serde(default)]
    pub expired: Matcher,
    /// The vendor refuses for the state of an account, a tenant, an app, a network or a session.
    #[serde(default)]
    pub suspended: Matcher,
    /// Too many requests at this question, beside the file's own `limited`.
    #[serde(default)]
    pub limited: Limited,
    /// Whether the question shows by itself that the vendor does not refuse everybody.
    #[serde(default)]
    pub control: Option<ProbeControl>,
    /// How often a connection is asked that nothing else has spoken for, where that is less often than is configured.
    #[serde(default)]
    pub health_every: Option<Span>,
    /// How many refused questions a minute and host the vendor bears before it locks us out, where that is known.
    #[serde(default)]
    pub refusals: Option<u32>,
}

impl ProbeSpec {
    /// A question with nothing but an address: a 401 is its no, any other clear yes its yes.
    #[must_use]
    pub fn new(method: Verb, url: &str, auth: CallAuth) -> Self {
        Self {
            method,
            url: url.to_owned(),
            auth,
            encode: Encode::None,
            params: BTreeMap::new(),
            headers: BTreeMap::new(),
            body: None,
            alive: Matcher::default(),
            dead: unauthorized(),
            token_in_url: false,
            revoked: Matcher::default(),
            expired: Matcher::default(),
            suspended: Matcher::default(),
            limited: Limited::default(),
            control: None,
            health_every: None,
            refusals: None,
        }
    }

    /// What a refusal of this question says of the token's end.
    #[must_use]
    pub fn refusal(&self, refusal: &Response<'_>) -> RefusalKind {
        let words = RefusalWords {
            revoked: &self.revoked,
            expired: &self.expired,
            suspended: &self.suspended,
        };
        words.kind(refusal)
    }

    /// Whether the question shows the token. One that does not is about the account, and says the same whatever the token.
    #[must_use]
    pub fn shows_token(&self) -> bool {
        let places = [&self.url].into_iter().chain(&self.body);
        let mut places = places
            .chain(self.params.values())
            .chain(self.headers.values());
        matches!(self.auth, CallAuth::Bearer | CallAuth::Header(_))
            || places.any(|text| text.contains("{token}") || text.contains("{installation_id}"))
    }
}

fn get() -> Verb {
    Verb::Get
}

fn bearer() -> CallAuth {
    CallAuth::Bearer
}

fn no_params() -> Encode {
    Encode::None
}

fn unauthorized() -> Matcher {
    Matcher::of_status(&[401])
}
