//! Ledger: an accounting service that keeps to the RFCs, discovery included.

use axum::http::StatusCode;
use axum::http::header::AUTHORIZATION;
use serde_json::{Value, json};

use crate::sandbox::accounts::account;
use crate::sandbox::authorize;
use crate::sandbox::call::put;
use crate::sandbox::call::{Answer, Call};
use crate::sandbox::clients::ClientAuth;
use crate::sandbox::device;
use crate::sandbox::exchange::issue;
use crate::sandbox::faults::Endpoint;
use crate::sandbox::settings::Lifetime;
use crate::sandbox::state::VendorState;
use crate::sandbox::tokens::{Grant, KilledBy, Token, TokenKind};
use crate::sandbox::vendors::{App, Handler, Profile};

mod api;

/// Every scope there is.
pub(super) const SCOPES: [&str; 4] = ["profile", "email", "invoices.read", "customers.read"];

pub(super) const PROFILE: Profile = Profile {
    title: "Ledger",
    name: "ledger",
    apps: &[App {
        provider: "ledger",
        vars: &[("base", "/ledger")],
    }],
    route,
    spell: |kind, random, _| match kind {
        TokenKind::Refresh => format!("lrt_{random}"),
        _ => format!("lat_{random}"),
    },
    default_scope: &SCOPES,
    access_ttl: Lifetime::Seconds(3_600),
    devices: true,
    ..Profile::PLAIN
};

fn route(method: &str, segments: &[&str]) -> Option<(Endpoint, Handler)> {
    Some(match (method, segments) {
        ("GET", [".well-known", "oauth-authorization-server", "ledger"]) => {
            (Endpoint::Discovery, server_metadata)
        }
        ("GET", [".well-known", "openid-configuration"]) => {
            (Endpoint::Discovery, openid_configuration)
        }
        ("GET", ["authorize"]) => (Endpoint::Authorize, authorize::ask),
        ("POST", ["authorize"]) => (Endpoint::Authorize, authorize::decide),
        ("POST", ["device_authorization"]) => (Endpoint::Device, device_authorization),
        ("GET", ["device"]) => (Endpoint::Authorize, device::ask),
        ("POST", ["device"]) => (Endpoint::Authorize, device::answer),
        ("POST", ["token"]) => (Endpoint::Token, token),
        ("POST", ["revoke"]) => (Endpoint::Revoke, revoke),
        ("POST", ["introspect"]) => (Endpoint::Introspect, introspect),
        ("GET", ["userinfo"]) => (Endpoint::Probe, userinfo),
        ("GET", ["api", "invoices"]) => (Endpoint::List, api::invoices),
        ("GET", ["api", "customers"]) => (Endpoint::List, api::customers),
        _ => return None,
    })
}

/// RFC 8414 section 2.
fn server_metadata(state: &mut VendorState, _call: &Call) -> Answer {
    let mut document = common_metadata(state);
    let methods = json!(["client_secret_basic", "client_secret_post"]);
    for (name, value) in [
        (
            "revocation_endpoint",
            json!(format!("{}/revoke", state.base)),
        ),
        (
            "revocation_endpoint_auth_methods_supported",
            methods.clone(),
        ),
        (
            "introspection_endpoint",
            json!(format!("{}/introspect", state.base)),
        ),
        ("introspection_endpoint_auth_methods_supported", methods),
    ] {
        put(&mut document, name, value);
    }
    Answer::json(StatusCode::OK, &document)
}

/// OpenID Connect Discovery. It says where `userinfo` is, which RFC 8414 has no name for, and not where to revoke, as
/// many servers do: a client needs both documents.
fn openid_configuration(state: &mut VendorState, _call: &Call) -> Answer {
    let mut document = common_metadata(state);
    put(
        &mut document,
        "userinfo_endpoint",
        json!(format!("{}/userinfo", state.base)),
    );
    Answer::json(StatusCode::OK, &document)
}

fn common_metadata(state: &VendorState) -> Value {
    let base = &state.base;
    json!({
        "issuer": base,
        "authorization_endpoint": format!("{base}/authorize"),
        "token_endpoint": format!("{base}/token"),
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "scopes_supported": SCOPES,
        "response_types_supported": ["code"],
        "device_authorization_endpoint": format!("{base}/device_authorization"),
        "grant_types_supported": ["authorization_code", "refresh_token", device::GRANT_TYPE],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": true,
    })
}

fn token(state: &mut VendorState, call: &Call) -> Answer {
    let Some(client_id) = state.authenticated(call, ClientAuth::Either) else {
        return invalid_client(call);
    };
    let seconds = state.settings.access_ttl.seconds();
    let issued = match issue(state, &client_id, call, |_| seconds.is_some()) {
        Ok(issued) => issued,
        Err(refused) => {
            let (error, why) = refused.standard();
            return error_answer(StatusCode::BAD_REQUEST, error, why);
        }
    };
    let mut reply = json!({
        "access_token": issued.access,
        "token_type": "Bearer",
        "scope": issued.grant.scope.join(" "),
    });
    if let Some(refresh) = issued.refresh {
        put(&mut reply, "expires_in", json!(state.settings.told()));
        put(&mut reply, "refresh_token", json!(refresh));
    }
    // RFC 6749 section 5.1.
    Answer::json(StatusCode::OK, &reply).header("cache-control", "no-store")
}

/// RFC 8628 section 3.2.
fn device_authorization(state: &mut VendorState, call: &Call) -> Answer {
    let Some(client_id) = state.authenticated(call, ClientAuth::Either) else {
        return invalid_client(call);
    };
    let waiting = device::begin(state, client_id, call);
    let reply = json!({
        "device_code": waiting.device_code,
        "user_code": waiting.user_code,
        "verification_uri": format!("{}/device", state.base),
        "verification_uri_complete": format!("{}/device?user_code={}", state.base, waiting.user_code),
        "expires_in": device::LIVES.as_secs(),
        "interval": state.settings.device_interval,
    });
    Answer::json(StatusCode::OK, &reply).header("cache-control", "no-store")
}

/// RFC 7009: a refresh token takes its whole grant with it, an access token goes alone; an unknown or dead token is
/// answered like one that was revoked (section 2.2), and the hint may be wrong (section 2.1).
fn revoke(state: &mut VendorState, call: &Call) -> Answer {
    let Some(client_id) = state.authenticated(call, ClientAuth::Either) else {
        return invalid_client(call);
    };
    let Some(value) = call.form("token") else {
        return error_answer(
            StatusCode::BAD_REQUEST,
            "invalid_request",
            "token is missing.",
        );
    };
    let Some(token) = state.tokens.find(value).cloned() else {
        return Answer::empty(StatusCode::OK);
    };
    if token.client_id != client_id {
        return error_answer(
            StatusCode::BAD_REQUEST,
            "unauthorized_client",
            "The token was issued to another client.",
        );
    }
    state
        .tokens
        .kill(KilledBy::Revoked, |other| other.value == token.value);
    if token.kind.is_refresh() {
        state
            .tokens
            .kill(KilledBy::Cascade, |other| other.grant == token.grant);
    }
    Answer::empty(StatusCode::OK)
}

/// RFC 7662: about a dead token, or somebody else's, nothing is said but that it is not active.
fn introspect(state: &mut VendorState, call: &Call) -> Answer {
    let Some(client_id) = state.authenticated(call, ClientAuth::Either) else {
        return invalid_client(call);
    };
    let Some(value) = call.form("token") else {
        return error_answer(
            StatusCode::BAD_REQUEST,
            "invalid_request",
            "token is missing.",
        );
    };
    let Some(token) = state
        .tokens
        .live(value)
        .filter(|token| token.client_id == client_id)
    else {
        return Answer::json(StatusCode::OK, &json!({ "active": false }));
    };
    let mut reply = json!({
        "active": true,
        "client_id": client_id,
        "username": token.account,
        "sub": subject(&token.account),
        "iss": state.base,
        "iat": token.issued_at.as_second(),
        "scope": state.tokens.grant(token.grant).map(|grant| grant.scope.join(" ")),
    });
    if token.kind == TokenKind::Access {
        put(&mut reply, "token_type", json!("Bearer"));
    }
    if let Some(end) = token.expires_at {
        put(&mut reply, "exp", json!(end.as_second()));
    }
    Answer::json(StatusCode::OK, &reply)
}

fn userinfo(state: &mut VendorState, call: &Call) -> Answer {
    let (token, grant) = match bearer(state, call) {
        Ok(found) => found,
        Err(refusal) => return refusal,
    };
    let mut reply = json!({ "sub": subject(&token.account) });
    if let Some(account) = account(&token.account) {
        put(&mut reply, "name", json!(account.name));
        put(&mut reply, "preferred_username", json!(account.login));
        if grant.scope.iter().any(|scope| scope == "email") {
            put(&mut reply, "email", json!(account.email));
        }
    }
    Answer::json(StatusCode::OK, &reply)
}

fn subject(login: &str) -> String {
    account(login).map_or_else(String::new, |account| format!("ledger-{}", account.number))
}

/// The live access token of a call and its grant; RFC 6750 section 3.1 otherwise.
fn bearer(state: &VendorState, call: &Call) -> Result<(Token, Grant), Answer> {
    if call.bearer().is_none() {
        return Err(Answer::empty(StatusCode::UNAUTHORIZED)
            .header("www-authenticate", "Bearer realm=\"ledger\""));
    }
    state
        .bearer(call)
        .and_then(|token| Some((token.clone(), state.tokens.grant(token.grant)?.clone())))
        .ok_or_else(|| {
            error_answer(
                StatusCode::UNAUTHORIZED,
                "invalid_token",
                "The token is unknown, expired or revoked.",
            )
            .header(
                "www-authenticate",
                "Bearer realm=\"ledger\", error=\"invalid_token\"",
            )
        })
}

/// RFC 6749 section 5.2: the challenge is owed to a client that tried the Authorization header.
fn invalid_client(call: &Call) -> Answer {
    let answer = error_answer(
        StatusCode::UNAUTHORIZED,
        "invalid_client",
        "The client is unknown or its secret wrong.",
    );
    match call.header(AUTHORIZATION.as_str()) {
        Some(_) => answer.header("www-authenticate", "Basic realm=\"ledger\""),
        None => answer,
    }
}

fn error_answer(status: StatusCode, error: &str, why: &str) -> Answer {
    Answer::json(status, &json!({ "error": error, "error_description": why }))
}
