//! Microsoft: no client can revoke a token. What ends access is said to Graph, with rights of an administrator, and
//! access tokens outlive all of it.

use axum::http::StatusCode;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::sandbox::accounts::account;
use crate::sandbox::authorize;
use crate::sandbox::call::put;
use crate::sandbox::call::{Answer, Call};
use crate::sandbox::clients::{ClientAuth, RefreshPolicy};
use crate::sandbox::device::{self, NotYet};
use crate::sandbox::exchange::{Refused, issue};
use crate::sandbox::faults::Endpoint;
use crate::sandbox::id_token::id_token;
use crate::sandbox::settings::Lifetime;
use crate::sandbox::state::VendorState;
use crate::sandbox::tokens::{Grant, KilledBy, TokenKind};
use crate::sandbox::vendors::{App, Handler, Profile};

mod graph;
mod rights;

pub(super) const PROFILE: Profile = Profile {
    title: "Microsoft",
    name: "microsoft",
    apps: &[
        App {
            provider: "microsoft-outlook",
            vars: VARS,
        },
        App {
            provider: "microsoft-teams",
            vars: &[
                ("login", "/microsoft"),
                ("graph", "/microsoft"),
                ("team", "team-1"),
                ("channel", "channel-1"),
            ],
        },
    ],
    route,
    spell: |kind, random, _| match kind {
        TokenKind::Refresh => format!("0.A{random}"),
        _ => format!("EwB{random}"),
    },
    request_id_header: "request-id",
    default_scope: &["User.Read"],
    access_ttl: Lifetime::Seconds(3_599),
    refresh: RefreshPolicy::Additional,
    pkce_required: false,
    devices: true,
    limited: |retry_after| {
        let why = "Please retry again later.";
        graph::error(StatusCode::TOO_MANY_REQUESTS, "TooManyRequests", why)
            .header("retry-after", &retry_after.to_string())
    },
    ..Profile::PLAIN
};

const VARS: &[(&str, &str)] = &[("login", "/microsoft"), ("graph", "/microsoft")];

fn route(method: &str, segments: &[&str]) -> Option<(Endpoint, Handler)> {
    Some(match (method, segments) {
        ("GET", [_, "oauth2", "v2.0", "authorize"]) => (Endpoint::Authorize, authorize::ask),
        ("POST", [_, "oauth2", "v2.0", "authorize"]) => (Endpoint::Authorize, authorize::decide),
        ("POST", [_, "oauth2", "v2.0", "token"]) => (Endpoint::Token, token),
        ("POST", [_, "oauth2", "v2.0", "devicecode"]) => (Endpoint::Device, device_code),
        ("GET", ["devicelogin"]) => (Endpoint::Authorize, device::ask),
        ("POST", ["devicelogin"]) => (Endpoint::Authorize, device::answer),
        (_, ["v1.0", resource @ ..]) => {
            return rights::route(method, resource).or_else(|| graph::route(method, resource));
        }
        _ => return None,
    })
}

fn token(state: &mut VendorState, call: &Call) -> Answer {
    let Some(client_id) = client_of(state, call) else {
        return wrong_client(state, call);
    };
    let offline = |grant: &Grant| grant.scope.iter().any(|scope| scope == "offline_access");
    let end = presented_end(state, call);
    let issued = match issue(state, &client_id, call, offline) {
        Ok(issued) => issued,
        Err(refused) => return in_own_words(call, refused, end),
    };
    let granted = issued.grant.scope.iter();
    // The scope that asks for a refresh token is not said to be granted.
    let granted: Vec<&str> = granted
        .map(String::as_str)
        .filter(|scope| *scope != "offline_access")
        .collect();
    let seconds = state.settings.access_ttl.seconds();
    let mut reply = json!({
        "token_type": "Bearer",
        "scope": granted.join(" "),
        "expires_in": seconds,
        "ext_expires_in": seconds,
        "access_token": issued.access,
    });
    let tenant = call.segments().get(1).copied().unwrap_or_default();
    let issuer = format!("{}/{tenant}/v2.0", state.base);
    let subject = account(&issued.grant.account).map_or_else(String::new, rights::user_id);
    if let Some(id_token) = id_token(state, &issued, &issuer, &subject) {
        put(&mut reply, "id_token", json!(id_token));
    }
    if let Some(refresh) = issued.refresh {
        put(&mut reply, "refresh_token", json!(refresh));
    }
    Answer::json(StatusCode::OK, &reply)
}

/// Devices have no secret to keep.
fn client_of(state: &VendorState, call: &Call) -> Option<String> {
    if call.form("grant_type") == Some(device::GRANT_TYPE) {
        return Some(state.client(call.form("client_id")?)?.client_id.clone());
    }
    state.authenticated(call, ClientAuth::Either)
}

/// What ended the refresh token of a call.
fn presented_end(state: &VendorState, call: &Call) -> Option<KilledBy> {
    state.tokens.find(call.form("refresh_token")?)?.death()
}

fn in_own_words(call: &Call, refused: Refused, end: Option<KilledBy>) -> Answer {
    let (error, code, why) = match refused {
        Refused::BadRefreshToken => {
            let (code, why) = match end {
                Some(KilledBy::Expired) => (70_008, "The refresh token has expired."),
                Some(KilledBy::Uninstalled | KilledBy::Person) => (
                    65_001,
                    "The user or administrator has not consented to use the application.",
                ),
                Some(_) => (
                    50_173,
                    "The provided grant has expired due to it being revoked.",
                ),
                None => (
                    9_002_313,
                    "Invalid request. Request is malformed or invalid.",
                ),
            };
            ("invalid_grant", code, why)
        }
        Refused::BadCode => (
            "invalid_grant",
            70_008,
            "The provided authorization code has expired.",
        ),
        Refused::BadVerifier => (
            "invalid_grant",
            501_481,
            "The Code_Verifier does not match the code_challenge.",
        ),
        Refused::RedirectMismatch => (
            "invalid_client",
            500_112,
            "The reply address does not match the one of the authorization.",
        ),
        Refused::Device(NotYet::Denied) => (
            "authorization_declined",
            70_018,
            "The end user denied the authorization request.",
        ),
        Refused::Device(NotYet::UnknownCode) => (
            "bad_verification_code",
            70_018,
            "The verification code is not recognized.",
        ),
        Refused::Device(not_yet) => {
            let (error, why) = not_yet.standard();
            (error, 70_016, why)
        }
        Refused::InvalidRequest(_) | Refused::UnsupportedGrantType => {
            let (error, why) = refused.standard();
            (error, 900_144, why)
        }
    };
    oauth_error(call, StatusCode::BAD_REQUEST, error, code, why)
}

fn wrong_client(state: &VendorState, call: &Call) -> Answer {
    let basic = call.basic().map(|(id, _)| id);
    let id = basic.as_deref().or_else(|| call.form("client_id"));
    if id.and_then(|id| state.client(id)).is_none() {
        let why = "The application was not found in the directory.";
        let status = StatusCode::BAD_REQUEST;
        return oauth_error(call, status, "unauthorized_client", 700_016, why);
    }
    let why = "Invalid client secret provided.";
    oauth_error(
        call,
        StatusCode::UNAUTHORIZED,
        "invalid_client",
        7_000_215,
        why,
    )
}

/// RFC 8628 without a complete address, and with a sentence for the person.
fn device_code(state: &mut VendorState, call: &Call) -> Answer {
    let known = call.form("client_id").and_then(|id| state.client(id));
    let Some(client_id) = known.map(|client| client.client_id.clone()) else {
        return wrong_client(state, call);
    };
    let waiting = device::begin(state, client_id, call);
    let page = format!("{}/devicelogin", state.base);
    let message = format!(
        "To sign in, open {page} in a browser and enter the code {}.",
        waiting.user_code
    );
    let reply = json!({
        "user_code": waiting.user_code,
        "device_code": waiting.device_code,
        "verification_uri": page,
        "expires_in": device::LIVES.as_secs(),
        "interval": state.settings.device_interval,
        "message": message,
    });
    Answer::json(StatusCode::OK, &reply)
}

fn oauth_error(call: &Call, status: StatusCode, error: &str, code: u32, why: &str) -> Answer {
    let body: Value = json!({
        "error": error,
        "error_description": format!("AADSTS{code}: {why}"),
        "error_codes": [code],
        "timestamp": Timestamp::now().to_string(),
        "trace_id": call.request_id,
        "correlation_id": call.request_id,
    });
    Answer::json(status, &body)
}
