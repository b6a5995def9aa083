//! What ends access at Microsoft: sign-ins of a person, a grant of a person for an app, an app as a whole. All of it
//! stops refreshes; access tokens live on until they expire.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::graph::{error, not_authenticated};
use crate::sandbox::accounts::{ACCOUNTS, Account};
use crate::sandbox::call::{Answer, Call};
use crate::sandbox::clients::Client;
use crate::sandbox::faults::Endpoint;
use crate::sandbox::state::VendorState;
use crate::sandbox::tokens::{KilledBy, Token};
use crate::sandbox::vendors::Handler;

/// What a token has to be allowed for each.
const SIGN_INS: [&str; 3] = [
    "User.RevokeSessions.All",
    "User.ReadWrite.All",
    "Directory.ReadWrite.All",
];
const GRANTS: [&str; 2] = [
    "DelegatedPermissionGrant.ReadWrite.All",
    "Directory.ReadWrite.All",
];
const APPS: [&str; 2] = ["Application.ReadWrite.All", "Directory.ReadWrite.All"];

/// The segments are those after the version.
pub(super) fn route(method: &str, segments: &[&str]) -> Option<(Endpoint, Handler)> {
    Some(match (method, segments) {
        ("POST", ["me", "revokeSignInSessions"]) => (Endpoint::Revoke, revoke_sign_ins),
        ("GET", ["oauth2PermissionGrants"])
        | ("GET", ["servicePrincipals", _, "oauth2PermissionGrants"]) => (Endpoint::Other, grants),
        ("DELETE", ["oauth2PermissionGrants", _]) => (Endpoint::Revoke, delete_grant),
        ("DELETE", ["servicePrincipals", _]) => (Endpoint::Uninstall, delete_app),
        _ => return None,
    })
}

/// Every app of the person has to sign in again.
fn revoke_sign_ins(state: &mut VendorState, call: &Call) -> Answer {
    let person = match allowed(state, call, &SIGN_INS) {
        Ok(token) => token.account.clone(),
        Err(refusal) => return refusal,
    };
    state.tokens.kill(KilledBy::Revoked, |token| {
        token.account == person && token.kind.is_refresh()
    });
    let reply = json!({
        "@odata.context": format!("{}/v1.0/$metadata#Edm.Boolean", state.base),
        "value": true,
    });
    Answer::json(StatusCode::OK, &reply)
}

fn grants(state: &mut VendorState, call: &Call) -> Answer {
    if let Err(refusal) = allowed(state, call, &GRANTS) {
        return refusal;
    }
    let filter = call.query("$filter").unwrap_or_default();
    let of_app = match call.segments().as_slice() {
        [.., "servicePrincipals", app, _] => Some((*app).to_owned()),
        _ => quoted(filter, "clientId eq '"),
    };
    let of_person = quoted(filter, "principalId eq '");
    let list: Vec<Value> = live_grants(state)
        .filter(|(client, account)| {
            of_app.as_ref().is_none_or(|app| *app == principal(client))
                && of_person
                    .as_ref()
                    .is_none_or(|person| *person == user_id(account))
        })
        .map(|(client, account)| {
            json!({
                "id": grant_id(client, account),
                "clientId": principal(client),
                "consentType": "Principal",
                "principalId": user_id(account),
            })
        })
        .collect();
    Answer::json(StatusCode::OK, &json!({ "value": list }))
}

fn delete_grant(state: &mut VendorState, call: &Call) -> Answer {
    if let Err(refusal) = allowed(state, call, &GRANTS) {
        return refusal;
    }
    let asked = call.segments().last().copied().unwrap_or_default();
    let found = live_grants(state)
        .find(|(client, account)| grant_id(client, account) == asked)
        .map(|(client, account)| (client.client_id.clone(), account.login));
    let Some((client_id, login)) = found else {
        return not_found();
    };
    stop_refreshes(state, |token| {
        token.client_id == client_id && token.account == login
    });
    Answer::empty(StatusCode::NO_CONTENT)
}

/// For everybody in the directory.
fn delete_app(state: &mut VendorState, call: &Call) -> Answer {
    if let Err(refusal) = allowed(state, call, &APPS) {
        return refusal;
    }
    let asked = call.segments().last().copied().unwrap_or_default();
    let known = state
        .clients
        .iter()
        .find(|client| principal(client) == asked);
    let Some(client_id) = known.map(|client| client.client_id.clone()) else {
        return not_found();
    };
    if stop_refreshes(state, |token| token.client_id == client_id) == 0 {
        return not_found();
    }
    Answer::empty(StatusCode::NO_CONTENT)
}

fn stop_refreshes(state: &mut VendorState, of: impl Fn(&Token) -> bool) -> usize {
    state.tokens.kill(KilledBy::Uninstalled, |token| {
        token.kind.is_refresh() && of(token)
    })
}

/// Every app and person between whom there is something left to end.
fn live_grants(state: &VendorState) -> impl Iterator<Item = (&Client, &'static Account)> {
    let pairs = state
        .clients
        .iter()
        .flat_map(|client| ACCOUNTS.iter().map(move |account| (client, account)));
    pairs.filter(|(client, account)| {
        state
            .tokens
            .has_refresh_of(account.login, &client.client_id)
    })
}

/// The live token of a call, if it may do one of these things.
fn allowed<'a>(state: &'a VendorState, call: &Call, any: &[&str]) -> Result<&'a Token, Answer> {
    let token = state.bearer(call).ok_or_else(|| not_authenticated(call))?;
    let grant = state.tokens.grant(token.grant);
    if grant.is_some_and(|grant| {
        grant
            .scope
            .iter()
            .any(|scope| any.contains(&scope.as_str()))
    }) {
        return Ok(token);
    }
    let why = "Insufficient privileges to complete the operation.";
    Err(error(
        StatusCode::FORBIDDEN,
        "Authorization_RequestDenied",
        why,
    ))
}

fn not_found() -> Answer {
    let why = "The resource does not exist or one of its queried reference-property objects are not present.";
    error(StatusCode::NOT_FOUND, "Request_ResourceNotFound", why)
}

fn quoted(filter: &str, before: &str) -> Option<String> {
    let rest = filter.split_once(before)?.1;
    Some(rest.split_once('\'')?.0.to_owned())
}

/// The app's id in the directory.
fn principal(client: &Client) -> String {
    format!("sp-{}", client.client_id)
}

fn grant_id(client: &Client, account: &Account) -> String {
    format!("{}.{}", principal(client), user_id(account))
}

/// A person's id in the directory.
pub(super) fn user_id(account: &Account) -> String {
    format!("00000000-0000-4000-8000-{:012}", account.number)
}
