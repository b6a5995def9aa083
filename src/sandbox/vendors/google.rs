//! Google: what a person has allowed belongs to a project, and dies for all its clients at once.

use axum::http::StatusCode;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::sandbox::accounts::account;
use crate::sandbox::authorize;
use crate::sandbox::call::put;
use crate::sandbox::call::{Answer, Call};
use crate::sandbox::clients::{ClientAuth, RefreshPolicy};
use crate::sandbox::exchange::{Refused, issue};
use crate::sandbox::faults::Endpoint;
use crate::sandbox::id_token::id_token;
use crate::sandbox::settings::Lifetime;
use crate::sandbox::state::VendorState;
use crate::sandbox::tokens::{KilledBy, TokenKind};
use crate::sandbox::vendors::{App, Handler, Profile};

mod data;

pub(super) const PROFILE: Profile = Profile {
    title: "Google",
    name: "google",
    apps: &[
        App {
            provider: "gmail",
            vars: VARS,
        },
        App {
            provider: "google-calendar",
            vars: VARS,
        },
    ],
    route,
    spell: |kind, random, _| match kind {
        TokenKind::Refresh => format!("1//0{random}"),
        _ => format!("ya29.{random}"),
    },
    request_id_header: "x-goog-request-id",
    access_ttl: Lifetime::Seconds(3_599),
    refresh: RefreshPolicy::Static,
    pkce_required: false,
    asks_offline: true,
    // The vendor does not say when to come back.
    limited: |_| {
        let why = "Quota exceeded for quota metric 'Queries'.";
        let status = StatusCode::TOO_MANY_REQUESTS;
        data::error(status, "RESOURCE_EXHAUSTED", "rateLimitExceeded", why)
    },
    ..Profile::PLAIN
};

const VARS: &[(&str, &str)] = &[
    ("accounts", "/google"),
    ("oauth", "/google"),
    ("openid", "/google"),
    ("api", "/google"),
    ("certs", "/google"),
];

fn route(method: &str, segments: &[&str]) -> Option<(Endpoint, Handler)> {
    Some(match (method, segments) {
        ("GET", ["o", "oauth2", "v2", "auth"]) => (Endpoint::Authorize, authorize::ask),
        ("POST", ["o", "oauth2", "v2", "auth"]) => (Endpoint::Authorize, authorize::decide),
        ("POST", ["token"]) => (Endpoint::Token, token),
        ("POST", ["revoke"]) => (Endpoint::Revoke, revoke),
        ("GET" | "POST", ["tokeninfo"]) => (Endpoint::Introspect, tokeninfo),
        ("GET", ["v1", "userinfo"]) => (Endpoint::Probe, userinfo),
        ("GET", ["gmail", "v1", "users", "me", "profile"]) => (Endpoint::Probe, data::profile),
        ("GET", ["gmail", "v1", "users", "me", "messages"]) => (Endpoint::List, data::messages),
        ("GET", ["gmail", "v1", "users", "me", "messages", _]) => (Endpoint::Other, data::message),
        ("POST", ["gmail", "v1", "users", "me", "stop"])
        | ("POST", ["calendar", "v3", "channels", "stop"]) => (Endpoint::Other, data::stop),
        ("GET", ["calendar", "v3", "calendars", "primary", "events"]) => {
            (Endpoint::List, data::events)
        }
        _ => return None,
    })
}

fn token(state: &mut VendorState, call: &Call) -> Answer {
    let Some(client_id) = state.authenticated(call, ClientAuth::Body) else {
        let known = call.form("client_id").and_then(|id| state.client(id));
        let why = match known {
            Some(_) => "Unauthorized",
            None => "The OAuth client was not found.",
        };
        return oauth_error(StatusCode::UNAUTHORIZED, "invalid_client", why);
    };
    let issued = match issue(state, &client_id, call, |grant| grant.offline) {
        Ok(issued) => issued,
        Err(refused) => return in_own_words(refused),
    };
    let mut reply = json!({
        "access_token": issued.access,
        "expires_in": state.settings.access_ttl.seconds(),
        "scope": issued.grant.scope.join(" "),
        "token_type": "Bearer",
    });
    let subject = subject(&issued.grant.account).unwrap_or_default();
    if let Some(id_token) = id_token(state, &issued, &state.base, &subject) {
        put(&mut reply, "id_token", json!(id_token));
    }
    // A refresh token does not rotate, and is said once.
    if let Some(refresh) = issued.refresh.filter(|_| !issued.again) {
        put(&mut reply, "refresh_token", json!(refresh));
    }
    Answer::json(StatusCode::OK, &reply)
}

fn in_own_words(refused: Refused) -> Answer {
    let (error, why) = match refused {
        Refused::BadCode => ("invalid_grant", "Malformed auth code."),
        Refused::BadVerifier => ("invalid_grant", "Invalid code verifier."),
        Refused::RedirectMismatch => ("redirect_uri_mismatch", "Bad Request"),
        Refused::BadRefreshToken => ("invalid_grant", "Token has been expired or revoked."),
        Refused::InvalidRequest(_) | Refused::UnsupportedGrantType | Refused::Device(_) => {
            refused.standard()
        }
    };
    oauth_error(StatusCode::BAD_REQUEST, error, why)
}

/// Any token of a person ends all of that person's for every client of the project. The client is not asked who it is.
fn revoke(state: &mut VendorState, call: &Call) -> Answer {
    let Some(value) = call.form("token").or_else(|| call.query("token")) else {
        let why = "Missing required parameter: token";
        return oauth_error(StatusCode::BAD_REQUEST, "invalid_request", why);
    };
    let Some(token) = state.tokens.live(value).cloned() else {
        let why = "Token expired or revoked";
        return oauth_error(StatusCode::BAD_REQUEST, "invalid_token", why);
    };
    state
        .tokens
        .kill(KilledBy::Revoked, |other| other.value == token.value);
    state.tokens.kill(KilledBy::Cascade, |other| {
        other.account == token.account && project(&other.client_id) == project(&token.client_id)
    });
    Answer::json(StatusCode::OK, &json!({}))
}

/// A client's id begins with the number of its project.
fn project(client_id: &str) -> &str {
    client_id
        .split_once('-')
        .map_or(client_id, |(project, _)| project)
}

fn tokeninfo(state: &mut VendorState, call: &Call) -> Answer {
    let value = call
        .query("access_token")
        .or_else(|| call.form("access_token"));
    let live = value.and_then(|value| state.tokens.live(value));
    let Some(token) = live.filter(|token| token.kind == TokenKind::Access) else {
        return oauth_error(StatusCode::BAD_REQUEST, "invalid_token", "Invalid Value");
    };
    let left = |end: Timestamp| (end.as_second() - Timestamp::now().as_second()).to_string();
    let grant = state.tokens.grant(token.grant);
    let reply = json!({
        "azp": token.client_id,
        "aud": token.client_id,
        "sub": subject(&token.account),
        "scope": grant.map(|grant| grant.scope.join(" ")),
        "exp": token.expires_at.map(|end| end.as_second().to_string()),
        "expires_in": token.expires_at.map(left),
        "access_type": if grant.is_some_and(|grant| grant.offline) { "offline" } else { "online" },
    });
    Answer::json(StatusCode::OK, &reply)
}

fn userinfo(state: &mut VendorState, call: &Call) -> Answer {
    let Some(token) = state.bearer(call) else {
        let why = "Invalid Credentials";
        return oauth_error(StatusCode::UNAUTHORIZED, "invalid_request", why);
    };
    let account = account(&token.account);
    let mut reply = json!({
        "sub": subject(&token.account),
        "name": account.map(|account| account.name),
    });
    let scopes = state.tokens.grant(token.grant).map(|grant| &grant.scope);
    if scopes.is_some_and(|scopes| scopes.iter().any(|scope| scope == "email")) {
        put(
            &mut reply,
            "email",
            json!(account.map(|account| account.email)),
        );
        put(&mut reply, "email_verified", Value::Bool(true));
    }
    Answer::json(StatusCode::OK, &reply)
}

fn subject(login: &str) -> Option<String> {
    account(login).map(|account| format!("1000000000000000{}", account.number))
}

fn oauth_error(status: StatusCode, error: &str, why: &str) -> Answer {
    Answer::json(status, &json!({ "error": error, "error_description": why }))
}
