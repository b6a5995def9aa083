//! The control API: pulls the levers of [`SandboxState`] from another process. Its routes are listed in the room's docs.

use std::sync::Arc;

use axum::extract::{Query, Request, State};
use axum::http::StatusCode;
use axum::http::header::HOST;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use url::{Host, Url};

use super::accounts::ACCOUNTS;
use super::calls::CallRecord;
use super::clients::Client;
use super::faults::Fault;
use super::settings::{Settings, SettingsChange};
use super::state::{SandboxState, Victim};
use super::tokens::TokenView;
use super::vendor::Vendor;

type Sandbox = State<Arc<SandboxState>>;

pub(super) fn routes() -> Router<Arc<SandboxState>> {
    Router::new()
        .route("/calls", get(calls))
        .route("/tokens", get(tokens))
        .route("/faults", get(faults).post(add_fault).delete(clear_faults))
        .route("/settings", get(settings).post(configure))
        .route("/kill", post(kill))
        .route("/device", post(decide_device))
        .route("/clients", post(register))
        .route("/keys", post(mint_key))
        .route("/app_keys", post(register_app_key))
        .route("/touch", post(touch))
        .route("/accounts", get(accounts))
        .route("/messages", post(take_message))
        .layer(from_fn(from_this_machine))
}

/// The socket is on loopback, which a web page can still reach under a name of its own; the Host header gives it away.
async fn from_this_machine(request: Request, next: Next) -> Response {
    let host = request
        .headers()
        .get(HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or_default();
    let loopback = match Url::parse(&format!("http://{host}"))
        .as_ref()
        .map(Url::host)
    {
        Ok(Some(Host::Ipv4(ip))) => ip.is_loopback(),
        Ok(Some(Host::Ipv6(ip))) => ip.is_loopback(),
        Ok(Some(Host::Domain(name))) => name == "localhost",
        _ => false,
    };
    if loopback {
        next.run(request).await
    } else {
        StatusCode::FORBIDDEN.into_response()
    }
}

#[derive(Deserialize)]
struct OfVendor {
    vendor: Option<Vendor>,
}

/// A vendor's name beside the fields of `T`. Not `flatten`: that would let misspelt fields pass.
#[derive(Deserialize)]
#[serde(try_from = "Map<String, Value>", bound = "T: DeserializeOwned")]
struct At<T> {
    vendor: Vendor,
    rest: T,
}

impl<T: DeserializeOwned> TryFrom<Map<String, Value>> for At<T> {
    type Error = serde_json::Error;

    fn try_from(mut fields: Map<String, Value>) -> Result<Self, Self::Error> {
        let vendor = Vendor::deserialize(fields.remove("vendor").unwrap_or_default())?;
        Ok(Self {
            vendor,
            rest: T::deserialize(Value::Object(fields))?,
        })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfAccount {
    account: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PublicKey {
    client_id: String,
    public_key: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Decided {
    user_code: String,
    account: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Touched {
    entity: String,
    count: usize,
}

async fn calls(State(sandbox): Sandbox, Query(of): Query<OfVendor>) -> Json<Vec<CallRecord>> {
    let log = sandbox.log();
    Json(of.vendor.map_or_else(|| log.all(), |vendor| log.of(vendor)))
}

async fn tokens(State(sandbox): Sandbox, Query(of): Query<OfVendor>) -> Json<Vec<TokenView>> {
    let vendors = of
        .vendor
        .map_or_else(|| Vendor::ALL.to_vec(), |vendor| vec![vendor]);
    Json(
        vendors
            .into_iter()
            .flat_map(|vendor| sandbox.tokens(vendor))
            .collect(),
    )
}

async fn faults(State(sandbox): Sandbox) -> Json<Vec<Fault>> {
    Json(sandbox.faults())
}

async fn add_fault(State(sandbox): Sandbox, Json(fault): Json<Fault>) -> StatusCode {
    sandbox.inject(fault);
    StatusCode::NO_CONTENT
}

async fn clear_faults(State(sandbox): Sandbox) -> StatusCode {
    sandbox.clear_faults();
    StatusCode::NO_CONTENT
}

async fn settings(State(sandbox): Sandbox) -> Json<Value> {
    let all = Vendor::ALL.map(|vendor| (vendor.to_string(), json!(sandbox.settings(vendor))));
    Json(all.into_iter().collect())
}

async fn configure(State(sandbox): Sandbox, Json(at): Json<At<SettingsChange>>) -> Json<Settings> {
    Json(sandbox.configure(at.vendor, at.rest))
}

async fn kill(State(sandbox): Sandbox, Json(at): Json<At<Victim>>) -> Json<Value> {
    Json(json!({ "killed": sandbox.kill(at.vendor, &at.rest) }))
}

async fn decide_device(State(sandbox): Sandbox, Json(at): Json<At<Decided>>) -> Response {
    let Decided { user_code, account } = at.rest;
    if sandbox.decide_device(at.vendor, &user_code, account.as_deref()) {
        return StatusCode::NO_CONTENT.into_response();
    }
    let why = json!({ "error": "no device waits under this code, or no such account" });
    (StatusCode::NOT_FOUND, Json(why)).into_response()
}

async fn register(State(sandbox): Sandbox, Json(at): Json<At<Client>>) -> StatusCode {
    sandbox.register(at.vendor, at.rest);
    StatusCode::NO_CONTENT
}

async fn mint_key(State(sandbox): Sandbox, Json(at): Json<At<OfAccount>>) -> Response {
    match sandbox.mint_api_key(at.vendor, &at.rest.account) {
        Some(key) => Json(json!({ "key": key })).into_response(),
        None => (
            StatusCode::NOT_FOUND,
            Json(json!({ "error": "no such account" })),
        )
            .into_response(),
    }
}

async fn register_app_key(State(sandbox): Sandbox, Json(at): Json<At<PublicKey>>) -> Response {
    let PublicKey {
        client_id,
        public_key,
    } = at.rest;
    if sandbox.register_app_key(at.vendor, &client_id, &public_key) {
        return StatusCode::NO_CONTENT.into_response();
    }
    let why = json!({ "error": "no such app, or not an RSA public key in PEM" });
    (StatusCode::UNPROCESSABLE_ENTITY, Json(why)).into_response()
}

async fn touch(State(sandbox): Sandbox, Json(at): Json<At<Touched>>) -> StatusCode {
    sandbox.touch(at.vendor, &at.rest.entity, at.rest.count);
    StatusCode::NO_CONTENT
}

/// Somebody is told something, and it is taken: the demo has nobody else to tell.
async fn take_message() -> StatusCode {
    StatusCode::NO_CONTENT
}

async fn accounts() -> Json<Value> {
    Json(json!(ACCOUNTS))
}
