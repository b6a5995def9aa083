//! How many events a second are taken that a vendor signed, each known by its id, counted, listed and on the disk before it is
//! answered, against an axum handler that does nothing, in one run.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a benchmark stops at the first failure"
)]

#[path = "../proof/house.rs"]
#[expect(dead_code, reason = "the tests use the rest of it")]
mod house;
#[path = "../support/pace.rs"]
mod pace;
#[path = "../support/until.rs"]
mod until;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::routing::post;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use jiff::Timestamp;
use ring::hmac;
use tagout::domain::connection::AppSecret;
use tagout::wire::rpc;
use tagout::wire::view;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use house::{BOT, House, secret};

const KEY: &[u8] = b"0123456789abcdef0123456789abcdef";
const BODY: &str = r#"{"type":"invoice.paid","data":{"object":{"id":"in_1","amount":1200}}}"#;
/// Nearly as many as the server takes at once.
const CLIENTS: u64 = 240;
const LASTS: Duration = Duration::from_secs(3);

#[tokio::main]
async fn main() {
    let mut house = House::new().await;
    let connection = house.connect("ledger", BOT).await;
    let keep = rpc::ProviderSecret {
        id: "ledger".to_owned(),
        kind: AppSecret::Signing,
        secret: secret(&format!("whsec_{}", BASE64_STANDARD.encode(KEY))),
    };
    house.ask(keep).await;
    let of = Some(connection.id.to_string());
    let endpoints: Vec<view::Webhook> = house.ask(rpc::Webhooks { connection: of }).await;
    let url = url::Url::parse(&endpoints[0].url).unwrap();

    let bare = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = bare.local_addr().unwrap().to_string();
    let app = Router::new().route("/webhooks/{id}", post(|_: Bytes| async {}));
    tokio::spawn(async move { axum::serve(bare, app).await });
    let bare = rate(&at, url.path()).await;
    let ours = rate(url.authority(), url.path()).await;
    println!("bare axum handler          {bare:>10.0} /s");
    println!(
        "verified deliveries        {ours:>10.0} /s {:>8.2}",
        ours / bare
    );
}

/// Answers a second to as many clients as send at once.
async fn rate(at: &str, path: &str) -> f64 {
    let (next, answered) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let began = Instant::now();
    let clients = (0..CLIENTS).map(|_| {
        let (at, path) = (at.to_owned(), path.to_owned());
        let (next, answered) = (Arc::clone(&next), Arc::clone(&answered));
        tokio::spawn(async move {
            let mut stream = TcpStream::connect(&at).await.unwrap();
            while began.elapsed() < LASTS {
                let request = signed(&at, &path, next.fetch_add(1, Ordering::Relaxed));
                stream.write_all(request.as_bytes()).await.unwrap();
                let mut answer = [0; 1024];
                let read = stream.read(&mut answer).await.unwrap();
                let head = std::str::from_utf8(&answer[..read]).unwrap();
                assert!(
                    head.starts_with("HTTP/1.1 200") && head.ends_with("\r\n\r\n"),
                    "{head}"
                );
                answered.fetch_add(1, Ordering::Relaxed);
            }
        })
    });
    for client in clients.collect::<Vec<_>>() {
        client.await.unwrap();
    }
    answered.load(Ordering::Relaxed) as f64 / began.elapsed().as_secs_f64()
}

/// An event of its own, signed as Standard Webhooks has it.
fn signed(at: &str, path: &str, n: u64) -> String {
    let now = Timestamp::now().as_second();
    let key = hmac::Key::new(hmac::HMAC_SHA256, KEY);
    let tag = hmac::sign(&key, format!("msg_{n}.{now}.{BODY}").as_bytes());
    format!(
        "POST {path} HTTP/1.1\r\nhost: {at}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\
         webhook-id: msg_{n}\r\nwebhook-timestamp: {now}\r\nwebhook-signature: v1,{}\r\n\r\n{BODY}",
        BODY.len(),
        BASE64_STANDARD.encode(tag)
    )
}
