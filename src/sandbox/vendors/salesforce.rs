//! Salesforce: the token response says where the API is; a refresh token takes its access tokens with it.

use axum::http::StatusCode;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::sandbox::accounts::{Account, account};
use crate::sandbox::authorize;
use crate::sandbox::call::put;
use crate::sandbox::call::{Answer, Call};
use crate::sandbox::clients::{ClientAuth, RefreshPolicy};
use crate::sandbox::exchange::{Refused, issue};
use crate::sandbox::faults::Endpoint;
use crate::sandbox::id_token::id_token;
use crate::sandbox::settings::Lifetime;
use crate::sandbox::state::VendorState;
use crate::sandbox::tokens::{Grant, KilledBy, TokenKind};
use crate::sandbox::vendors::{App, Handler, Profile};

mod query;

pub(super) const PROFILE: Profile = Profile {
    title: "Salesforce",
    name: "salesforce",
    // The instance: paths begin at its root, and the pages of a query are named by such paths.
    root: Some("services"),
    apps: &[App {
        provider: "salesforce",
        vars: &[("login", "/salesforce")],
    }],
    route,
    spell: |kind, random, _| match kind {
        TokenKind::Refresh => format!("5Aep861{random}"),
        _ => format!("00Dx0000000SBOX!{random}"),
    },
    default_scope: &["api", "refresh_token"],
    access_ttl: Lifetime::Seconds(7_200),
    refresh: RefreshPolicy::Static,
    pkce_required: false,
    limited: |_| {
        let why = "TotalRequests Limit exceeded.";
        data_error(StatusCode::FORBIDDEN, "REQUEST_LIMIT_EXCEEDED", why)
    },
    ..Profile::PLAIN
};

fn route(method: &str, segments: &[&str]) -> Option<(Endpoint, Handler)> {
    Some(match (method, segments) {
        ("GET", ["services", "oauth2", "authorize"]) => (Endpoint::Authorize, authorize::ask),
        ("POST", ["services", "oauth2", "authorize"]) => (Endpoint::Authorize, authorize::decide),
        ("POST", ["services", "oauth2", "token"]) => (Endpoint::Token, token),
        ("GET" | "POST", ["services", "oauth2", "revoke"]) => (Endpoint::Revoke, revoke),
        ("POST", ["services", "oauth2", "introspect"]) => (Endpoint::Introspect, introspect),
        ("GET", ["services", "oauth2", "userinfo"]) => (Endpoint::Probe, userinfo),
        ("GET", ["id", _, _]) => (Endpoint::Probe, userinfo),
        ("GET", ["services", "data"]) => (Endpoint::Other, query::versions),
        ("GET", ["services", "data", _, "limits"]) => (Endpoint::Probe, query::limits),
        ("GET", ["services", "data", _, "query"]) => (Endpoint::List, query::first),
        ("GET", ["services", "data", _, "query", _]) => (Endpoint::List, query::next),
        _ => return None,
    })
}

fn token(state: &mut VendorState, call: &Call) -> Answer {
    let Some(client_id) = state.authenticated(call, ClientAuth::Either) else {
        return wrong_client(state, call);
    };
    let wanted = |grant: &Grant| {
        let refresh = |scope: &String| scope == "refresh_token" || scope == "offline_access";
        grant.scope.iter().any(refresh)
    };
    let issued = match issue(state, &client_id, call, wanted) {
        Ok(issued) => issued,
        Err(refused) => return in_own_words(refused),
    };
    let Some(account) = account(&issued.grant.account) else {
        return oauth_error("inactive_user", "user is inactive");
    };
    let mut reply = json!({
        "access_token": issued.access,
        "instance_url": state.origin,
        "id": format!("{}/id/{ORGANIZATION}/{}", state.base, user_id(account)),
        "token_type": "Bearer",
        "scope": issued.grant.scope.join(" "),
        "issued_at": Timestamp::now().as_millisecond().to_string(),
        "signature": state.mint.hex(),
    });
    let subject = format!("{}/id/{ORGANIZATION}/{}", state.base, user_id(account));
    if let Some(id_token) = id_token(state, &issued, &state.base, &subject) {
        put(&mut reply, "id_token", json!(id_token));
    }
    // Only the first reply has it: it stays the same, unless rotation was switched on.
    let rotated = state.settings.refresh != RefreshPolicy::Static;
    if let Some(refresh) = issued.refresh.filter(|_| !issued.again || rotated) {
        put(&mut reply, "refresh_token", json!(refresh));
    }
    Answer::json(StatusCode::OK, &reply)
}

fn in_own_words(refused: Refused) -> Answer {
    match refused {
        Refused::BadCode => oauth_error("invalid_grant", "expired authorization code"),
        Refused::BadVerifier => oauth_error("invalid_grant", "invalid code verifier"),
        Refused::RedirectMismatch => oauth_error(
            "redirect_uri_mismatch",
            "redirect_uri must match configuration",
        ),
        Refused::BadRefreshToken => oauth_error("invalid_grant", "expired access/refresh token"),
        Refused::InvalidRequest(_) | Refused::UnsupportedGrantType | Refused::Device(_) => {
            let (error, why) = refused.standard();
            oauth_error(error, why)
        }
    }
}

fn wrong_client(state: &VendorState, call: &Call) -> Answer {
    let basic = call.basic().map(|(id, _)| id);
    let id = basic.as_deref().or_else(|| call.form("client_id"));
    if id.and_then(|id| state.client(id)).is_none() {
        return oauth_error("invalid_client_id", "client identifier invalid");
    }
    oauth_error("invalid_client", "invalid client credentials")
}

/// Needs the token alone. A refresh token takes the access tokens of its grant with it, an access token goes alone, and
/// every error is 400.
fn revoke(state: &mut VendorState, call: &Call) -> Answer {
    let Some(value) = call.form("token").or_else(|| call.query("token")) else {
        return oauth_error("invalid_request", "token is missing");
    };
    if !value.starts_with("00D") && !value.starts_with("5Aep") {
        return oauth_error("unsupported_token_type", "this token type is not supported");
    }
    let Some(token) = state.tokens.live(value).cloned() else {
        return oauth_error("invalid_token", "invalid token");
    };
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

fn introspect(state: &mut VendorState, call: &Call) -> Answer {
    let Some(client_id) = state.authenticated(call, ClientAuth::Either) else {
        return wrong_client(state, call);
    };
    let live = call
        .form("token")
        .and_then(|value| state.tokens.live(value));
    let Some(token) = live.filter(|token| token.client_id == client_id) else {
        return Answer::json(StatusCode::OK, &json!({ "active": false }));
    };
    let reply = json!({
        "active": true,
        "client_id": client_id,
        "username": account(&token.account).map(|account| account.email),
        "token_type": if token.kind.is_refresh() { "refresh_token" } else { "access_token" },
        "scope": state.tokens.grant(token.grant).map(|grant| grant.scope.join(" ")),
        "exp": token.expires_at.map(Timestamp::as_second),
        "iat": token.issued_at.as_second(),
    });
    Answer::json(StatusCode::OK, &reply)
}

/// Also what the identity URL of the token response answers. A dead token is forbidden here, in a word that is no JSON.
fn userinfo(state: &mut VendorState, call: &Call) -> Answer {
    let known = state.bearer(call).and_then(|token| account(&token.account));
    let Some(account) = known else {
        let why = match call.bearer() {
            Some(_) => "Bad_OAuth_Token",
            None => "Missing_OAuth_Token",
        };
        return Answer::text(StatusCode::FORBIDDEN, "text/html", why.to_owned());
    };
    let reply = json!({
        "sub": format!("{}/id/{ORGANIZATION}/{}", state.base, user_id(account)),
        "id": format!("{}/id/{ORGANIZATION}/{}", state.base, user_id(account)),
        "user_id": user_id(account),
        "organization_id": ORGANIZATION,
        "preferred_username": account.email,
        "username": account.email,
        "name": account.name,
        "display_name": account.name,
        "email": account.email,
        "urls": { "rest": format!("{}/services/data/v{{version}}/", state.origin) },
    });
    Answer::json(StatusCode::OK, &reply)
}

const ORGANIZATION: &str = "00Dx0000000SBOXEA2";

fn user_id(account: &Account) -> String {
    format!("005x0000000{}AAA", account.number)
}

fn oauth_error(error: &str, why: &str) -> Answer {
    let body = json!({ "error": error, "error_description": why });
    Answer::json(StatusCode::BAD_REQUEST, &body)
}

fn data_error(status: StatusCode, code: &str, why: &str) -> Answer {
    let errors: Value = json!([{ "message": why, "errorCode": code }]);
    Answer::json(status, &errors)
}
