//! HubSpot: revoking ends the refresh token alone; only uninstalling ends everything.

use axum::http::StatusCode;
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
    title: "HubSpot",
    name: "hubspot",
    apps: &[App {
        provider: "hubspot",
        vars: &[("web", "/hubspot"), ("api", "/hubspot")],
    }],
    route,
    spell: |kind, random, _| match kind {
        TokenKind::Refresh => format!("na1-{random}"),
        _ => format!("pat-na1-{random}"),
    },
    request_id_header: "x-hubspot-correlation-id",
    default_scope: &["oauth"],
    access_ttl: Lifetime::Seconds(1_800),
    refresh: RefreshPolicy::Static,
    ..Profile::PLAIN
};

fn route(method: &str, segments: &[&str]) -> Option<(Endpoint, Handler)> {
    Some(match (method, segments) {
        ("GET", ["oauth", "authorize"]) => (Endpoint::Authorize, authorize::ask),
        ("POST", ["oauth", "authorize"]) => (Endpoint::Authorize, authorize::decide),
        ("POST", ["oauth", "2026-03" | "v1", "token"]) => (Endpoint::Token, token),
        ("DELETE", ["oauth", "v1", "refresh-tokens", _]) => (Endpoint::Revoke, revoke_by_path),
        ("POST", ["oauth", "2026-03", "token", "revoke"]) => (Endpoint::Revoke, revoke),
        ("POST", ["oauth", "2026-03", "token", "introspect"]) => (Endpoint::Introspect, introspect),
        ("DELETE", ["appinstalls", "v3", "external-install"]) => (Endpoint::Uninstall, uninstall),
        ("GET", ["account-info", "v3", "details"]) => (Endpoint::Probe, details),
        ("GET", ["crm", "v3", "objects", "contacts"]) => (Endpoint::List, contacts),
        ("GET", ["crm", "v3", "objects", "companies"]) => (Endpoint::List, companies),
        _ => return None,
    })
}

fn token(state: &mut VendorState, call: &Call) -> Answer {
    let Some(client_id) = state.authenticated(call, ClientAuth::Body) else {
        return bad_client(call);
    };
    let issued = match issue(state, &client_id, call, |_| true) {
        Ok(issued) => issued,
        Err(refused) => return in_own_words(call, refused),
    };
    let reply = json!({
        "access_token": issued.access,
        "refresh_token": issued.refresh,
        "token_type": "bearer",
        "expires_in": state.settings.told(),
        "hub_id": hub_id(&issued.grant.account),
        "user_id": user_id(&issued.grant.account),
        "scopes": issued.grant.scope,
    });
    Answer::json(StatusCode::OK, &reply)
}

fn in_own_words(call: &Call, refused: Refused) -> Answer {
    let category = match refused {
        Refused::InvalidRequest(_) => "VALIDATION_ERROR",
        Refused::UnsupportedGrantType | Refused::Device(_) => "BAD_GRANT_TYPE",
        Refused::BadCode | Refused::BadVerifier => "BAD_AUTH_CODE",
        Refused::RedirectMismatch => "BAD_REDIRECT_URI",
        Refused::BadRefreshToken => "BAD_REFRESH_TOKEN",
    };
    error(
        call,
        StatusCode::BAD_REQUEST,
        category,
        refused.standard().1,
    )
}

/// The vendor's spec names the refresh token only, so an access token is left alone and lives its half hour.
fn revoke(state: &mut VendorState, call: &Call) -> Answer {
    let Some(client_id) = state.authenticated(call, ClientAuth::Body) else {
        return bad_client(call);
    };
    let Some(value) = call.form("token") else {
        return error(
            call,
            StatusCode::BAD_REQUEST,
            "VALIDATION_ERROR",
            "token is missing.",
        );
    };
    let revocable = |token: &Token| {
        token.value == value && token.kind == TokenKind::Refresh && token.client_id == client_id
    };
    if state.tokens.kill(KilledBy::Revoked, revocable) == 0 {
        return no_such_token(call);
    }
    Answer::empty(StatusCode::NO_CONTENT)
}

/// The older call, which ends in February 2027: whoever has the token may end it, and it stands in the path.
fn revoke_by_path(state: &mut VendorState, call: &Call) -> Answer {
    let value = call.presented_token().unwrap_or_default();
    let revocable = |token: &Token| token.value == value && token.kind == TokenKind::Refresh;
    if state.tokens.kill(KilledBy::Revoked, revocable) == 0 {
        return no_such_token(call);
    }
    Answer::empty(StatusCode::NO_CONTENT)
}

fn introspect(state: &mut VendorState, call: &Call) -> Answer {
    let Some(client_id) = state.authenticated(call, ClientAuth::Body) else {
        return bad_client(call);
    };
    let known = call
        .form("token")
        .and_then(|value| state.tokens.live(value));
    let Some(token) = known.filter(|token| token.client_id == client_id) else {
        return Answer::json(StatusCode::OK, &json!({ "active": false }));
    };
    let left = token
        .expires_at
        .map(|end| end.as_second() - jiff::Timestamp::now().as_second());
    let reply = json!({
        "active": true,
        "token_use": if token.kind == TokenKind::Refresh { "refresh_token" } else { "access_token" },
        "client_id": client_id,
        "hub_id": hub_id(&token.account),
        "user_id": user_id(&token.account),
        "scopes": state.tokens.grant(token.grant).map(|grant| grant.scope.clone()),
        "expires_in": left,
    });
    Answer::json(StatusCode::OK, &reply)
}

fn uninstall(state: &mut VendorState, call: &Call) -> Answer {
    let Some(token) = state.bearer(call).cloned() else {
        return not_authenticated(state, call);
    };
    state
        .tokens
        .kill_all_of(KilledBy::Uninstalled, &token.account, &token.client_id);
    Answer::empty(StatusCode::NO_CONTENT)
}

fn details(state: &mut VendorState, call: &Call) -> Answer {
    let Some(token) = state.bearer(call) else {
        return not_authenticated(state, call);
    };
    let reply = json!({
        "portalId": hub_id(&token.account),
        "accountType": "STANDARD",
        "uiDomain": "app.hubspot.com",
        "timeZone": "UTC",
        "companyCurrency": "EUR",
    });
    Answer::json(StatusCode::OK, &reply)
}

fn contacts(state: &mut VendorState, call: &Call) -> Answer {
    list(state, call, "contacts", |row| {
        let name = items::person(call, row.index);
        let (first, last) = name.split_once(' ').unwrap_or((&name, ""));
        json!({
            "email": format!("contact{}@customer.example", row.index + 1),
            "firstname": first,
            "lastname": last,
        })
    })
}

fn companies(state: &mut VendorState, call: &Call) -> Answer {
    list(state, call, "companies", |row| {
        json!({
            "name": items::company(call, row.index),
            "domain": format!("company{}.example", row.index + 1),
        })
    })
}

fn list(
    state: &VendorState,
    call: &Call,
    entity: &str,
    properties: impl Fn(&Row) -> Value,
) -> Answer {
    let Some(token) = state.bearer(call) else {
        return not_authenticated(state, call);
    };
    let needed = format!("crm.objects.{entity}.read");
    if state
        .tokens
        .grant(token.grant)
        .is_none_or(|grant| !grant.scope.contains(&needed))
    {
        let why = format!(
            "This app hasn't been granted all required scopes to make this call: {needed}."
        );
        return error(call, StatusCode::FORBIDDEN, "MISSING_SCOPES", &why);
    }
    let size = call.number("limit").unwrap_or(10).clamp(1, 100);
    let rows = items::rows(state, entity, state.settings.items, None);
    let (page, next) = items::page(&rows, call.number("after").unwrap_or(0), size);
    let results = page.iter().map(|row| {
        json!({
            "id": (50_001 + row.index).to_string(),
            "properties": properties(row),
            "createdAt": "2026-01-01T00:00:00Z",
            "updatedAt": row.updated_at.to_string(),
            "archived": false,
        })
    });
    let mut reply = json!({ "results": results.collect::<Vec<_>>() });
    if let Some(next) = next {
        put(
            &mut reply,
            "paging",
            json!({ "next": { "after": next.to_string() } }),
        );
    }
    Answer::json(StatusCode::OK, &reply).header("x-hubspot-ratelimit-remaining", "109")
}

fn hub_id(login: &str) -> Option<u32> {
    account(login).map(|account| 24_000_000 + account.number)
}

fn user_id(login: &str) -> Option<u32> {
    account(login).map(|account| 700_000 + account.number)
}

fn no_such_token(call: &Call) -> Answer {
    let why = "There is no such refresh token.";
    error(call, StatusCode::NOT_FOUND, "OBJECT_NOT_FOUND", why)
}

fn bad_client(call: &Call) -> Answer {
    error(
        call,
        StatusCode::BAD_REQUEST,
        "BAD_CLIENT_ID",
        "missing or unknown client id or secret",
    )
}

fn not_authenticated(state: &VendorState, call: &Call) -> Answer {
    let known = call.bearer().and_then(|value| state.tokens.find(value));
    match known.and_then(Token::death) {
        Some(KilledBy::Expired) => error(
            call,
            StatusCode::UNAUTHORIZED,
            "EXPIRED_AUTHENTICATION",
            "The OAuth token used to make this call expired.",
        ),
        _ => error(
            call,
            StatusCode::UNAUTHORIZED,
            "INVALID_AUTHENTICATION",
            "Authentication credentials not found.",
        ),
    }
}

fn error(call: &Call, status: StatusCode, category: &str, message: &str) -> Answer {
    let body = json!({
        "status": "error",
        "message": message,
        "category": category,
        "correlationId": call.request_id,
    });
    Answer::json(status, &body)
}
