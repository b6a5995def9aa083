//! GitHub's token endpoint and its device flow.

use axum::http::StatusCode;
use serde_json::{Value, json};
use url::form_urlencoded;

use super::{message, problem};
use crate::sandbox::call::put;
use crate::sandbox::call::{Answer, Call};
use crate::sandbox::clients::ClientAuth;
use crate::sandbox::device::{self, NotYet};
use crate::sandbox::exchange::{Exchange, Refused, exchange};
use crate::sandbox::state::VendorState;
use crate::sandbox::tokens::{KilledBy, Token, TokenKind};

/// Errors come with 200.
pub(super) fn token(state: &mut VendorState, call: &Call) -> Answer {
    let reply = match client_of(state, call) {
        Some(client_id) => issue(state, &client_id, call).unwrap_or_else(in_own_words),
        None => problem(
            "incorrect_client_credentials",
            "The client_id and/or client_secret passed are incorrect.",
        ),
    };
    in_asked_format(call, &reply)
}

fn issue(state: &mut VendorState, client_id: &str, call: &Call) -> Result<Value, Refused> {
    let (grant, kept) = match exchange(state, client_id, call)? {
        Exchange::First { grant } => (grant, None),
        Exchange::Again { grant, keeps, .. } => {
            // A refresh ends the older access token at once.
            let older = |token: &Token| token.grant == grant && token.kind == TokenKind::Access;
            state.tokens.kill(KilledBy::Rotated, older);
            (grant, keeps)
        }
    };
    let mut reply = json!({
        "access_token": state.issue(grant, TokenKind::Access),
        "token_type": "bearer",
        "scope": state.tokens.grant(grant).map(|grant| grant.scope.join(",")),
    });
    if let Some(seconds) = state.settings.access_ttl.seconds() {
        let refresh = kept.unwrap_or_else(|| state.issue(grant, TokenKind::Refresh));
        put(&mut reply, "expires_in", json!(seconds));
        put(&mut reply, "refresh_token", json!(refresh));
    }
    Ok(reply)
}

fn in_own_words(refused: Refused) -> Value {
    match refused {
        Refused::BadCode | Refused::BadVerifier => problem(
            "bad_verification_code",
            "The code passed is incorrect or expired.",
        ),
        Refused::RedirectMismatch => problem(
            "redirect_uri_mismatch",
            "The redirect_uri MUST match the registered callback URL for this application.",
        ),
        Refused::BadRefreshToken => problem(
            "bad_refresh_token",
            "The refresh token passed is incorrect or expired.",
        ),
        Refused::Device(NotYet::UnknownCode) => problem(
            "incorrect_device_code",
            "The device_code provided is not valid.",
        ),
        Refused::Device(NotYet::SlowDown(interval)) => {
            let mut reply = problem(
                "slow_down",
                "Too many requests have been made in the same timeframe.",
            );
            put(&mut reply, "interval", json!(interval));
            reply
        }
        Refused::InvalidRequest(_) | Refused::UnsupportedGrantType | Refused::Device(_) => {
            let (error, why) = refused.standard();
            problem(error, why)
        }
    }
}

/// The device flow asks for the client's id alone.
pub(super) fn device_code(state: &mut VendorState, call: &Call) -> Answer {
    let known = call
        .form("client_id")
        .and_then(|id| state.client(id))
        .map(|client| client.client_id.clone());
    let Some(client_id) = known else {
        return message(StatusCode::NOT_FOUND, "Not Found");
    };
    let waiting = device::begin(state, client_id, call);
    let reply = json!({
        "device_code": waiting.device_code,
        "user_code": waiting.user_code,
        "verification_uri": format!("{}/login/device", state.base),
        "expires_in": device::LIVES.as_secs(),
        "interval": state.settings.device_interval,
    });
    in_asked_format(call, &reply)
}

fn client_of(state: &VendorState, call: &Call) -> Option<String> {
    if call.form("grant_type") == Some(device::GRANT_TYPE) {
        return Some(state.client(call.form("client_id")?)?.client_id.clone());
    }
    state.authenticated(call, ClientAuth::Body)
}

/// Everything is form-encoded unless JSON is asked for.
fn in_asked_format(call: &Call, reply: &Value) -> Answer {
    if call.accepts_json() {
        return Answer::json(StatusCode::OK, reply);
    }
    let fields = reply.as_object().into_iter().flatten();
    let plain = fields.map(|(name, value)| {
        (
            name,
            value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned),
        )
    });
    let encoded = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(plain)
        .finish();
    Answer::text(
        StatusCode::OK,
        "application/x-www-form-urlencoded; charset=utf-8",
        encoded,
    )
}
