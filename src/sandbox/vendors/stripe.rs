//! Stripe Connect: the platform's secret key says who calls, and an account's id is enough to end its connection.

use axum::http::StatusCode;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::sandbox::accounts::{ACCOUNTS, Account, account};
use crate::sandbox::authorize;
use crate::sandbox::call::{Answer, Call};
use crate::sandbox::clients::{Client, RefreshPolicy};
use crate::sandbox::exchange::{Refused, issue};
use crate::sandbox::faults::Endpoint;
use crate::sandbox::items::{self, Row};
use crate::sandbox::state::VendorState;
use crate::sandbox::tokens::{KilledBy, TokenKind};
use crate::sandbox::vendors::{App, Handler, Profile};

pub(super) const PROFILE: Profile = Profile {
    title: "Stripe",
    name: "stripe",
    apps: &[App {
        provider: "stripe",
        vars: &[("connect", "/stripe"), ("api", "/stripe")],
    }],
    route,
    spell: |kind, random, _| match kind {
        TokenKind::Refresh => format!("rt_{random}"),
        _ => format!("sk_test_{random}"),
    },
    request_id_header: "request-id",
    default_scope: &["read_only"],
    refresh: RefreshPolicy::Static,
    pkce_required: false,
    limited: |retry_after| {
        let why = "Request rate limit exceeded.";
        problem(StatusCode::TOO_MANY_REQUESTS, "rate_limit", why)
            .header("retry-after", &retry_after.to_string())
            .header("stripe-rate-limited-reason", "global-rate")
    },
    ..Profile::PLAIN
};

fn route(method: &str, segments: &[&str]) -> Option<(Endpoint, Handler)> {
    Some(match (method, segments) {
        ("GET", ["oauth", "authorize"]) => (Endpoint::Authorize, authorize::ask),
        ("POST", ["oauth", "authorize"]) => (Endpoint::Authorize, authorize::decide),
        ("POST", ["oauth", "token"]) => (Endpoint::Token, token),
        ("POST", ["oauth", "deauthorize"]) => (Endpoint::Uninstall, deauthorize),
        ("GET", ["v1", "account"]) => (Endpoint::Probe, own_account),
        ("GET", ["v1", "customers"]) => (Endpoint::List, customers),
        _ => return None,
    })
}

fn token(state: &mut VendorState, call: &Call) -> Answer {
    let Some(client_id) = platform(state, call).map(|client| client.client_id.clone()) else {
        return invalid_client("No such API key.");
    };
    let issued = match issue(state, &client_id, call, |_| true) {
        Ok(issued) => issued,
        Err(refused) => return in_own_words(refused),
    };
    let reply = json!({
        "access_token": issued.access,
        "refresh_token": issued.refresh,
        "token_type": "bearer",
        "scope": issued.grant.scope.join(" "),
        "livemode": false,
        "stripe_user_id": account(&issued.grant.account).map(account_id),
        "stripe_publishable_key": format!("pk_test_{}", state.mint.hex()),
    });
    Answer::json(StatusCode::OK, &reply)
}

fn in_own_words(refused: Refused) -> Answer {
    let (error, why) = refused.standard();
    oauth_error(StatusCode::BAD_REQUEST, error, why)
}

/// Ends everything of the account at this platform. The same code answers for a wrong client and for an account that is
/// not connected, so only the words tell them apart.
fn deauthorize(state: &mut VendorState, call: &Call) -> Answer {
    let Some(platform) = platform(state, call) else {
        return invalid_client("No such API key.");
    };
    let client_id = platform.client_id.clone();
    let asked = call.form("client_id").unwrap_or_default();
    if asked != client_id {
        return invalid_client(&format!("No such application: '{asked}'"));
    }
    let Some(id) = call.form("stripe_user_id") else {
        let why = "stripe_user_id is missing.";
        return oauth_error(StatusCode::BAD_REQUEST, "invalid_request", why);
    };
    let killed = account_of(id).map_or(0, |account| {
        state
            .tokens
            .kill_all_of(KilledBy::Uninstalled, account.login, &client_id)
    });
    if killed == 0 {
        return invalid_client(&format!(
            "This application is not connected to stripe account {id}, or that account does not exist."
        ));
    }
    Answer::json(StatusCode::OK, &json!({ "stripe_user_id": id }))
}

fn own_account(state: &mut VendorState, call: &Call) -> Answer {
    match acting_for(state, call) {
        Ok(Some(account)) => Answer::json(
            StatusCode::OK,
            &json!({
                "id": account_id(account),
                "object": "account",
                "email": account.email,
                "business_profile": { "name": account.name },
                "charges_enabled": true,
            }),
        ),
        Ok(None) => {
            let reply = json!({ "id": "acct_platform", "object": "account", "email": null });
            Answer::json(StatusCode::OK, &reply)
        }
        Err(refusal) => refusal,
    }
}

fn customers(state: &mut VendorState, call: &Call) -> Answer {
    if let Err(refusal) = acting_for(state, call) {
        return refusal;
    }
    let since = call.query("created[gte]").map(|at| {
        at.parse()
            .ok()
            .and_then(|at| Timestamp::from_second(at).ok())
    });
    if since == Some(None) {
        let why = "Invalid timestamp: created[gte]";
        return problem(StatusCode::BAD_REQUEST, "parameter_invalid_integer", why);
    }
    let size = call.number("limit").unwrap_or(10).clamp(1, 100);
    let rows = items::rows(state, "customers", state.settings.items, since.flatten());
    let start = match call.query("starting_after") {
        None => 0,
        Some(id) => match rows.iter().position(|row| customer_id(row) == id) {
            Some(place) => place + 1,
            None => {
                let why = format!("No such customer: '{id}'");
                return problem(StatusCode::BAD_REQUEST, "resource_missing", &why);
            }
        },
    };
    let (page, next) = items::page(&rows, start, size);
    let customer = |row: &Row| {
        json!({
            "id": customer_id(row),
            "object": "customer",
            "created": row.updated_at.as_second(),
            "name": items::person(call, row.index),
            "email": format!("contact{}@customer.example", row.index + 1),
        })
    };
    let reply = json!({
        "object": "list",
        "url": "/v1/customers",
        "data": page.iter().map(customer).collect::<Vec<Value>>(),
        "has_more": next.is_some(),
    });
    Answer::json(StatusCode::OK, &reply)
}

fn customer_id(row: &Row) -> String {
    format!("cus_{:08}", row.index + 1)
}

/// For whom a call acts: a connected account, by its own token or by the platform's key and a header; none for the
/// platform itself.
fn acting_for(state: &VendorState, call: &Call) -> Result<Option<&'static Account>, Answer> {
    if let Some(token) = state.bearer(call) {
        return Ok(account(&token.account));
    }
    let Some(platform) = platform(state, call) else {
        let why = "Invalid API Key provided.";
        return Err(problem(StatusCode::UNAUTHORIZED, "", why));
    };
    let Some(id) = call.header("stripe-account") else {
        return Ok(None);
    };
    let connected = account_of(id).filter(|account| {
        state
            .tokens
            .is_connected(account.login, &platform.client_id)
    });
    connected.map(Some).ok_or_else(|| {
        let why = format!(
            "The provided key does not have access to account '{id}' (or that account does not exist). Application \
             access may have been revoked."
        );
        problem(StatusCode::FORBIDDEN, "account_invalid", &why)
    })
}

/// The platform whose secret key authenticates a call, as bearer, as the name in Basic, or in the form.
fn platform<'a>(state: &'a VendorState, call: &Call) -> Option<&'a Client> {
    let basic = call.basic().map(|(key, _)| key);
    let key = call
        .bearer()
        .or(basic.as_deref())
        .or_else(|| call.form("client_secret"))?;
    state
        .clients
        .iter()
        .find(|client| client.client_secret.as_deref() == Some(key))
}

fn account_id(account: &Account) -> String {
    format!("acct_{:016}", account.number)
}

fn account_of(id: &str) -> Option<&'static Account> {
    ACCOUNTS.iter().find(|account| account_id(account) == id)
}

fn invalid_client(why: &str) -> Answer {
    oauth_error(StatusCode::UNAUTHORIZED, "invalid_client", why)
}

fn oauth_error(status: StatusCode, error: &str, why: &str) -> Answer {
    Answer::json(status, &json!({ "error": error, "error_description": why }))
}

fn problem(status: StatusCode, code: &str, why: &str) -> Answer {
    let error = json!({ "type": "invalid_request_error", "code": code, "message": why });
    Answer::json(status, &json!({ "error": error }))
}
