//! The device grant (RFC 8628): the person consents on another machine, and we ask now and then. Each poll is one
//! question; when the next one is due is the caller's to wait for.

use std::collections::BTreeMap;
use std::time::Duration;

use secrecy::SecretString;
use serde_json::Value;

use super::endpoint::with_access_token;
use super::refusal::{TokenError, TradedIn, judge, unanswered};
use super::reply::TokenSet;
use crate::domain::provider::{Body, CallAuth, ClientAuth, Encode, Endpoints, TokenBody, Verb};
use crate::providers::app::{App, CallContext};
use crate::providers::http::{Http, HttpAnswer, HttpConnection, SMALL_REPLY};
use crate::providers::request::{RequestSpec, SetupError, prepare};

/// RFC 8628 3.2: without an interval, 5 seconds. 3.5: `slow_down` adds 5 more.
const STEP: Duration = Duration::from_secs(5);

/// What the person needs, and what we poll with.
#[derive(Debug, Clone)]
pub struct DeviceCode {
    /// What we poll with.
    pub device_code: SecretString,
    /// What the person types.
    pub user_code: String,
    pub verification_uri: String,
    /// Where nothing needs to be typed.
    pub verification_uri_complete: Option<String>,
    /// How long the person has.
    pub expires_in: Duration,
    /// How long to wait before each poll.
    pub interval: Duration,
}

/// What a poll came to.
#[derive(Debug)]
pub enum DevicePoll {
    /// The person has not decided.
    Pending,
    /// The person has not decided, and we ask too often: wait this long from now on.
    SlowDown(Duration),
    /// The person said no.
    Denied,
    /// The person took too long.
    Expired,
    /// The person said yes.
    Issued(Box<TokenSet>),
}

pub(crate) async fn start_device(
    http: &Http,
    app: &App,
    endpoints: &Endpoints,
    scopes: Option<&[String]>,
) -> Result<DeviceCode, TokenError> {
    let at = endpoint(app, endpoints.device.as_deref(), "device authorization")?;
    let auth = &app.file.auth;
    let scopes = match scopes {
        Some(chosen) => chosen.join(&auth.scope_separator),
        None => app.file.scopes(endpoints).join(&auth.scope_separator),
    };
    let mut params = BTreeMap::new();
    if !scopes.is_empty() {
        params.insert("scope".to_owned(), scopes);
    }
    // RFC 8628 3.1 asks for the client id; a confidential client authenticates beside it.
    let answer = post(http, &CallContext::new(app, endpoints), at, &params).await?;
    judge(&app.file, TradedIn::Code, &answer, &|| app.unrepeated())?;
    read_code(&answer.body).ok_or_else(|| TokenError::Outage {
        why: "the answer holds no device code".to_owned(),
        retry_after: None,
    })
}

/// Some vendors say `verification_url`.
fn read_code(body: &Body) -> Option<DeviceCode> {
    let text = |pointer: &str| body.at(pointer).and_then(Value::as_str).map(str::to_owned);
    let seconds = |pointer: &str| {
        body.at(pointer)
            .and_then(Value::as_u64)
            .map(Duration::from_secs)
    };
    let complete =
        text("/verification_uri_complete").or_else(|| text("/verification_url_complete"));
    Some(DeviceCode {
        device_code: text("/device_code")?.into(),
        user_code: text("/user_code")?,
        verification_uri: text("/verification_uri").or_else(|| text("/verification_url"))?,
        verification_uri_complete: complete,
        expires_in: seconds("/expires_in").unwrap_or(Duration::from_secs(600)),
        interval: seconds("/interval").unwrap_or(STEP),
    })
}

pub(crate) async fn poll_device(
    http: &Http,
    app: &App,
    endpoints: &Endpoints,
    code: &DeviceCode,
) -> Result<DevicePoll, TokenError> {
    let at = endpoint(app, endpoints.token.as_deref(), "token")?;
    let context = CallContext::new(app, endpoints).with_token(&code.device_code);
    let params = [
        ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
        ("device_code", "{token}"),
    ];
    let params = params
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
    let answer = post(http, &context, at, &params).await?;
    if let Some(decision) = undecided(&answer.body, code.interval) {
        return Ok(decision);
    }
    judge(&app.file, TradedIn::Code, &answer, &|| context.secrets())?;
    let reply = answer.body.json().cloned().unwrap_or_default();
    Ok(DevicePoll::Issued(Box::new(with_access_token(app, reply)?)))
}

/// RFC 8628 3.5, whatever the status: some vendors answer 200, some 403 or 428, and have words of their own.
fn undecided(body: &Body, interval: Duration) -> Option<DevicePoll> {
    match body.at("/error")?.as_str()? {
        "authorization_pending" => Some(DevicePoll::Pending),
        "slow_down" => {
            let asked = body
                .at("/interval")
                .and_then(Value::as_u64)
                .map(Duration::from_secs);
            Some(DevicePoll::SlowDown(
                asked.unwrap_or_default().max(interval + STEP),
            ))
        }
        "access_denied" | "authorization_declined" => Some(DevicePoll::Denied),
        "expired_token" | "token_expired" => Some(DevicePoll::Expired),
        _ => None,
    }
}

async fn post(
    http: &Http,
    context: &CallContext<'_>,
    url: &str,
    params: &BTreeMap<String, String>,
) -> Result<HttpAnswer, TokenError> {
    let mut params = params.clone();
    // With Basic the id stands in the header alone, and RFC 8628 3.1 and 3.4 want it among the parameters.
    let basic = context
        .endpoints
        .client_auth
        .is_none_or(|auth| auth == ClientAuth::Basic);
    if basic && context.app.client_secret.is_some() {
        params.insert("client_id".to_owned(), "{client_id}".to_owned());
    }
    let wanted = RequestSpec {
        method: Verb::Post,
        url,
        auth: &CallAuth::Client,
        encode: Encode::Form,
        params: &params,
        headers: &BTreeMap::new(),
        body: None,
        limit: SMALL_REPLY,
    };
    let prepared = prepare(&wanted, context)?;
    let mut answer = http
        .send(HttpConnection::Once, prepared.outgoing)
        .await
        .map_err(unanswered)?;
    if context.app.file.auth.token_body == TokenBody::Form {
        answer.body = answer.body.as_form();
    }
    Ok(answer)
}

fn endpoint<'e>(
    app: &App,
    found: Option<&'e str>,
    what: &'static str,
) -> Result<&'e str, SetupError> {
    found.ok_or_else(|| SetupError::NoEndpoint {
        provider: app.file.id.clone(),
        what,
    })
}
