//! GitHub, as an OAuth app sees it.

use axum::http::StatusCode;
use axum::http::header::AUTHORIZATION;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::sandbox::accounts::account;
use crate::sandbox::authorize;
use crate::sandbox::call::{Answer, Call};
use crate::sandbox::clients::{ClientAuth, authenticate};
use crate::sandbox::device;
use crate::sandbox::faults::Endpoint;
use crate::sandbox::state::VendorState;
use crate::sandbox::tokens::{KilledBy, Token, TokenKind};
use crate::sandbox::vendors::{App, Handler, Profile};

mod issues;
mod token;

pub(super) const PROFILE: Profile = Profile {
    title: "GitHub",
    name: "github",
    apps: &[App {
        provider: "github",
        vars: &[("web", "/github"), ("api", "/github/api")],
    }],
    route,
    spell,
    request_id_header: "x-github-request-id",
    code_is_enough: true,
    devices: true,
    error_inside: || {
        problem(
            "server_error",
            "Something went wrong while executing your request.",
        )
    },
    ..Profile::PLAIN
};

/// Calls per hour of one person.
const HOURLY: u64 = 5_000;

pub(super) fn spell(kind: TokenKind, random: &str, expires: bool) -> String {
    match kind {
        TokenKind::Refresh => format!("ghr_{random}"),
        TokenKind::Installation => format!("ghs_{random}"),
        _ if expires => format!("ghu_{random}"),
        _ => format!("gho_{random}"),
    }
}

pub(super) fn route(method: &str, segments: &[&str]) -> Option<(Endpoint, Handler)> {
    Some(match (method, segments) {
        ("GET", ["login", "oauth", "authorize"]) => (Endpoint::Authorize, authorize::ask),
        ("POST", ["login", "oauth", "authorize"]) => (Endpoint::Authorize, authorize::decide),
        ("POST", ["login", "oauth", "access_token"]) => (Endpoint::Token, token::token),
        ("POST", ["login", "device", "code"]) => (Endpoint::Device, token::device_code),
        ("GET", ["login", "device"]) => (Endpoint::Authorize, device::ask),
        ("POST", ["login", "device"]) => (Endpoint::Authorize, device::answer),
        ("POST", ["api", "applications", _, "token"]) => (Endpoint::Probe, check),
        ("DELETE", ["api", "applications", _, "token"]) => (Endpoint::Revoke, delete_token),
        ("DELETE", ["api", "applications", _, "grant"]) => (Endpoint::Uninstall, delete_grant),
        ("POST", ["api", "credentials", "revoke"]) => (Endpoint::Revoke, revoke_leaked),
        ("GET", ["api", "user"]) => (Endpoint::Probe, user),
        ("GET", ["api", "issues"] | ["api", "repos", _, _, "issues"]) => {
            (Endpoint::List, issues::issues)
        }
        _ => return None,
    })
}

fn problem(error: &str, why: &str) -> Value {
    json!({ "error": error, "error_description": why })
}

fn check(state: &mut VendorState, call: &Call) -> Answer {
    let token = match token_of_app(state, call) {
        Ok(token) => token,
        Err(refusal) => return refusal,
    };
    let reply = json!({
        "id": token.grant,
        "token_last_eight": token.value.get(token.value.len().saturating_sub(8)..),
        "app": { "client_id": token.client_id },
        "scopes": state.tokens.grant(token.grant).map(|grant| grant.scope.clone()),
        "created_at": token.issued_at.to_string(),
        "expires_at": token.expires_at.map(|end| end.to_string()),
        "user": person(&token.account),
    });
    limited(call, Answer::json(StatusCode::OK, &reply))
}

fn delete_token(state: &mut VendorState, call: &Call) -> Answer {
    match token_of_app(state, call) {
        Ok(token) => {
            state
                .tokens
                .kill(KilledBy::Revoked, |other| other.value == token.value);
            Answer::empty(StatusCode::NO_CONTENT)
        }
        Err(refusal) => refusal,
    }
}

/// All tokens of the app for that person.
fn delete_grant(state: &mut VendorState, call: &Call) -> Answer {
    match token_of_app(state, call) {
        Ok(token) => {
            state
                .tokens
                .kill_all_of(KilledBy::Uninstalled, &token.account, &token.client_id);
            Answer::empty(StatusCode::NO_CONTENT)
        }
        Err(refusal) => refusal,
    }
}

/// The way for whoever finds a token: it has to be called without authentication.
fn revoke_leaked(state: &mut VendorState, call: &Call) -> Answer {
    if call.header(AUTHORIZATION.as_str()).is_some() {
        return message(
            StatusCode::FORBIDDEN,
            "This endpoint must be called without authentication",
        );
    }
    let Some(found) = call
        .json_list("credentials")
        .filter(|found| (1..=1_000).contains(&found.len()))
    else {
        return message(StatusCode::UNPROCESSABLE_ENTITY, "Validation Failed");
    };
    state.tokens.kill(KilledBy::Revoked, |token| {
        found.contains(&token.value.as_str())
    });
    Answer::json(StatusCode::ACCEPTED, &json!({}))
}

fn user(state: &mut VendorState, call: &Call) -> Answer {
    match bearer(state, call) {
        Some(token) if token.kind == TokenKind::Installation => not_for_this_token(),
        Some(token) => limited(call, Answer::json(StatusCode::OK, &person(&token.account))),
        None => bad_credentials(),
    }
}

/// The live token in the body of a call that the app itself makes, by Basic with its id and secret.
fn token_of_app(state: &VendorState, call: &Call) -> Result<Token, Answer> {
    let Some(client) = authenticate(&state.clients, call, ClientAuth::Basic) else {
        return Err(bad_credentials());
    };
    let in_path = call
        .segments()
        .get(3)
        .is_some_and(|id| *id == client.client_id);
    let Some(value) = call.json("access_token") else {
        return Err(message(
            StatusCode::UNPROCESSABLE_ENTITY,
            "Validation Failed",
        ));
    };
    let token = state
        .tokens
        .live(value)
        .filter(|token| in_path && token.client_id == client.client_id);
    token
        .cloned()
        .ok_or_else(|| message(StatusCode::NOT_FOUND, "Not Found"))
}

pub(super) fn bearer<'a>(state: &'a VendorState, call: &Call) -> Option<&'a Token> {
    // GitHub's own older scheme is `token`.
    let value = call
        .bearer()
        .or_else(|| call.header(AUTHORIZATION.as_str())?.strip_prefix("token "))?;
    state
        .tokens
        .live(value)
        .filter(|token| [TokenKind::Access, TokenKind::Installation].contains(&token.kind))
}

pub(super) fn person(login: &str) -> Value {
    let account = account(login);
    json!({
        "login": login,
        "id": account.map(|account| account.number),
        "name": account.map(|account| account.name),
        "email": account.map(|account| account.email),
    })
}

pub(super) fn limited(call: &Call, answer: Answer) -> Answer {
    let used = call.ordinal % HOURLY + 1;
    let now = Timestamp::now().as_second();
    answer
        .header("x-ratelimit-limit", &HOURLY.to_string())
        .header("x-ratelimit-used", &used.to_string())
        .header("x-ratelimit-remaining", &(HOURLY - used).to_string())
        .header(
            "x-ratelimit-reset",
            &(now - now % 3_600 + 3_600).to_string(),
        )
        .header("x-ratelimit-resource", "core")
}

/// An installation is nobody, and a person is no installation.
pub(super) fn not_for_this_token() -> Answer {
    message(
        StatusCode::FORBIDDEN,
        "Resource not accessible by integration",
    )
}

pub(super) fn bad_credentials() -> Answer {
    message(StatusCode::UNAUTHORIZED, "Bad credentials")
}

pub(super) fn message(status: StatusCode, text: &str) -> Answer {
    Answer::json(
        status,
        &json!({ "message": text, "status": status.as_str() }),
    )
}
