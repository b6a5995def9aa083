//! The authorization endpoint (RFC 6749 section 4.1.1), shared by all vendors but for their spelling.

use axum::http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use url::Url;

use super::accounts::{ACCOUNTS, Account, account};
use super::call::{Answer, Call};
use super::consent;
use super::settings::Consent;
use super::state::VendorState;
use super::vendor::Vendor;

/// RFC 6749 section 4.1.2 recommends ten minutes at most.
const CODE_LIVES: SignedDuration = SignedDuration::from_mins(10);

/// An authorization code.
#[derive(Clone, PartialEq)]
pub(super) struct Code {
    pub(super) value: String,
    pub(super) client_id: String,
    pub(super) redirect_uri: String,
    pub(super) challenge: Option<String>,
    pub(super) account: &'static Account,
    pub(super) scope: Vec<String>,
    pub(super) user_scope: Vec<String>,
    pub(super) offline: bool,
    pub(super) nonce: Option<String>,
    pub(super) expires_at: Timestamp,
    /// The grant it became; a second use ends that grant.
    pub(super) grant: Option<u64>,
}

/// A request that may be put before a person.
pub(super) struct Asked {
    pub(super) client_id: String,
    pub(super) client_name: String,
    pub(super) redirect_uri: String,
    pub(super) state: Option<String>,
    pub(super) challenge: Option<String>,
    pub(super) scope: Vec<String>,
    pub(super) user_scope: Vec<String>,
    pub(super) login_hint: Option<String>,
    /// Whether a refresh token is wanted, and whether even by a client that has had one.
    pub(super) offline: bool,
    pub(super) offline_again: bool,
    pub(super) nonce: Option<String>,
}

/// Why a request goes no further.
enum Refusal {
    /// Client or address is wrong: the person is told, nothing is sent anywhere (RFC 6749 section 4.1.2.1).
    ToPerson(&'static str),
    /// Everything else is told to the client.
    ToClient {
        redirect_uri: String,
        state: Option<String>,
        error: &'static str,
        why: &'static str,
    },
}

/// GET: shows the consent page, or answers at once when that was asked for.
pub(super) fn ask(state: &mut VendorState, call: &Call) -> Answer {
    let asked = match read(state, |name| call.query(name)) {
        Ok(asked) => asked,
        Err(refusal) => return refuse(state, refusal),
    };
    let consent = match call.query("sandbox_auto") {
        Some("allow") => Consent::Allow,
        Some("deny") => Consent::Deny,
        _ => state.settings.auto_consent,
    };
    let hinted = asked.login_hint.as_deref().and_then(account);
    match consent {
        Consent::Ask => Answer::html(
            StatusCode::OK,
            consent::page(state, &asked, call.query_pairs()),
        ),
        Consent::Allow => allow(state, asked, hinted.or(ACCOUNTS.first())),
        Consent::Deny => refuse(state, denied(asked)),
    }
}

/// POST: what the person chose on the consent page.
pub(super) fn decide(state: &mut VendorState, call: &Call) -> Answer {
    match read(state, |name| call.form(name)) {
        Err(refusal) => refuse(state, refusal),
        Ok(asked) if call.form("decision") == Some("allow") => {
            allow(state, asked, call.form("account").and_then(account))
        }
        Ok(asked) => refuse(state, denied(asked)),
    }
}

fn read<'a>(
    state: &VendorState,
    parameter: impl Fn(&str) -> Option<&'a str>,
) -> Result<Asked, Refusal> {
    let client = parameter("client_id")
        .and_then(|id| state.client(id))
        .ok_or(Refusal::ToPerson("This app is not registered here."))?;
    let redirect_uri = parameter("redirect_uri")
        .filter(|uri| client.accepts_redirect(uri))
        .ok_or(Refusal::ToPerson(
            "The address to return to is not registered for this app.",
        ))?
        .to_owned();
    let back = parameter("state").map(str::to_owned);
    let refuse = |error, why| {
        Err(Refusal::ToClient {
            redirect_uri: redirect_uri.clone(),
            state: back.clone(),
            error,
            why,
        })
    };
    if parameter("response_type").is_some_and(|kind| kind != "code") {
        return refuse(
            "unsupported_response_type",
            "Only the response type \"code\" is known.",
        );
    }
    if parameter("response_type").is_none() && state.vendor == Vendor::Ledger {
        return refuse("invalid_request", "response_type is missing.");
    }
    // RFC 7636 section 4.3: a challenge without a method means `plain`, which is refused.
    let challenge = match (
        parameter("code_challenge"),
        parameter("code_challenge_method"),
    ) {
        (Some(challenge), Some("S256")) if challenge.len() == 43 => Some(challenge.to_owned()),
        (None, None) if !state.settings.pkce_required => None,
        (None, _) => return refuse("invalid_request", "code_challenge is required."),
        (Some(_), _) => return refuse("invalid_request", "code_challenge_method has to be S256."),
    };
    let separator = state.vendor.profile().scope_separator;
    Ok(Asked {
        client_id: client.client_id.clone(),
        client_name: client.name.clone(),
        state: back.clone(),
        challenge,
        scope: split(parameter("scope"), separator),
        user_scope: split(parameter("user_scope"), separator),
        login_hint: parameter("login_hint").map(str::to_owned),
        nonce: parameter("nonce").map(str::to_owned),
        offline: parameter("access_type") == Some("offline"),
        offline_again: split(parameter("prompt"), ' ')
            .iter()
            .any(|prompt| prompt == "consent"),
        redirect_uri,
    })
}

fn split(scopes: Option<&str>, separator: char) -> Vec<String> {
    let parts = scopes.unwrap_or_default().split(separator);
    parts
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect()
}

fn allow(state: &mut VendorState, asked: Asked, account: Option<&'static Account>) -> Answer {
    let Some(account) = account else {
        return refuse(state, Refusal::ToPerson("Choose one of the accounts."));
    };
    let mut scope = if asked.scope.is_empty() {
        state.vendor.default_scope()
    } else {
        asked.scope
    };
    if account.limited {
        scope.truncate(1);
    }
    let first = !state.tokens.is_connected(account.login, &asked.client_id);
    let offline =
        !state.vendor.profile().asks_offline || asked.offline && (first || asked.offline_again);
    let value = state.mint.hex();
    let parameters = [
        ("code", Some(value.as_str())),
        ("state", asked.state.as_deref()),
    ];
    let answer = back_to_client(state, &asked.redirect_uri, &parameters);
    state.codes.push(Code {
        value,
        client_id: asked.client_id,
        redirect_uri: asked.redirect_uri,
        challenge: asked.challenge,
        account,
        scope,
        user_scope: asked.user_scope,
        offline,
        nonce: asked.nonce,
        expires_at: Timestamp::now()
            .saturating_add(CODE_LIVES)
            .unwrap_or(Timestamp::MAX),
        grant: None,
    });
    answer
}

fn denied(asked: Asked) -> Refusal {
    let Asked {
        redirect_uri,
        state,
        ..
    } = asked;
    Refusal::ToClient {
        redirect_uri,
        state,
        error: "access_denied",
        why: "The person said no.",
    }
}

fn refuse(state: &VendorState, refusal: Refusal) -> Answer {
    match refusal {
        Refusal::ToPerson(why) => {
            Answer::html(StatusCode::BAD_REQUEST, consent::refusal(state.vendor, why))
        }
        Refusal::ToClient {
            redirect_uri,
            state: back,
            error,
            why,
        } => {
            let parameters = [
                ("error", Some(error)),
                ("error_description", Some(why)),
                ("state", back.as_deref()),
            ];
            back_to_client(state, &redirect_uri, &parameters)
        }
    }
}

fn back_to_client(
    state: &VendorState,
    redirect_uri: &str,
    parameters: &[(&str, Option<&str>)],
) -> Answer {
    let Ok(mut url) = Url::parse(redirect_uri) else {
        return Answer::html(
            StatusCode::BAD_REQUEST,
            consent::refusal(state.vendor, "The address is not a URL."),
        );
    };
    for (name, value) in parameters {
        if let Some(value) = value {
            url.query_pairs_mut().append_pair(name, value);
        }
    }
    if state.vendor == Vendor::Ledger {
        // RFC 9207 section 2: in refusals too.
        url.query_pairs_mut().append_pair("iss", &state.base);
    }
    Answer::see_other(url.as_str())
}
