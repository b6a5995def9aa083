//! Something between us and the vendor that refuses for a while, in the vendor's own words.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::json;
use tagout::domain::credential::TokenKind;
use tagout::domain::trial::Outcome;
use tagout::sandbox::{Endpoint, FaultMode, Vendor};
use tagout::wire::view;

use crate::house::{BOT, CAROL, House, MUTE};

/// A question about Ledger's tokens that tells the truth until a revocation was called for, and refuses everybody from then
/// on, as Ledger refuses a token that it does not know.
struct Gateway {
    base: String,
    refuses: Arc<AtomicBool>,
}

impl Gateway {
    async fn before(house: &House) -> Self {
        let log = house.sandbox.log();
        let truth = format!("{}/ledger/userinfo", house.sandbox.base_url());
        let refuses = Arc::new(AtomicBool::new(true));
        let is_on = Arc::clone(&refuses);
        let me = move |headers: HeaderMap| {
            let (log, truth) = (Arc::clone(&log), truth.clone());
            let is_on = is_on.load(Ordering::SeqCst);
            async move {
                let calls = log.of(Vendor::Ledger);
                let is_revoked = calls.iter().any(|call| call.endpoint == Endpoint::Revoke);
                if is_on && is_revoked {
                    return no();
                }
                let asked = reqwest::Client::new()
                    .get(truth)
                    .header(AUTHORIZATION, &headers[AUTHORIZATION]);
                match asked.send().await.unwrap().status() {
                    StatusCode::OK => Json(json!({ "sub": "someone" })).into_response(),
                    _ => no(),
                }
            }
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let app = Router::new().route("/me", get(me));
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { base, refuses }
    }

    fn file(&self) -> String {
        let me = format!("[probe]\nurl = \"{}/me\"", self.base);
        MUTE.replace("[probe]\nurl = \"{base}/userinfo\"", &me)
            .replace("prove_refresh = true", "prove_refresh = false")
    }
}

fn no() -> Response {
    let challenge = [(WWW_AUTHENTICATE, "Bearer error=\"invalid_token\"")];
    let body = Json(json!({ "error": "invalid_token" }));
    (StatusCode::UNAUTHORIZED, challenge, body).into_response()
}

fn access(run: &view::Run) -> Outcome {
    let mut tokens = run.tokens.iter();
    let token = tokens.find(|token| token.kind == TokenKind::Access);
    token.and_then(|token| token.outcome).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn noes_prove_nothing_while_another_connection_is_refused_too() {
    let mut house = House::new().await;
    let gateway = Gateway::before(&house).await;
    house.add(&gateway.file()).await;
    let connection = house.connect("mute", BOT).await;
    house.connect("mute", CAROL).await;
    house.fault(Endpoint::Revoke, FaultMode::Lie200);
    let run = house.disconnect(connection.id.as_str()).await;
    assert!(!access(&run).proven(), "{run:#?}");
    assert_eq!(house.alive(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_vendor_with_nobody_in_between_is_believed() {
    let mut house = House::new().await;
    let gateway = Gateway::before(&house).await;
    gateway.refuses.store(false, Ordering::SeqCst);
    house.add(&gateway.file()).await;
    let connection = house.connect("mute", BOT).await;
    house.connect("mute", CAROL).await;
    let run = house.disconnect(connection.id.as_str()).await;
    assert_eq!(access(&run), Outcome::VerifiedDead);
}
