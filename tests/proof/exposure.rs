//! What may still live after a disconnect (B3): until when, and that it is said no longer than it is true.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::get;
use tagout::domain::disconnect::exposure::Over;
use tagout::domain::trial::{Outcome, Residual};
use tagout::sandbox::{Endpoint, FaultMode, Lifetime};
use tagout::wire::request::{Request, Window};
use tagout::wire::view::{self, Page};

use crate::house::{BOT, House};

async fn exposed(house: &House) -> u64 {
    house.ask::<view::Status>(Request::Status).await.exposed
}

/// What the list of runs says is left of each, newest first.
async fn rows(house: &House) -> Vec<u64> {
    let runs = Request::Runs(Window {
        limit: 10,
        ..Window::default()
    });
    let page: Page<view::RunRow> = house.ask(runs).await;
    page.rows.into_iter().map(|row| row.exposed).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_expired_is_exposed_no_more_and_an_entry_says_so() {
    let mut house = House::new().await;
    house.tune(|it| it.access_ttl = Some(Lifetime::Seconds(6)));
    let connection = house.connect("ledger", BOT).await;
    house.fault(Endpoint::Revoke, FaultMode::Status503);
    let run = house.disconnect(connection.id.as_str()).await;
    let until = run.tokens.iter().find_map(|it| match it.residual_until {
        Some(Residual::Until(at)) => Some(at),
        _ => None,
    });
    let until = until.expect("an access token that expires");
    assert!(until > jiff::Timestamp::now(), "{until}");
    assert_eq!(exposed(&house).await, 2);
    assert_eq!(
        house.connection(connection.id.as_str()).await.exposed.len(),
        2
    );

    let status = |status: &view::Status| status.exposed == 1;
    house.until(|| Request::Status, status).await;
    assert!(jiff::Timestamp::now() >= until);
    // The entry comes with the notice, and so does what the run says.
    let id = run.id.to_string();
    let is_over = |run: &view::Run| run.tokens.iter().any(|it| it.over.is_some());
    let run: view::Run = house
        .until(|| Request::Run { id: id.clone() }, is_over)
        .await;
    let over: Vec<_> = run
        .tokens
        .iter()
        .filter_map(|it| it.over.as_ref())
        .collect();
    assert_eq!(over.len(), 1);
    assert_eq!(over[0].over, Over::Expired);
    assert_eq!(house.count("exposure.over").await, 1);
    assert_eq!(rows(&house).await, [1]);
    let left = house.connection(connection.id.as_str()).await.exposed;
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].until, Residual::Unknown);
    house.restart().await;
    assert_eq!(exposed(&house).await, 1);
    assert_eq!(house.count("exposure.over").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_later_run_that_proves_the_same_key_dead_ends_the_exposure() {
    let mut house = House::new().await;
    let vendor = Keys::default();
    let base = vendor.clone().serve().await;
    house.add_file(&KEYED.replace("{base}", &base)).await;
    let connection = house
        .paste_key("keyed", None, "kk_5f2e0c7a91d34b86a0e1c9d8f7b6a534")
        .await;
    vendor.is_down.store(true, Ordering::SeqCst);
    let first = house.disconnect(connection.id.as_str()).await;
    assert_eq!(first.tokens[0].outcome, Some(Outcome::Unreachable));
    assert_eq!(exposed(&house).await, 1);
    assert_eq!(
        house.connection(connection.id.as_str()).await.exposed[0].until,
        Residual::Never
    );

    vendor.is_down.store(false, Ordering::SeqCst);
    house
        .paste_key(
            "keyed",
            Some(&connection),
            "kk_5f2e0c7a91d34b86a0e1c9d8f7b6a534",
        )
        .await;
    assert_eq!(exposed(&house).await, 1);
    let second = house.disconnect(connection.id.as_str()).await;
    assert_eq!(second.tokens[0].outcome, Some(Outcome::VerifiedDead));
    assert_eq!(exposed(&house).await, 0);
    let first = house.run(first.id).await;
    let over = first.tokens[0].over.as_ref().unwrap();
    assert_eq!(over.over, Over::Proven { run: second.id });
    assert_eq!(rows(&house).await, [0, 0]);
    assert_eq!(house.count("exposure.over").await, 1);
}

/// A vendor of keys: one call ends the key that it is made with.
#[derive(Clone, Default)]
struct Keys {
    is_down: Arc<AtomicBool>,
    is_dead: Arc<AtomicBool>,
}

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

[[disconnect]]
token = "api_key"
method = "DELETE"
url = "{base}/me"
auth = "bearer"
"#;

impl Keys {
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
        let is_ours = headers["authorization"] == "Bearer kk_5f2e0c7a91d34b86a0e1c9d8f7b6a534";
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
