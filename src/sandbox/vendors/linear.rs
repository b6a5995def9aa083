//! Linear: a token is revoked by whoever holds it, each for itself; its data is asked for in GraphQL.

use axum::http::StatusCode;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::sandbox::authorize;
use crate::sandbox::call::put;
use crate::sandbox::call::{Answer, Call};
use crate::sandbox::clients::{ClientAuth, RefreshPolicy};
use crate::sandbox::exchange::issue;
use crate::sandbox::faults::Endpoint;
use crate::sandbox::settings::Lifetime;
use crate::sandbox::state::VendorState;
use crate::sandbox::tokens::{KilledBy, TokenKind};
use crate::sandbox::vendors::{App, Handler, Profile};

mod graphql;

pub(super) const PROFILE: Profile = Profile {
    title: "Linear",
    name: "linear",
    apps: &[App {
        provider: "linear",
        vars: &[("web", "/linear"), ("api", "/linear")],
    }],
    route,
    spell: |kind, random, _| match kind {
        TokenKind::Refresh => format!("lin_refresh_{random}"),
        _ => format!("lin_oauth_{random}"),
    },
    scope_separator: ',',
    default_scope: &["read"],
    access_ttl: Lifetime::Seconds(86_399),
    refresh: RefreshPolicy::Graceful,
    pkce_required: false,
    limited,
    error_inside: || {
        let why = "Internal server error";
        json!({ "data": null, "errors": [graphql::error(why, "INTERNAL_SERVER_ERROR", 500)] })
    },
    ..Profile::PLAIN
};

fn route(method: &str, segments: &[&str]) -> Option<(Endpoint, Handler)> {
    Some(match (method, segments) {
        ("GET", ["oauth", "authorize"]) => (Endpoint::Authorize, authorize::ask),
        ("POST", ["oauth", "authorize"]) => (Endpoint::Authorize, authorize::decide),
        ("POST", ["oauth", "token"]) => (Endpoint::Token, token),
        ("POST", ["oauth", "revoke"]) => (Endpoint::Revoke, revoke),
        ("POST", ["graphql"]) => (Endpoint::List, graphql::answer),
        _ => return None,
    })
}

fn token(state: &mut VendorState, call: &Call) -> Answer {
    let known = state
        .authenticated(call, ClientAuth::Either)
        .or_else(|| by_verifier(state, call));
    let Some(client_id) = known else {
        let why = "Invalid client: client credentials are invalid";
        return oauth_error(StatusCode::UNAUTHORIZED, "invalid_client", why);
    };
    let issued = match issue(state, &client_id, call, |_| true) {
        Ok(issued) => issued,
        Err(refused) => {
            let (error, why) = refused.standard();
            return oauth_error(StatusCode::BAD_REQUEST, error, why);
        }
    };
    let mut scope = issued.grant.scope;
    if !scope.iter().any(|scope| scope == "read") {
        scope.insert(0, "read".to_owned());
    }
    let reply = json!({
        "access_token": issued.access,
        "refresh_token": issued.refresh,
        "token_type": "Bearer",
        "expires_in": state.settings.access_ttl.seconds(),
        "scope": scope.join(" "),
    });
    Answer::json(StatusCode::OK, &reply)
}

/// A code that was asked for with PKCE is exchanged by the client's id alone.
fn by_verifier(state: &VendorState, call: &Call) -> Option<String> {
    call.form("code_verifier")?;
    if call.form("client_secret").is_some() || call.basic().is_some() {
        return None;
    }
    let client = state.client(call.form("client_id")?)?;
    Some(client.client_id.clone())
}

/// Whoever holds a token may end it, and nothing else dies with it: no cascade is documented. A token that was revoked
/// before is answered by 400, one that was never issued by 401.
fn revoke(state: &mut VendorState, call: &Call) -> Answer {
    let named = ["token", "access_token", "refresh_token"].map(|name| call.form(name));
    let mut given = named.into_iter().chain([call.bearer()]).flatten();
    let (Some(value), None) = (given.next(), given.next()) else {
        let why = "Exactly one token has to be given.";
        return oauth_error(StatusCode::BAD_REQUEST, "invalid_request", why);
    };
    let Some(token) = state.tokens.find(value) else {
        let why = "The token cannot be authenticated.";
        return oauth_error(StatusCode::UNAUTHORIZED, "invalid_token", why);
    };
    if !token.is_alive() {
        let why = "Unable to revoke the token, it may be revoked already.";
        return oauth_error(StatusCode::BAD_REQUEST, "invalid_request", why);
    }
    let value = value.to_owned();
    state
        .tokens
        .kill(KilledBy::Revoked, |token| token.value == value);
    Answer::json(StatusCode::OK, &json!({ "success": true }))
}

/// A rate limit is a bad request here, with the reset in milliseconds. It looks like a token that is gone already to
/// whoever reads the status alone.
fn limited(retry_after: u32) -> Answer {
    let reset = Timestamp::now().as_millisecond() + i64::from(retry_after) * 1_000;
    let mut error = graphql::error("Rate limit exceeded.", "RATELIMITED", 429);
    put(&mut error, "path", Value::Null);
    Answer::json(StatusCode::BAD_REQUEST, &json!({ "errors": [error] }))
        .header("x-ratelimit-requests-limit", "5000")
        .header("x-ratelimit-requests-remaining", "0")
        .header("x-ratelimit-requests-reset", &reset.to_string())
}

fn oauth_error(status: StatusCode, error: &str, why: &str) -> Answer {
    Answer::json(status, &json!({ "error": error, "error_description": why }))
}
