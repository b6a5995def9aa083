//! A receiver of messages: it keeps what came, and answers as it is told to. What a signature is, is written here once more, by
//! the specification (Standard Webhooks, "Signature scheme"), so that the server and this can be wrong independently.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use ring::hmac;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// What it says when it does not take a message.
pub(crate) const WORDS: &str = "no room for customer 4711";

/// A message as it came.
#[derive(Debug, Clone)]
pub(crate) struct Came {
    pub(crate) id: String,
    timestamp: String,
    signatures: Vec<String>,
    raw: String,
    pub(crate) status: StatusCode,
}

impl Came {
    pub(crate) fn body(&self) -> Value {
        serde_json::from_str(&self.raw).unwrap()
    }

    pub(crate) fn kind(&self) -> String {
        self.body()["type"].as_str().unwrap().to_owned()
    }

    /// Whether one of its signatures is by this secret.
    pub(crate) fn is_signed_by(&self, secret: &str) -> bool {
        let bytes = BASE64_STANDARD.decode(secret.strip_prefix("whsec_").unwrap());
        let key = hmac::Key::new(hmac::HMAC_SHA256, &bytes.unwrap());
        let signed = format!("{}.{}.{}", self.id, self.timestamp, self.raw);
        let holds = |sent: &String| {
            let tag = BASE64_STANDARD.decode(sent.strip_prefix("v1,").unwrap());
            hmac::verify(&key, signed.as_bytes(), &tag.unwrap()).is_ok()
        };
        self.signatures.iter().any(holds)
    }

    pub(crate) fn signatures(&self) -> usize {
        self.signatures.len()
    }
}

#[derive(Clone)]
struct Shared {
    came: Arc<watch::Sender<Vec<Came>>>,
    answers: Arc<Mutex<VecDeque<StatusCode>>>,
}

pub(crate) struct Receiver {
    pub(crate) url: String,
    shared: Shared,
    came: watch::Receiver<Vec<Came>>,
}

impl Receiver {
    pub(crate) async fn new() -> Self {
        Self::at("127.0.0.1:0").await
    }

    pub(crate) async fn at(address: &str) -> Self {
        let listener = TcpListener::bind(address).await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let (sender, came) = watch::channel(Vec::new());
        let shared = Shared {
            came: Arc::new(sender),
            answers: Arc::default(),
        };
        let app = Router::new().route("/hook", post(take));
        let app = app.with_state(shared.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { url, shared, came }
    }

    /// What the next messages are answered with; 200 when that is used up.
    pub(crate) fn answers(&self, all: &[u16]) {
        let all = all.iter().map(|it| StatusCode::from_u16(*it).unwrap());
        self.shared.answers.lock().unwrap().extend(all);
    }

    /// Everything is taken from now on.
    pub(crate) fn recovers(&self) {
        self.shared.answers.lock().unwrap().clear();
    }

    /// Waits until what came is as wanted.
    pub(crate) async fn until(&mut self, done: impl Fn(&[Came]) -> bool) -> Vec<Came> {
        let waiting = self.came.wait_for(|came| done(came));
        let waited = tokio::time::timeout(Duration::from_secs(60), waiting).await;
        waited.expect("it comes in time").unwrap().clone()
    }

    pub(crate) fn all(&self) -> Vec<Came> {
        self.came.borrow().clone()
    }
}

async fn take(State(shared): State<Shared>, headers: HeaderMap, raw: String) -> Response {
    let header = |name: &str| headers[name].to_str().unwrap().to_owned();
    let next = shared.answers.lock().unwrap().pop_front();
    let status = next.unwrap_or(StatusCode::OK);
    let came = Came {
        id: header("webhook-id"),
        timestamp: header("webhook-timestamp"),
        signatures: header("webhook-signature")
            .split(' ')
            .map(str::to_owned)
            .collect(),
        raw,
        status,
    };
    shared.came.send_modify(|all| all.push(came));
    match status.is_redirection() {
        true => (status, [("location", "/elsewhere")]).into_response(),
        false if status.is_success() => status.into_response(),
        false => (status, WORDS).into_response(),
    }
}
