//! Pipedrive: which token is revoked decides whether the app stays installed, and the API has a host of its own.

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
use crate::sandbox::items::{self, Row};
use crate::sandbox::settings::Lifetime;
use crate::sandbox::state::VendorState;
use crate::sandbox::tokens::{KilledBy, Token, TokenKind};
use crate::sandbox::vendors::{App, Handler, Profile};

pub(super) const PROFILE: Profile = Profile {
    title: "Pipedrive",
    name: "pipedrive",
    apps: &[App {
        provider: "pipedrive",
        vars: &[("web", "/pipedrive"), ("oauth", "/pipedrive")],
    }],
    route,
    spell: |kind, random, _| match kind {
        TokenKind::Refresh => format!("1:2:{random}"),
        _ => format!("v1u:{random}"),
    },
    default_scope: &["base", "deals:read", "contacts:read"],
    access_ttl: Lifetime::Seconds(3_600),
    refresh: RefreshPolicy::Static,
    pkce_required: false,
    limited: |retry_after| {
        let body = json!({ "success": false, "error": "request over limit", "errorCode": 429 });
        metered(Answer::json(StatusCode::TOO_MANY_REQUESTS, &body), 0)
            .header("x-ratelimit-reset", &retry_after.to_string())
            .header("retry-after", &retry_after.to_string())
    },
    error_inside: || json!({ "success": false, "error": "Internal error" }),
    ..Profile::PLAIN
};

fn route(method: &str, segments: &[&str]) -> Option<(Endpoint, Handler)> {
    Some(match (method, segments) {
        ("GET", ["oauth", "authorize"]) => (Endpoint::Authorize, authorize::ask),
        ("POST", ["oauth", "authorize"]) => (Endpoint::Authorize, authorize::decide),
        ("POST", ["oauth", "token"]) => (Endpoint::Token, token),
        ("POST", ["oauth", "revoke"]) => (Endpoint::Revoke, revoke),
        ("GET", [_, "api", "v1", "users", "me"]) => (Endpoint::Probe, me),
        ("GET", [_, "api", "v2", "deals"]) => (Endpoint::List, deals),
        ("GET", [_, "api", "v2", "persons"]) => (Endpoint::List, persons),
        ("GET", [_, "api", "v2", "organizations"]) => (Endpoint::List, organizations),
        _ => return None,
    })
}

fn token(state: &mut VendorState, call: &Call) -> Answer {
    let Some(client_id) = state.authenticated(call, ClientAuth::Basic) else {
        return invalid_client();
    };
    let issued = match issue(state, &client_id, call, |_| true) {
        Ok(issued) => issued,
        Err(refused) => return in_own_words(refused),
    };
    let reply = json!({
        "access_token": issued.access,
        "refresh_token": issued.refresh,
        "token_type": "Bearer",
        "expires_in": state.settings.access_ttl.seconds(),
        "scope": issued.grant.scope.join(","),
        "api_domain": format!("{}/{}", state.base, company(&issued.grant.account)),
    });
    Answer::json(StatusCode::OK, &reply)
}

fn in_own_words(refused: Refused) -> Answer {
    let why = match refused {
        Refused::UnsupportedGrantType | Refused::Device(_) => {
            "Unsupported grant type: grant_type is invalid"
        }
        Refused::BadCode | Refused::BadVerifier => "Invalid grant: authorization_code is invalid",
        Refused::RedirectMismatch => "Invalid request: redirect_uri is invalid",
        Refused::BadRefreshToken => "Invalid grant: refresh_token is invalid",
        Refused::InvalidRequest(why) => why,
    };
    oauth_error(refused.standard().0, why)
}

/// RFC 7009, with two ends: a refresh token takes the installation with it, an access token goes alone. The hint is no
/// more than a hint, and a token that is unknown is answered like one that was revoked.
fn revoke(state: &mut VendorState, call: &Call) -> Answer {
    let Some(client_id) = state.authenticated(call, ClientAuth::Basic) else {
        return invalid_client();
    };
    let Some(value) = call.form("token") else {
        return oauth_error("invalid_request", "Missing parameter: token");
    };
    let own = state
        .tokens
        .live(value)
        .filter(|token| token.client_id == client_id);
    if let Some(token) = own.cloned() {
        state
            .tokens
            .kill(KilledBy::Revoked, |other| other.value == token.value);
        if token.kind.is_refresh() {
            state
                .tokens
                .kill_all_of(KilledBy::Uninstalled, &token.account, &client_id);
        }
    }
    Answer::json(StatusCode::OK, &json!({ "success": true }))
}

fn me(state: &mut VendorState, call: &Call) -> Answer {
    let Some(token) = bearer(state, call) else {
        return unauthorized();
    };
    let account = account(&token.account);
    let reply = json!({ "success": true, "data": {
        "id": account.map(|account| account.number),
        "name": account.map(|account| account.name),
        "email": account.map(|account| account.email),
        "company_id": account.map(|account| 7_000_000 + account.number),
        "company_name": account.map(|account| format!("{}'s company", account.name)),
        "company_domain": company(&token.account),
    } });
    metered(Answer::json(StatusCode::OK, &reply), 79)
}

fn deals(state: &mut VendorState, call: &Call) -> Answer {
    list(state, call, "deals", |row| {
        json!({
            "title": items::title(call, row.index),
            "status": if row.index.is_multiple_of(4) { "won" } else { "open" },
            "value": 100 + row.index * 37 % 9_000,
        })
    })
}

fn persons(state: &mut VendorState, call: &Call) -> Answer {
    list(
        state,
        call,
        "persons",
        |row| json!({ "name": items::person(call, row.index) }),
    )
}

fn organizations(state: &mut VendorState, call: &Call) -> Answer {
    list(
        state,
        call,
        "organizations",
        |row| json!({ "name": items::company(call, row.index) }),
    )
}

fn list(state: &VendorState, call: &Call, entity: &str, show: impl Fn(&Row) -> Value) -> Answer {
    if bearer(state, call).is_none() {
        return unauthorized();
    }
    let since = call.query("updated_since").map(str::parse::<Timestamp>);
    let (Ok(since), Some(start)) = (
        since.transpose(),
        call.query("cursor")
            .map_or(Some(0), |cursor| cursor.strip_prefix("from-")?.parse().ok()),
    ) else {
        let body = json!({ "success": false, "error": "Validation failed", "code": "ERR_SCHEMA_VALIDATION_FAILED" });
        return Answer::json(StatusCode::BAD_REQUEST, &body);
    };
    let size = call.number("limit").unwrap_or(100).clamp(1, 500);
    let rows = items::rows(state, entity, state.settings.items, since);
    let (page, next) = items::page(&rows, start, size);
    let data = page.iter().map(|row| {
        let mut item = show(row);
        put(&mut item, "id", json!(row.index + 1));
        put(&mut item, "update_time", json!(row.updated_at.to_string()));
        item
    });
    let reply = json!({
        "success": true,
        "data": data.collect::<Vec<_>>(),
        "additional_data": { "next_cursor": next.map(|next| format!("from-{next}")) },
    });
    metered(Answer::json(StatusCode::OK, &reply), 79)
}

/// The live access token of a call, at the host of its own company.
fn bearer<'a>(state: &'a VendorState, call: &Call) -> Option<&'a Token> {
    let token = state.bearer(call)?;
    let at_home = call
        .segments()
        .get(1)
        .is_some_and(|host| *host == company(&token.account));
    at_home.then_some(token)
}

/// The first part of a company's host name.
fn company(login: &str) -> String {
    format!("{login}-company")
}

fn metered(answer: Answer, remaining: u32) -> Answer {
    answer
        .header("x-ratelimit-limit", "80")
        .header("x-ratelimit-remaining", &remaining.to_string())
        .header("x-daily-ratelimit-token-remaining", "29999")
}

/// The vendor's list of status codes knows no 401 at its OAuth host.
fn invalid_client() -> Answer {
    oauth_error("invalid_client", "Invalid client: client is invalid")
}

fn oauth_error(error: &str, why: &str) -> Answer {
    let body = json!({ "success": false, "message": why, "error": error });
    Answer::json(StatusCode::BAD_REQUEST, &body)
}

fn unauthorized() -> Answer {
    let body = json!({
        "success": false,
        "error": "unauthorized access",
        "errorCode": 401,
        "error_info": "Please check developers.pipedrive.com",
    });
    Answer::json(StatusCode::UNAUTHORIZED, &body)
}
