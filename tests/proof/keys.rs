//! A vendor of keys: one call ends the key that it is made with, and a revoked key is told from a made-up one.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::get;
use tokio::sync::oneshot;

use crate::house::House;

/// A vendor of keys: one call ends the key that it is made with.
#[derive(Clone, Default)]
pub(crate) struct Keys {
    pub(crate) is_down: Arc<AtomicBool>,
    is_dead: Arc<AtomicBool>,
    held: Arc<Mutex<Option<Held>>>,
}

/// Whoever holds an answer is told once it is wanted, and says when it goes on.
type Held = oneshot::Sender<oneshot::Sender<()>>;

/// The one key that was ever issued.
pub(crate) const KEY: &str = "kk_5f2e0c7a91d34b86a0e1c9d8f7b6a534";

const KEYED: &str = r#"
id = "keyed"
name = "Keyed"
category = "other"

[auth]
kind = "api_key"
refresh = "none"
lifetime = "never"
identity = { url = "{base}/me", auth = "bearer", id = "/id", label = "/id" }

[probe]
url = "{base}/me"
auth = "bearer"
dead = { status = [401] }
revoked = { pointer = "/error", equals = "revoked" }

[[manual]]
text = "Keyed → Keys → Delete"
url = "https://keyed.example/keys"
when = "unless_proven"

[[disconnect]]
token = "api_key"
method = "DELETE"
url = "{base}/me"
auth = "bearer"
"#;

impl Keys {
    /// Serves, and adds the provider to a house.
    pub(crate) async fn start(house: &mut House) -> Self {
        let vendor = Self::default();
        let base = vendor.clone().serve().await;
        house.add_file(&KEYED.replace("{base}", &base)).await;
        vendor
    }

    /// The next question about a key waits for whoever holds its answer.
    pub(crate) fn holds_the_next_answer(&self) -> oneshot::Receiver<oneshot::Sender<()>> {
        let (held, answer) = oneshot::channel();
        *self.held.lock().unwrap() = Some(held);
        answer
    }

    async fn serve(self) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let me = get(Self::me).delete(Self::end).with_state(self);
        tokio::spawn(async move {
            let app = Router::new().route("/me", me);
            axum::serve(listener, app).await.unwrap();
        });
        base
    }

    async fn me(State(vendor): State<Self>, headers: HeaderMap) -> (StatusCode, &'static str) {
        let held = vendor.held.lock().unwrap().take();
        if let Some(held) = held {
            let (goes_on, waits) = oneshot::channel();
            held.send(goes_on).unwrap();
            waits.await.unwrap();
        }
        let is_ours = headers["authorization"] == format!("Bearer {KEY}");
        match (is_ours, vendor.is_dead.load(Ordering::SeqCst)) {
            (true, false) => (StatusCode::OK, r#"{"id":"acme"}"#),
            (true, true) => (StatusCode::UNAUTHORIZED, r#"{"error":"revoked"}"#),
            (false, _) => (StatusCode::UNAUTHORIZED, r#"{"error":"unknown"}"#),
        }
    }

    async fn end(State(vendor): State<Self>) -> StatusCode {
        if vendor.is_down.load(Ordering::SeqCst) {
            return StatusCode::SERVICE_UNAVAILABLE;
        }
        vendor.is_dead.store(true, Ordering::SeqCst);
        StatusCode::NO_CONTENT
    }
}
