//! Shopify: an app is taken out of a shop by a GraphQL mutation that only a live access token may ask for; no single
//! token can be revoked. Which bodies errors of the token endpoint have is not documented; they are the RFC's here.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::sandbox::accounts::account;
use crate::sandbox::authorize;
use crate::sandbox::call::put;
use crate::sandbox::call::{Answer, Call};
use crate::sandbox::clients::{ClientAuth, RefreshPolicy};
use crate::sandbox::exchange::{Exchange, exchange};
use crate::sandbox::faults::Endpoint;
use crate::sandbox::graphql;
use crate::sandbox::settings::Lifetime;
use crate::sandbox::state::VendorState;
use crate::sandbox::tokens::{KilledBy, Token, TokenKind};
use crate::sandbox::vendors::{App, Handler, Profile};

mod admin;

/// Ninety days.
const REFRESH_LIVES: u64 = 7_776_000;

pub(super) const PROFILE: Profile = Profile {
    title: "Shopify",
    name: "shopify",
    apps: &[App {
        provider: "shopify",
        vars: &[("base", "/shopify")],
    }],
    route,
    by_body,
    spell: |kind, random, _| match kind {
        TokenKind::Refresh => format!("shprt_{random}"),
        _ => format!("shpat_{random}"),
    },
    scope_separator: ',',
    default_scope: &["read_customers"],
    access_ttl: Lifetime::Seconds(3_600),
    refresh: RefreshPolicy::Rotating,
    pkce_required: false,
    code_is_enough: true,
    limited: admin::throttled,
    error_inside: || {
        let why = "The app could not be uninstalled.";
        let errors = json!([{ "field": null, "message": why }]);
        json!({ "data": { "appUninstall": { "app": null, "userErrors": errors } } })
    },
    ..Profile::PLAIN
};

fn route(method: &str, segments: &[&str]) -> Option<(Endpoint, Handler)> {
    let ["admin", below @ ..] = segments else {
        return None;
    };
    Some(match (method, below) {
        ("GET", ["oauth", "authorize"]) => (Endpoint::Authorize, authorize::ask),
        ("POST", ["oauth", "authorize"]) => (Endpoint::Authorize, authorize::decide),
        ("POST", ["oauth", "access_token"]) => (Endpoint::Token, token),
        ("GET", ["oauth", "access_scopes.json"]) => (Endpoint::Probe, access_scopes),
        ("POST", ["api", _, "graphql.json"]) => (Endpoint::List, admin::answer),
        ("DELETE", ["api_permissions", "current.json"]) => (Endpoint::Uninstall, leave),
        _ => return None,
    })
}

fn by_body(call: &Call, endpoint: Endpoint) -> Endpoint {
    let query = call.json("query").unwrap_or_default();
    if endpoint != Endpoint::List || graphql::calls(query, "customers") {
        endpoint
    } else if graphql::calls(query, "appUninstall") {
        Endpoint::Uninstall
    } else {
        Endpoint::Probe
    }
}

/// Without `expiring=1` an access token never expires and comes without a refresh token.
fn token(state: &mut VendorState, call: &Call) -> Answer {
    let call = &call.as_form();
    let Some(client_id) = state.authenticated(call, ClientAuth::Body) else {
        let why = "The client id or its secret is wrong.";
        return refused(StatusCode::UNAUTHORIZED, "invalid_client", why);
    };
    let (id, expiring) = match exchange(state, &client_id, call) {
        Ok(Exchange::First { grant }) => (grant, call.form("expiring") == Some("1")),
        Ok(Exchange::Again { grant, .. }) => (grant, true),
        Err(refusal) => {
            let (error, why) = refusal.standard();
            return refused(StatusCode::BAD_REQUEST, error, why);
        }
    };
    let lives = state.settings.access_ttl.seconds().filter(|_| expiring);
    let mut reply = json!({
        "access_token": state.issue_for(id, TokenKind::Access, lives),
        "scope": state.tokens.grant(id).map(|grant| grant.scope.join(",")),
    });
    if let Some(seconds) = lives {
        let refresh = state.issue_for(id, TokenKind::Refresh, Some(REFRESH_LIVES));
        put(&mut reply, "expires_in", json!(seconds));
        put(&mut reply, "refresh_token", json!(refresh));
        put(&mut reply, "refresh_token_expires_in", json!(REFRESH_LIVES));
    }
    Answer::json(StatusCode::OK, &reply)
}

fn access_scopes(state: &mut VendorState, call: &Call) -> Answer {
    let Some(token) = installed(state, call) else {
        return unrecognized();
    };
    let grant = state.tokens.grant(token.grant);
    let scopes = grant.into_iter().flat_map(|grant| &grant.scope);
    let scopes: Vec<Value> = scopes.map(|scope| json!({ "handle": scope })).collect();
    Answer::json(StatusCode::OK, &json!({ "access_scopes": scopes }))
}

/// The older call for the same, which the vendor's documents no longer name.
fn leave(state: &mut VendorState, call: &Call) -> Answer {
    match uninstall(state, call) {
        Some(_) => Answer::json(StatusCode::OK, &json!({})),
        None => unrecognized(),
    }
}

/// Ends every token that the app has for the shop; the app's name there.
fn uninstall(state: &mut VendorState, call: &Call) -> Option<String> {
    let Token {
        account, client_id, ..
    } = installed(state, call)?.clone();
    state
        .tokens
        .kill_all_of(KilledBy::Uninstalled, &account, &client_id);
    Some(client_id)
}

/// The live access token that a call carries in the vendor's own header.
fn installed<'a>(state: &'a VendorState, call: &Call) -> Option<&'a Token> {
    let token = state.tokens.live(call.header("x-shopify-access-token")?)?;
    (token.kind == TokenKind::Access).then_some(token)
}

fn unrecognized() -> Answer {
    let why = "[API] Invalid API key or access token (unrecognized login or wrong password)";
    Answer::json(StatusCode::UNAUTHORIZED, &json!({ "errors": why }))
}

fn refused(status: StatusCode, error: &str, why: &str) -> Answer {
    Answer::json(status, &json!({ "error": error, "error_description": why }))
}

fn shop(login: &str) -> Option<Value> {
    let account = account(login)?;
    Some(json!({
        "id": format!("gid://shopify/Shop/{}", account.number),
        "name": format!("{}'s shop", account.name),
        "myshopifyDomain": format!("{}.myshopify.com", account.login),
    }))
}
