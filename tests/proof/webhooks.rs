//! Events that vendors send: believed when they are signed, and going nowhere after a disconnect (O6).

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use jiff::Timestamp;
use reqwest::StatusCode;
use ring::hmac;
use tagout::domain::connection::AppSecret;
use tagout::wire::ask;
use tagout::wire::request::{JobAction, JobSpec, Request, Window};
use tagout::wire::view::{self, Page};

use crate::house::{BOT, House, again, secret};

const KEY: &[u8] = b"0123456789abcdef0123456789abcdef";

/// Sends an event, signed with `key` as Standard Webhooks has it.
async fn send(url: &str, key: &[u8]) -> StatusCode {
    let (id, now) = ("msg_1", Timestamp::now().as_second());
    let body = r#"{"type":"invoice.paid"}"#;
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    let tag = hmac::sign(&key, format!("{id}.{now}.{body}").as_bytes());
    let signature = format!("v1,{}", BASE64_STANDARD.encode(tag));
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let request = http
        .post(url)
        .header("webhook-id", id)
        .header("webhook-timestamp", now.to_string())
        .header("webhook-signature", signature);
    request.body(body).send().await.unwrap().status()
}

async fn endpoint(house: &House, connection: &view::Connection) -> view::Webhook {
    let connection = Some(connection.id.to_string());
    let mut all: Vec<view::Webhook> = house
        .ask(Request::Webhooks(ask::Webhooks { connection }))
        .await;
    all.pop().unwrap()
}

/// The connection's first job, which has run as it does when it is enabled, and is due in a long time.
async fn yearly(house: &mut House, connection: &view::Connection) -> view::Job {
    let page: Page<view::Job> = house.ask(jobs(connection)).await;
    let job = page.rows[0].id.to_string();
    let spec = JobSpec {
        connection: None,
        entity: None,
        mode: None,
        schedule: Some("0 0 29 2 *".to_owned()),
        max_retries: None,
        timeout_minutes: None,
    };
    let edit = Request::JobEdit(ask::JobEdit {
        job: job.clone(),
        spec,
    });
    house.ask::<view::Job>(edit).await;
    let act = JobAction::Enable;
    let enabled: view::Job = house.ask(Request::JobAct(ask::JobAct { job, act })).await;
    pulled(house, connection, &enabled).await
}

/// The job once it has run again.
async fn pulled(house: &mut House, connection: &view::Connection, before: &view::Job) -> view::Job {
    let last = |job: &view::Job| job.last_execution.as_ref().map(|it| it.id.clone());
    let again = |job: &view::Job| {
        let over = job.last_execution.as_ref();
        let over = over.is_some_and(|it| it.completed_at.is_some());
        job.id == before.id && over && last(job) != last(before)
    };
    let all = || jobs(connection);
    let page: Page<view::Job> = house
        .until(all, |page: &Page<view::Job>| page.rows.iter().any(again))
        .await;
    page.rows
        .into_iter()
        .find(|job| job.id == before.id)
        .unwrap()
}

fn jobs(connection: &view::Connection) -> Request {
    Request::Jobs(ask::Jobs {
        connection: Some(connection.id.to_string()),
        window: Window {
            limit: 10,
            ..Window::default()
        },
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signed_event_brings_the_next_pull_forward_and_a_forged_one_does_nothing() {
    let mut house = House::new().await;
    let connection = house.connect("ledger", BOT).await;
    let job = yearly(&mut house, &connection).await;
    let url = endpoint(&house, &connection).await.url;

    // Nobody has told us the secret: taken, counted, and not believed.
    assert_eq!(send(&url, KEY).await, StatusCode::OK);
    assert_eq!(endpoint(&house, &connection).await.verified, 0);

    let keep = Request::ProviderSecret(ask::ProviderSecret {
        id: "ledger".to_owned(),
        kind: AppSecret::Signing,
        secret: secret(&format!("whsec_{}", BASE64_STANDARD.encode(KEY))),
    });
    house.ask::<view::ProviderDetail>(keep).await;
    assert_eq!(send(&url, b"another key").await, StatusCode::UNAUTHORIZED);
    let counted = endpoint(&house, &connection).await;
    let counts = (counted.received, counted.verified, counted.forged);
    assert_eq!(counts, (1, 0, 1));
    let untouched: Page<view::Job> = house.ask(jobs(&connection)).await;
    let same = untouched.rows.iter().find(|it| it.id == job.id).unwrap();
    assert_eq!(same.next_run_at, job.next_run_at);

    assert_eq!(send(&url, KEY).await, StatusCode::OK);
    assert_eq!(endpoint(&house, &connection).await.verified, 1);
    pulled(&mut house, &connection, &job).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_after_a_disconnect_is_answered_counted_and_dropped() {
    let mut house = House::new().await;
    let connection = house.connect("ledger", BOT).await;
    let url = endpoint(&house, &connection).await.url;
    house.disconnect(connection.id.as_str()).await;
    for key in [KEY, b"another key"] {
        assert_eq!(send(&url, key).await, StatusCode::OK);
    }
    let counted = endpoint(&house, &connection).await;
    assert_eq!((counted.received, counted.ignored), (2, 2));
    assert_eq!(send(&format!("{url}x"), KEY).await, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_dropped_since_counts_from_the_latest_disconnect_and_forgeries_apart() {
    let mut house = House::new().await;
    let connection = house.connect("ledger", BOT).await;
    let keep = Request::ProviderSecret(ask::ProviderSecret {
        id: "ledger".to_owned(),
        kind: AppSecret::Signing,
        secret: secret(&format!("whsec_{}", BASE64_STANDARD.encode(KEY))),
    });
    house.ask::<view::ProviderDetail>(keep).await;
    let url = endpoint(&house, &connection).await.url;
    house.disconnect(connection.id.as_str()).await;
    for _ in 0..6 {
        assert_eq!(send(&url, KEY).await, StatusCode::OK);
    }
    // Whoever knows the address can send: that is not the vendor.
    assert_eq!(send(&url, b"another key").await, StatusCode::OK);
    let unsigned = reqwest::Client::builder().no_proxy().build().unwrap();
    let unsigned = unsigned.post(&url).body("{}").send().await.unwrap();
    assert_eq!(unsigned.status(), StatusCode::OK);
    let counted = endpoint(&house, &connection).await;
    assert_eq!((counted.received, counted.verified), (6, 6));
    assert_eq!((counted.ignored, counted.forged), (6, 2));
    assert_eq!(counted.dropped_since_disconnect, 6);
    let last = counted.last_at.unwrap();

    let flow = house.begin(again(&connection)).await;
    house.authorize(flow, BOT).await;
    house.disconnect(connection.id.as_str()).await;
    assert_eq!(send(&url, b"another key").await, StatusCode::OK);
    let counted = endpoint(&house, &connection).await;
    assert_eq!((counted.ignored, counted.forged), (6, 3));
    assert_eq!(counted.dropped_since_disconnect, 0);
    assert_eq!(counted.last_at, Some(last));
    let row = house.connection(connection.id.as_str()).await.webhooks;
    assert_eq!((row.dropped_since_disconnect, row.forged), (0, 3));
    assert_eq!(send(&url, KEY).await, StatusCode::OK);
    assert_eq!(
        endpoint(&house, &connection).await.dropped_since_disconnect,
        1
    );
}
