//! GitHub, as a GitHub App sees it: the app proves itself by a signature and is let in where it is installed. What a
//! person's own token is for works as for an OAuth app.

use axum::http::StatusCode;
use axum::http::header::LINK;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::github::{self, message};
use crate::sandbox::app_key::Statement;
use crate::sandbox::call::{Answer, Call};
use crate::sandbox::clients::Client;
use crate::sandbox::faults::Endpoint;
use crate::sandbox::settings::Lifetime;
use crate::sandbox::state::{Installation, VendorState};
use crate::sandbox::tokens::{KilledBy, TokenKind};
use crate::sandbox::vendors::{App, Handler, Profile};

mod install;

pub(super) const PROFILE: Profile = Profile {
    title: "GitHub App",
    name: "github-app",
    apps: &[App {
        provider: "github-app",
        vars: &[
            ("api", "/github-app/api"),
            ("owner", "acme-bot"),
            ("repo", "site"),
        ],
    }],
    route,
    // Of a person's token: eight hours.
    access_ttl: Lifetime::Seconds(28_800),
    pkce_required: false,
    ..github::PROFILE
};

/// An app may speak for itself for so long at most.
const JWT_LIVES: SignedDuration = SignedDuration::from_mins(10);
/// An installation's token.
const TOKEN_LIVES: u64 = 3_600;
/// The number of the app that is registered first.
const FIRST_APP: u64 = 420_001;

fn route(method: &str, segments: &[&str]) -> Option<(Endpoint, Handler)> {
    Some(match (method, segments) {
        ("GET", ["apps", _, "installations", "new"]) => (Endpoint::Authorize, install::ask),
        ("POST", ["apps", _, "installations", "new"]) => (Endpoint::Authorize, install::decide),
        ("GET", ["api", "app"]) => (Endpoint::Other, app),
        ("GET", ["api", "app", "installations"]) => (Endpoint::Other, installations),
        ("GET", ["api", "app", "installations", _]) => (Endpoint::Probe, installation),
        ("POST", ["api", "app", "installations", _, "access_tokens"]) => (Endpoint::Token, token),
        ("DELETE", ["api", "app", "installations", _]) => (Endpoint::Uninstall, uninstall),
        ("PUT", ["api", "app", "installations", _, "suspended"]) => (Endpoint::Other, suspend),
        ("DELETE", ["api", "app", "installations", _, "suspended"]) => (Endpoint::Other, resume),
        ("DELETE", ["api", "installation", "token"]) => (Endpoint::Revoke, revoke),
        ("GET", ["api", "installation", "repositories"]) => (Endpoint::Probe, repositories),
        _ => return github::route(method, segments),
    })
}

fn app(state: &mut VendorState, call: &Call) -> Answer {
    match app_of(state, call) {
        Ok(client) => Answer::json(
            StatusCode::OK,
            &json!({
                "id": app_id(state, client),
                "slug": slug(client),
                "client_id": client.client_id,
                "name": client.name,
            }),
        ),
        Err(refusal) => refusal,
    }
}

fn installations(state: &mut VendorState, call: &Call) -> Answer {
    match app_of(state, call) {
        Ok(client) => {
            let own = state.installations.iter();
            let own = own.filter(|installation| installation.client_id == client.client_id);
            let list: Vec<Value> = own.map(|it| described(state, client, it)).collect();
            Answer::json(StatusCode::OK, &Value::Array(list))
        }
        Err(refusal) => refusal,
    }
}

fn installation(state: &mut VendorState, call: &Call) -> Answer {
    match asked(state, call) {
        Ok((client, installation)) => {
            Answer::json(StatusCode::OK, &described(state, client, installation))
        }
        Err(refusal) => refusal,
    }
}

fn token(state: &mut VendorState, call: &Call) -> Answer {
    let (grant, suspended) = match asked(state, call) {
        Ok((_, installation)) => (installation.grant, installation.suspended_at.is_some()),
        Err(refusal) => return refusal,
    };
    if suspended {
        return message(
            StatusCode::FORBIDDEN,
            "This installation has been suspended",
        );
    }
    let value = state
        .vendor
        .spell(TokenKind::Installation, &state.mint, true);
    let kind = TokenKind::Installation;
    state
        .tokens
        .enter(grant, kind, value.clone(), Some(TOKEN_LIVES));
    let expires_at = state.tokens.find(&value).and_then(|token| token.expires_at);
    let reply = json!({
        "token": value,
        "expires_at": expires_at.map(|end| end.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()),
        "permissions": { "issues": "read", "metadata": "read" },
        "repository_selection": "all",
    });
    Answer::json(StatusCode::CREATED, &reply)
}

/// Ends the installation and its tokens. Nothing says that what persons have authorized ends with it: that is so when a
/// person uninstalls the app in the vendor's pages.
fn uninstall(state: &mut VendorState, call: &Call) -> Answer {
    let (id, grant) = match asked(state, call) {
        Ok((_, installation)) => (installation.id, installation.grant),
        Err(refusal) => return refusal,
    };
    state
        .installations
        .retain(|installation| installation.id != id);
    state
        .tokens
        .kill(KilledBy::Uninstalled, |token| token.grant == grant);
    Answer::empty(StatusCode::NO_CONTENT)
}

fn suspend(state: &mut VendorState, call: &Call) -> Answer {
    set_suspended(state, call, Some(Timestamp::now()))
}

fn resume(state: &mut VendorState, call: &Call) -> Answer {
    set_suspended(state, call, None)
}

fn set_suspended(state: &mut VendorState, call: &Call, at: Option<Timestamp>) -> Answer {
    let id = match asked(state, call) {
        Ok((_, installation)) => installation.id,
        Err(refusal) => return refusal,
    };
    let mut installations = state.installations.iter_mut();
    if let Some(installation) = installations.find(|installation| installation.id == id) {
        installation.suspended_at = at;
    }
    Answer::empty(StatusCode::NO_CONTENT)
}

/// The token that authenticates the call dies alone; another can be had as long as the app is installed.
fn revoke(state: &mut VendorState, call: &Call) -> Answer {
    let known = github::bearer(state, call).filter(|it| it.kind == TokenKind::Installation);
    let Some(value) = known.map(|token| token.value.clone()) else {
        return github::bad_credentials();
    };
    state
        .tokens
        .kill(KilledBy::Revoked, |token| token.value == value);
    Answer::empty(StatusCode::NO_CONTENT)
}

fn repositories(state: &mut VendorState, call: &Call) -> Answer {
    let Some(token) = github::bearer(state, call) else {
        return github::bad_credentials();
    };
    if token.kind != TokenKind::Installation {
        return github::not_for_this_token();
    }
    let owner = &token.account;
    let list = ["site", "api", "docs"]
        .iter()
        .zip(1..)
        .map(|(name, number)| {
            json!({
                "id": number,
                "name": name,
                "full_name": format!("{owner}/{name}"),
                "owner": { "login": owner },
                "updated_at": "2026-01-01T00:00:00Z",
            })
        });
    let reply = json!({ "total_count": 3, "repositories": list.collect::<Vec<_>>() });
    github::limited(call, Answer::json(StatusCode::OK, &reply)).header(LINK.as_str(), "")
}

/// The installation in the path of a call that its app makes.
fn asked<'a>(
    state: &'a VendorState,
    call: &Call,
) -> Result<(&'a Client, &'a Installation), Answer> {
    let client = app_of(state, call)?;
    let id = call.segments().get(4).and_then(|id| id.parse::<u64>().ok());
    let mut own = state
        .installations
        .iter()
        .filter(|installation| installation.client_id == client.client_id);
    own.find(|installation| Some(installation.id) == id)
        .map(|installation| (client, installation))
        .ok_or_else(|| message(StatusCode::NOT_FOUND, "Not Found"))
}

/// The app that makes a call, by what it has signed: `iss` is its number or its client's id, `exp` is not too far off,
/// and `iat` is past.
fn app_of<'a>(state: &'a VendorState, call: &Call) -> Result<&'a Client, Answer> {
    let refuse = |why| Err(message(StatusCode::UNAUTHORIZED, why));
    let Some(statement) = call.bearer().and_then(Statement::read) else {
        return refuse("A JSON web token could not be decoded");
    };
    let claims = &statement.claims;
    let now = Timestamp::now();
    let time = |name: &str| Timestamp::from_second(claims.get(name)?.as_i64()?).ok();
    let Some(expires) = time("exp").filter(|end| *end > now) else {
        return refuse(
            "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the \
             assertion expires",
        );
    };
    if expires.duration_since(now) > JWT_LIVES {
        return refuse("'Expiration time' claim ('exp') is too far in the future");
    }
    if time("iat").is_none_or(|issued| issued > now) {
        return refuse(
            "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
        );
    }
    let issuer = match claims.get("iss") {
        Some(Value::String(issuer)) => issuer.clone(),
        Some(Value::Number(issuer)) => issuer.to_string(),
        _ => return refuse("'Issuer' claim ('iss') must be present"),
    };
    let own = |client: &&Client| {
        client.client_id == issuer || app_id(state, client).to_string() == issuer
    };
    let Some(client) = state.clients.iter().find(own) else {
        return Err(message(StatusCode::NOT_FOUND, "Integration not found"));
    };
    match state.app_keys.get(&client.client_id) {
        None => refuse("Integration must generate a public key"),
        Some(key) if key.has_signed(&statement) => Ok(client),
        Some(_) => refuse("A JSON web token could not be decoded"),
    }
}

fn described(state: &VendorState, client: &Client, installation: &Installation) -> Value {
    let id = installation.id;
    json!({
        "id": id,
        "account": github::person(installation.account.login),
        "app_id": app_id(state, client),
        "app_slug": slug(client),
        "target_type": "Organization",
        "repository_selection": "all",
        "permissions": { "issues": "read", "metadata": "read" },
        "access_tokens_url": format!("{}/api/app/installations/{id}/access_tokens", state.base),
        "html_url": format!("{}/settings/installations/{id}", state.base),
        "created_at": installation.installed_at.to_string(),
        "suspended_at": installation.suspended_at.map(|at| at.to_string()),
    })
}

/// Apps are numbered as they are registered.
fn app_id(state: &VendorState, client: &Client) -> u64 {
    let mut ids = state.clients.iter().map(|client| &client.client_id);
    let place = ids.position(|id| *id == client.client_id);
    FIRST_APP + place.unwrap_or(0) as u64
}

/// The app's name in addresses.
fn slug(client: &Client) -> String {
    client.name.to_lowercase().replace(' ', "-")
}
