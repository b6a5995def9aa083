//! Where a person installs an app: its setup URL hears the installation's number, which anybody may make up.

use axum::http::StatusCode;
use jiff::Timestamp;
use url::Url;

use super::slug;
use crate::sandbox::accounts::{ACCOUNTS, Account, account};
use crate::sandbox::authorize::Asked;
use crate::sandbox::call::{Answer, Call};
use crate::sandbox::clients::Client;
use crate::sandbox::consent;
use crate::sandbox::settings::Consent;
use crate::sandbox::state::{Installation, VendorState};
use crate::sandbox::tokens::Grant;

const PERMISSIONS: [&str; 2] = ["issues:read", "metadata:read"];
/// The number of the first installation.
const FIRST: u64 = 510_001;

pub(super) fn ask(state: &mut VendorState, call: &Call) -> Answer {
    let Some(client) = app(state, call) else {
        return refuse(state, "There is no such app.");
    };
    let consent = match call.query("sandbox_auto") {
        Some("allow") => Consent::Allow,
        Some("deny") => Consent::Deny,
        _ => state.settings.auto_consent,
    };
    let hinted = call.query("login_hint").and_then(account);
    match consent {
        Consent::Ask => {
            let asked = Asked {
                client_id: client.client_id,
                client_name: client.name,
                redirect_uri: String::new(),
                state: None,
                challenge: None,
                scope: PERMISSIONS.map(str::to_owned).to_vec(),
                user_scope: Vec::new(),
                login_hint: call.query("login_hint").map(str::to_owned),
                offline: false,
                offline_again: false,
                nonce: None,
            };
            let page = consent::page(state, &asked, call.query_pairs());
            Answer::html(StatusCode::OK, page)
        }
        Consent::Allow => allow(state, call, hinted.or(ACCOUNTS.first())),
        Consent::Deny => refuse(state, "Nothing was installed."),
    }
}

pub(super) fn decide(state: &mut VendorState, call: &Call) -> Answer {
    if call.form("decision") == Some("allow") {
        let chosen = call.form("account").and_then(account);
        return allow(state, call, chosen);
    }
    refuse(state, "Nothing was installed.")
}

fn allow(state: &mut VendorState, call: &Call, account: Option<&'static Account>) -> Answer {
    let (Some(client), Some(account)) = (app(state, call), account) else {
        return refuse(state, "There is no such app or account.");
    };
    let known = state.installations.iter().find(|installation| {
        installation.client_id == client.client_id && installation.account == account
    });
    let (id, action) = match known {
        Some(installation) => (installation.id, "update"),
        None => (install(state, &client, account), "install"),
    };
    let setup = client.redirect_uris.first().map(|url| Url::parse(url));
    let Some(Ok(mut url)) = setup else {
        return refuse(state, "The app has no setup URL.");
    };
    url.query_pairs_mut()
        .append_pair("installation_id", &id.to_string())
        .append_pair("setup_action", action);
    if let Some(back) = call.query("state").or_else(|| call.form("state")) {
        url.query_pairs_mut().append_pair("state", back);
    }
    Answer::see_other(url.as_str())
}

fn install(state: &mut VendorState, client: &Client, account: &'static Account) -> u64 {
    let grant = state.tokens.open(Grant {
        account: account.login.to_owned(),
        client_id: client.client_id.clone(),
        scope: PERMISSIONS.map(str::to_owned).to_vec(),
        user_scope: Vec::new(),
        offline: false,
        nonce: None,
    });
    // A grant's number is never given again, so neither is an installation's.
    let id = FIRST + grant;
    state.installations.push(Installation {
        id,
        grant,
        account,
        client_id: client.client_id.clone(),
        installed_at: Timestamp::now(),
        suspended_at: None,
    });
    id
}

fn app(state: &VendorState, call: &Call) -> Option<Client> {
    let segments = call.segments();
    let asked = segments.get(2)?;
    let mut clients = state.clients.iter();
    clients.find(|client| slug(client) == *asked).cloned()
}

fn refuse(state: &VendorState, why: &str) -> Answer {
    Answer::html(StatusCode::BAD_REQUEST, consent::refusal(state.vendor, why))
}
