//! A vendor on loopback that does as little as a vendor can, and keeps calls waiting when it is told to.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first failure"
)]

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use axum::extract::{Form, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use tokio::sync::watch;

use crate::fleet::PATIENCE;

/// A vendor that does as little as a vendor can.
pub(crate) struct Vendor {
    pub(crate) base: String,
    state: Arc<Answers>,
    runtime: Option<Runtime>,
}

struct Answers {
    asked: AtomicUsize,
    dead: Mutex<HashSet<String>>,
    /// Revocations wait while this says so.
    is_shut: watch::Sender<bool>,
    revoking: watch::Sender<usize>,
}

impl Drop for Vendor {
    /// From inside another runtime one may not wait.
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Vendor {
    pub(crate) fn start() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let state = Arc::new(Answers {
            asked: AtomicUsize::new(0),
            dead: Mutex::default(),
            is_shut: watch::Sender::new(false),
            revoking: watch::Sender::new(0),
        });
        let app = Router::new()
            .route("/me", get(me))
            .route("/introspect", post(introspect))
            .route("/revoke", post(revoke))
            .with_state(Arc::clone(&state));
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        runtime.spawn(async move {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            axum::serve(listener, app).await.unwrap();
        });
        Self {
            base,
            state,
            runtime: Some(runtime),
        }
    }

    /// Requests so far.
    pub(crate) fn asked(&self) -> usize {
        self.state.asked.load(Ordering::Relaxed)
    }

    /// Lets revocations wait, or go.
    pub(crate) fn shut(&self, is_shut: bool) {
        self.state.is_shut.send_replace(is_shut);
    }

    /// Waits until so many revocations have come.
    pub(crate) async fn until_revoking(&self, wanted: usize) {
        let mut revoking = self.state.revoking.subscribe();
        let come = revoking.wait_for(|n| *n >= wanted);
        tokio::time::timeout(PATIENCE, come).await.unwrap().unwrap();
    }

    /// Revocations that have come.
    pub(crate) fn revoking(&self) -> usize {
        *self.state.revoking.borrow()
    }
}

/// What the fleet's tokens end in: whatever else begins like one was made up.
pub(crate) const ISSUED: &str = "9f2c41d07be6a85310c4";

fn is_issued(token: &str) -> bool {
    token.ends_with(ISSUED)
}

async fn me(State(state): State<Arc<Answers>>, headers: HeaderMap) -> StatusCode {
    state.asked.fetch_add(1, Ordering::Relaxed);
    let token = headers["authorization"].to_str().unwrap();
    let token = token.trim_start_matches("Bearer ");
    match is_issued(token) && !state.dead.lock().unwrap().contains(token) {
        true => StatusCode::OK,
        false => StatusCode::UNAUTHORIZED,
    }
}

async fn introspect(
    State(state): State<Arc<Answers>>,
    Form(form): Form<HashMap<String, String>>,
) -> Json<Value> {
    state.asked.fetch_add(1, Ordering::Relaxed);
    let token = &form["token"];
    let active = is_issued(token) && !state.dead.lock().unwrap().contains(token);
    Json(json!({ "active": active }))
}

async fn revoke(
    State(state): State<Arc<Answers>>,
    Form(form): Form<HashMap<String, String>>,
) -> StatusCode {
    state.asked.fetch_add(1, Ordering::Relaxed);
    state.revoking.send_modify(|n| *n += 1);
    let mut is_shut = state.is_shut.subscribe();
    is_shut.wait_for(|shut| !shut).await.unwrap();
    state.dead.lock().unwrap().insert(form["token"].clone());
    StatusCode::OK
}
