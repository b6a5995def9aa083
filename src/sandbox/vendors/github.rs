//! GitHub, as an OAuth app sees it.

use axum::http::StatusCode;
use axum::http::header::AUTHORIZATION;
use jiff::Timestamp;
use serde_json::{Value, json};
use url::form_urlencoded;

use crate::sandbox::accounts::account;
use crate::sandbox::authorize;
use crate::sandbox::call::{Answer, Call};
use crate::sandbox::clients::{ClientAuth, authenticate};
use crate::sandbox::device::{self, NotYet};
use crate::sandbox::exchange::{Exchange, Refused, exchange};
use crate::sandbox::faults::Endpoint;
use crate::sandbox::state::VendorState;
use crate::sandbox::tokens::{KilledBy, Token, TokenKind};
use crate::sandbox::vendors::{Handler, put};

mod issues;

/// Calls per hour of one person.
const HOURLY: u64 = 5_000;

pub(super) fn route(method: &str, segments: &[&str]) -> Option<(Endpoint, Handler)> {
    Some(match (method, segments) {
        ("GET", ["github", "login", "oauth", "authorize"]) => (Endpoint::Authorize, authorize::ask),
        ("POST", ["github", "login", "oauth", "authorize"]) => {
            (Endpoint::Authorize, authorize::decide)
        }
        ("POST", ["github", "login", "oauth", "access_token"]) => (Endpoint::Token, token),
        ("POST", ["github", "login", "device", "code"]) => (Endpoint::Device, device_code),
        ("GET", ["github", "login", "device"]) => (Endpoint::Authorize, device::ask),
        ("POST", ["github", "login", "device"]) => (Endpoint::Authorize, device::answer),
        ("POST", ["github", "api", "applications", _, "token"]) => (Endpoint::Probe, check),
        ("DELETE", ["github", "api", "applications", _, "token"]) => {
            (Endpoint::Revoke, delete_token)
        }
        ("DELETE", ["github", "api", "applications", _, "grant"]) => {
            (Endpoint::Uninstall, delete_grant)
        }
        ("POST", ["github", "api", "credentials", "revoke"]) => (Endpoint::Revoke, revoke_leaked),
        ("GET", ["github", "api", "user"]) => (Endpoint::Probe, user),
        ("GET", ["github", "api", "issues"] | ["github", "api", "repos", _, _, "issues"]) => {
            (Endpoint::List, issues::issues)
        }
        _ => return None,
    })
}

/// Errors come with 200.
fn token(state: &mut VendorState, call: &Call) -> Answer {
    let reply = match client_of(state, call) {
        Some(client_id) => issue(state, &client_id, call).unwrap_or_else(in_own_words),
        None => problem(
            "incorrect_client_credentials",
            "The client_id and/or client_secret passed are incorrect.",
        ),
    };
    in_asked_format(call, &reply)
}

fn issue(state: &mut VendorState, client_id: &str, call: &Call) -> Result<Value, Refused> {
    let (grant, kept) = match exchange(state, client_id, call)? {
        Exchange::First { grant } => (grant, None),
        Exchange::Again { grant, keeps, .. } => {
            // A refresh ends the older access token at once.
            let older = |token: &Token| token.grant == grant && token.kind == TokenKind::Access;
            state.tokens.kill(KilledBy::Rotated, older);
            (grant, keeps)
        }
    };
    let mut reply = json!({
        "access_token": state.issue(grant, TokenKind::Access),
        "token_type": "bearer",
        "scope": state.tokens.grant(grant).map(|grant| grant.scope.join(",")),
    });
    if let Some(seconds) = state.settings.access_ttl.seconds() {
        let refresh = kept.unwrap_or_else(|| state.issue(grant, TokenKind::Refresh));
        put(&mut reply, "expires_in", json!(seconds));
        put(&mut reply, "refresh_token", json!(refresh));
    }
    Ok(reply)
}

fn in_own_words(refused: Refused) -> Value {
    match refused {
        Refused::BadCode | Refused::BadVerifier => problem(
            "bad_verification_code",
            "The code passed is incorrect or expired.",
        ),
        Refused::RedirectMismatch => problem(
            "redirect_uri_mismatch",
            "The redirect_uri MUST match the registered callback URL for this application.",
        ),
        Refused::BadRefreshToken => problem(
            "bad_refresh_token",
            "The refresh token passed is incorrect or expired.",
        ),
        Refused::Device(NotYet::UnknownCode) => problem(
            "incorrect_device_code",
            "The device_code provided is not valid.",
        ),
        Refused::Device(NotYet::SlowDown(interval)) => {
            let mut reply = problem(
                "slow_down",
                "Too many requests have been made in the same timeframe.",
            );
            put(&mut reply, "interval", json!(interval));
            reply
        }
        Refused::InvalidRequest(_) | Refused::UnsupportedGrantType | Refused::Device(_) => {
            let (error, why) = refused.standard();
            problem(error, why)
        }
    }
}

fn problem(error: &str, why: &str) -> Value {
    json!({ "error": error, "error_description": why })
}

/// The device flow asks for the client's id alone.
fn device_code(state: &mut VendorState, call: &Call) -> Answer {
    let known = call
        .form("client_id")
        .and_then(|id| state.client(id))
        .map(|client| client.client_id.clone());
    let Some(client_id) = known else {
        return message(StatusCode::NOT_FOUND, "Not Found");
    };
    let waiting = device::begin(state, client_id, call);
    let reply = json!({
        "device_code": waiting.device_code,
        "user_code": waiting.user_code,
        "verification_uri": format!("{}/login/device", state.base),
        "expires_in": device::LIVES.as_secs(),
        "interval": state.settings.device_interval,
    });
    in_asked_format(call, &reply)
}

fn client_of(state: &VendorState, call: &Call) -> Option<String> {
    if call.form("grant_type") == Some(device::GRANT_TYPE) {
        return Some(state.client(call.form("client_id")?)?.client_id.clone());
    }
    authenticate(&state.clients, call, ClientAuth::Body).map(|client| client.client_id.clone())
}

/// Everything is form-encoded unless JSON is asked for.
fn in_asked_format(call: &Call, reply: &Value) -> Answer {
    if call.accepts_json() {
        return Answer::json(StatusCode::OK, reply);
    }
    let fields = reply.as_object().into_iter().flatten();
    let plain = fields.map(|(name, value)| {
        (
            name,
            value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned),
        )
    });
    let encoded = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(plain)
        .finish();
    Answer::text(
        StatusCode::OK,
        "application/x-www-form-urlencoded; charset=utf-8",
        encoded,
    )
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
            let same = |other: &Token| {
                (&other.account, &other.client_id) == (&token.account, &token.client_id)
            };
            state.tokens.kill(KilledBy::Uninstalled, same);
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

fn bearer<'a>(state: &'a VendorState, call: &Call) -> Option<&'a Token> {
    // GitHub's own older scheme is `token`.
    let value = call
        .bearer()
        .or_else(|| call.header(AUTHORIZATION.as_str())?.strip_prefix("token "))?;
    state
        .tokens
        .live(value)
        .filter(|token| token.kind == TokenKind::Access)
}

fn person(login: &str) -> Value {
    let account = account(login);
    json!({
        "login": login,
        "id": account.map(|account| account.number),
        "name": account.map(|account| account.name),
        "email": account.map(|account| account.email),
    })
}

fn limited(call: &Call, answer: Answer) -> Answer {
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

fn bad_credentials() -> Answer {
    message(StatusCode::UNAUTHORIZED, "Bad credentials")
}

fn message(status: StatusCode, text: &str) -> Answer {
    Answer::json(
        status,
        &json!({ "message": text, "status": status.as_str() }),
    )
}
