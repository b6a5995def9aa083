//! Events that vendors send: believed when they are signed, and going nowhere after a disconnect (O6).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use jiff::Timestamp;
use reqwest::StatusCode;
use ring::hmac;
use tagout::domain::audit::AuditEntry;
use tagout::domain::connection::{App, AppSecret, Status};
use tagout::domain::delivery::Fate;
use tagout::domain::sealed::Sealed;
use tagout::sandbox::{Endpoint, FaultMode, Vendor, Victim};
use tagout::store::Store;
use tagout::wire::request::Window;
use tagout::wire::rpc;
use tagout::wire::rpc::{JobAction, JobSpec};
use tagout::wire::view::{self, Page};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use crate::house::{self, BOT, CAROL, House, MUTE, again, secret};
use crate::shared::twice;

const KEY: &[u8] = b"0123456789abcdef0123456789abcdef";
const PAID: &str = r#"{"type":"invoice.paid"}"#;

/// An event of its own, signed a moment ago.
struct Event<'a> {
    key: &'a [u8],
    id: String,
    at: i64,
    body: &'a str,
}

impl<'a> Event<'a> {
    fn new(body: &'a str) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self {
            key: KEY,
            id: format!("msg_{}", NEXT.fetch_add(1, Ordering::Relaxed)),
            at: Timestamp::now().as_second(),
            body,
        }
    }

    /// Sends it, signed as Standard Webhooks has it.
    async fn send(&self, url: &str) -> StatusCode {
        let Self { key, id, at, body } = self;
        let key = hmac::Key::new(hmac::HMAC_SHA256, key);
        let tag = hmac::sign(&key, format!("{id}.{at}.{body}").as_bytes());
        let signature = format!("v1,{}", BASE64_STANDARD.encode(tag));
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let request = http
            .post(url)
            .header("webhook-id", id)
            .header("webhook-timestamp", at.to_string())
            .header("webhook-signature", signature);
        let answer = request.body((*body).to_owned()).send().await.unwrap();
        answer.status()
    }
}

/// Sends an event that is signed with `key`.
async fn send(url: &str, key: &[u8]) -> StatusCode {
    let event = Event {
        key,
        ..Event::new(PAID)
    };
    event.send(url).await
}

async fn knows_the_secret(house: &House) {
    knows_the_secret_of(house, "ledger").await;
}

async fn knows_the_secret_of(house: &House, provider: &str) {
    let keep = rpc::ProviderSecret {
        id: provider.to_owned(),
        kind: AppSecret::Signing,
        secret: secret(&format!("whsec_{}", BASE64_STANDARD.encode(KEY))),
    };
    house.ask(keep).await;
}

async fn deliveries(house: &House, endpoint: &view::Webhook) -> Vec<view::Delivery> {
    let id = endpoint.id.clone();
    house.ask(rpc::WebhookDeliveries { id }).await
}

async fn fates(house: &House, endpoint: &view::Webhook) -> Vec<Fate> {
    let listed = deliveries(house, endpoint).await;
    listed.into_iter().map(|it| it.fate).collect()
}

pub(crate) async fn endpoint(house: &House, connection: &view::Connection) -> view::Webhook {
    let connection = Some(connection.id.to_string());
    let mut all: Vec<view::Webhook> = house.ask(rpc::Webhooks { connection }).await;
    all.pop().unwrap()
}

/// The connection's job for invoices, which has run as it does when it is enabled, and is due in a long time.
async fn yearly(house: &mut House, connection: &view::Connection) -> view::Job {
    yearly_of(house, connection, "invoice").await
}

async fn yearly_of(house: &mut House, connection: &view::Connection, entity: &str) -> view::Job {
    let page: Page<view::Job> = house.ask(jobs(connection)).await;
    let job = page.rows.iter().find(|job| job.entity == entity).unwrap();
    let job = job.id.to_string();
    let spec = JobSpec {
        connection: None,
        entity: None,
        mode: None,
        schedule: Some("0 0 29 2 *".to_owned()),
        max_retries: None,
        timeout_minutes: None,
    };
    let edit = rpc::JobEdit {
        job: job.clone(),
        spec,
    };
    house.ask(edit).await;
    let act = JobAction::Enable;
    let enabled: view::Job = house.ask(rpc::JobAct { job, act }).await;
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

fn jobs(connection: &view::Connection) -> rpc::Jobs {
    rpc::Jobs {
        connection: Some(connection.id.to_string()),
        window: Window {
            limit: 10,
            ..Window::default()
        },
    }
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

    knows_the_secret(&house).await;
    assert_eq!(send(&url, b"another key").await, StatusCode::UNAUTHORIZED);
    let counted = endpoint(&house, &connection).await;
    let counts = (counted.received, counted.verified, counted.forged);
    assert_eq!(counts, (1, 0, 1));
    // Nothing is read of a body before it is known whose it is.
    let size = format!("{} bytes", PAID.len());
    for listed in deliveries(&house, &counted).await {
        assert_eq!(listed.preview, size);
    }
    let untouched: Page<view::Job> = house.ask(jobs(&connection)).await;
    let same = untouched.rows.iter().find(|it| it.id == job.id).unwrap();
    assert_eq!(same.next_run_at, job.next_run_at);

    assert_eq!(send(&url, KEY).await, StatusCode::OK);
    assert_eq!(endpoint(&house, &connection).await.verified, 1);
    pulled(&mut house, &connection, &job).await;
}

/// Starts the server again, with a secret of ours at Ledger in a state in which the vault does not open it.
pub(crate) async fn cannot_open(house: &mut House, secret: impl FnOnce(&mut App) -> &mut Sealed) {
    let damage = async |store: &Store| {
        let mut app = store.app("ledger").unwrap().unwrap();
        secret(&mut app).ciphertext = BASE64_STANDARD.encode("no ciphertext of the vault's");
        let written = store.write(|tx| tx.put(&app)).unwrap();
        store.durable(written.commit).await.unwrap();
    };
    house.restart_after(damage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_we_cannot_judge_is_asked_for_again() {
    let mut house = House::new().await;
    let connection = house.connect("ledger", BOT).await;
    knows_the_secret(&house).await;
    // Only the secret that the vendor signs with is opened.
    cannot_open(&mut house, |app| app.client_secret.as_mut().unwrap()).await;
    let url = endpoint(&house, &connection).await.url;
    assert_eq!(send(&url, KEY).await, StatusCode::OK);
    assert_eq!(endpoint_verified(&house, &connection).await, 1);
    cannot_open(&mut house, |app| {
        app.secrets.get_mut(&AppSecret::Signing).unwrap()
    })
    .await;
    let url = endpoint(&house, &connection).await.url;
    assert_eq!(send(&url, KEY).await, StatusCode::SERVICE_UNAVAILABLE);
    let counted = endpoint(&house, &connection).await;
    assert_eq!((counted.received, counted.forged), (1, 0));
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
    // Nobody has told us the secret: that it was the vendor is not known.
    assert_eq!(counted.dropped_since_disconnect, 0);
    assert_eq!(
        fates(&house, &counted).await,
        [Fate::Dropped, Fate::Dropped]
    );
    assert_eq!(send(&format!("{url}x"), KEY).await, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_dropped_since_counts_from_the_latest_disconnect_and_forgeries_apart() {
    let mut house = House::new().await;
    let connection = house.connect("ledger", BOT).await;
    knows_the_secret(&house).await;
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

#[tokio::test(flavor = "multi_thread")]
async fn an_event_pulls_what_changed_of_its_entity_and_of_no_other() {
    let mut house = House::new().await;
    let connection = house.connect("ledger", BOT).await;
    let invoices = yearly_of(&mut house, &connection, "invoice").await;
    let customers = yearly_of(&mut house, &connection, "customer").await;
    knows_the_secret(&house).await;
    let endpoint = endpoint(&house, &connection).await;
    assert_eq!(Event::new(PAID).send(&endpoint.url).await, StatusCode::OK);
    let after = pulled(&mut house, &connection, &invoices).await;
    assert_eq!(after.next_run_at, invoices.next_run_at);
    let page: Page<view::Job> = house.ask(jobs(&connection)).await;
    let other = page.rows.into_iter().find(|job| job.id == customers.id);
    assert_eq!(other.unwrap().last_execution, customers.last_execution);
    let begun = house.entries().await;
    let begun = begun.iter().rfind(|entry| entry.action == "sync.started");
    assert_eq!(begun.unwrap().detail["by_event"], true);

    // What the file does not speak of moves nothing.
    let strange = Event::new(r#"{"type":"payout.created"}"#);
    assert_eq!(strange.send(&endpoint.url).await, StatusCode::OK);
    assert_eq!(
        fates(&house, &endpoint).await,
        [Fate::WithoutEffect, Fate::Applied]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crowd_of_events_is_one_pull() {
    let mut house = House::new().await;
    let connection = house.connect("ledger", BOT).await;
    let job = yearly(&mut house, &connection).await;
    knows_the_secret(&house).await;
    let endpoint = endpoint(&house, &connection).await;
    let began = std::time::Instant::now();
    let crowd = (0..20).map(async |_| Event::new(PAID).send(&endpoint.url).await);
    for status in futures::future::join_all(crowd).await {
        assert_eq!(status, StatusCode::OK);
    }
    pulled(&mut house, &connection, &job).await;
    let executions: Page<view::Execution> = house.ask(executions(&job)).await;
    // One when it was enabled, and then one at most for each time of collecting that has passed.
    let times = began.elapsed().as_millis() / house::DEBOUNCE.as_millis();
    let pulls = executions.rows.len() - 1;
    assert!(pulls as u128 <= times + 1, "{pulls} in {times}");
    assert_eq!(endpoint_verified(&house, &connection).await, 20);
}

async fn endpoint_verified(house: &House, connection: &view::Connection) -> u64 {
    endpoint(house, connection).await.verified
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_comes_during_a_pull_is_not_lost() {
    let mut house = House::new().await;
    let connection = house.connect("ledger", BOT).await;
    let job = yearly(&mut house, &connection).await;
    knows_the_secret(&house).await;
    let url = endpoint(&house, &connection).await.url;
    house.fault(Endpoint::List, FaultMode::Hang);
    let run = rpc::JobAct {
        job: job.id.to_string(),
        act: JobAction::Run,
    };
    house.ask(run).await;
    assert_eq!(Event::new(PAID).send(&url).await, StatusCode::OK);
    house.mend();
    // Enabled, run by hand, and run for the event.
    let three = |page: &Page<view::Execution>| {
        page.rows.len() == 3 && page.rows.iter().all(|it| it.completed_at.is_some())
    };
    house.until(|| executions(&job), three).await;
}

fn executions(job: &view::Job) -> rpc::Executions {
    rpc::Executions {
        job: Some(job.id.to_string()),
        window: Window {
            limit: 50,
            ..Window::default()
        },
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_event_is_answered_and_applied_once() {
    let mut house = House::new().await;
    let connection = house.connect("ledger", BOT).await;
    yearly(&mut house, &connection).await;
    knows_the_secret(&house).await;
    let before = endpoint(&house, &connection).await;
    let event = Event::new(PAID);
    assert_eq!(event.send(&before.url).await, StatusCode::OK);
    house.restart().await;
    let now = endpoint(&house, &connection).await;
    assert_eq!(event.send(&now.url).await, StatusCode::OK);
    assert_eq!(fates(&house, &now).await, [Fate::Repeated, Fate::Applied]);
    let listed = deliveries(&house, &now).await;
    assert_eq!(listed[0].event_id.as_deref(), Some(event.id.as_str()));
    assert_eq!(listed[0].preview, PAID);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_was_signed_long_ago_is_refused_and_listed() {
    let mut house = House::new().await;
    let connection = house.connect("ledger", BOT).await;
    knows_the_secret(&house).await;
    let endpoint = endpoint(&house, &connection).await;
    for away in [-301, 310] {
        let mut event = Event::new(PAID);
        event.at += away;
        assert_eq!(event.send(&endpoint.url).await, StatusCode::UNAUTHORIZED);
    }
    let listed = deliveries(&house, &endpoint).await;
    for it in &listed {
        assert_eq!((it.fate, it.status), (Fate::OutOfTime, 401));
        assert!(it.why.contains("s away from now"), "{}", it.why);
    }
    assert_eq!(listed.len(), 2);
    let counted = self::endpoint(&house, &connection).await;
    assert_eq!((counted.verified, counted.forged), (0, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn as_many_deliveries_are_listed_as_are_kept() {
    let mut house = House::new().await;
    let connection = house.connect("ledger", BOT).await;
    let endpoint = endpoint(&house, &connection).await;
    for _ in 0..3 {
        let crowd = (0..40).map(async |_| Event::new(PAID).send(&endpoint.url).await);
        futures::future::join_all(crowd).await;
    }
    let listed = deliveries(&house, &endpoint).await;
    let numbers: Vec<u64> = listed.iter().map(|it| it.number).collect();
    assert_eq!(numbers, (21..=120).rev().collect::<Vec<u64>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_about_another_account_is_that_accounts() {
    let mut house = House::new().await;
    let bot = house.connect("ledger", BOT).await;
    let carol = house.connect("ledger", CAROL).await;
    knows_the_secret(&house).await;
    let url = endpoint(&house, &bot).await.url;
    let body = |account: &str| format!(r#"{{"type":"invoice.paid","account":"{account}"}}"#);
    let hers = body(&carol.account.id);
    assert_eq!(Event::new(&hers).send(&url).await, StatusCode::OK);
    assert_eq!(endpoint_verified(&house, &bot).await, 0);
    assert_eq!(endpoint_verified(&house, &carol).await, 1);
    let nobodys = body("nobody");
    assert_eq!(Event::new(&nobodys).send(&url).await, StatusCode::OK);
    let endpoint = endpoint(&house, &bot).await;
    assert_eq!(fates(&house, &endpoint).await, [Fate::WithoutEffect]);
    let why = deliveries(&house, &endpoint).await.remove(0).why;
    assert_eq!(why, "it is about an account that is not connected here");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_moves_no_counter() {
    let mut house = House::new().await;
    let connection = house.connect("ledger", BOT).await;
    knows_the_secret(&house).await;
    let url = endpoint(&house, &connection).await.url;
    house.disconnect(connection.id.as_str()).await;
    let event = Event::new(PAID);
    for _ in 0..3 {
        assert_eq!(event.send(&url).await, StatusCode::OK);
    }
    let counted = endpoint(&house, &connection).await;
    assert_eq!((counted.received, counted.verified), (1, 1));
    assert_eq!((counted.ignored, counted.dropped_since_disconnect), (1, 1));
    assert_eq!(
        fates(&house, &counted).await,
        [Fate::Repeated, Fate::Repeated, Fate::Dropped]
    );
}

fn paid_by(connection: &view::Connection) -> String {
    let account = &connection.account.id;
    format!(r#"{{"type":"invoice.paid","account":"{account}"}}"#)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delivery_about_two_accounts_is_taken_for_the_one_in_service() {
    let mut house = House::new().await;
    let bot = house.connect("ledger", BOT).await;
    let carol = house.connect("ledger", CAROL).await;
    let job = yearly(&mut house, &carol).await;
    knows_the_secret(&house).await;
    let url = endpoint(&house, &bot).await.url;
    house.disconnect(bot.id.as_str()).await;
    let both = format!("[{},{}]", paid_by(&bot), paid_by(&carol));
    assert_eq!(Event::new(&both).send(&url).await, StatusCode::OK);
    pulled(&mut house, &carol, &job).await;
    let hers = endpoint(&house, &carol).await;
    assert_eq!(fates(&house, &hers).await, [Fate::Applied]);
    // Nobody is left to take what is about the other alone.
    assert_eq!(Event::new(&paid_by(&bot)).send(&url).await, StatusCode::OK);
    let its = endpoint(&house, &bot).await;
    assert_eq!(fates(&house, &its).await, [Fate::Dropped]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_is_for_every_connection_of_its_account_in_service() {
    let mut house = House::new().await;
    let (first, second) = twice(&mut house, "ledger").await;
    let of_first = yearly(&mut house, &first).await;
    let of_second = yearly(&mut house, &second).await;
    knows_the_secret(&house).await;
    let url = endpoint(&house, &first).await.url;
    let body = paid_by(&first);
    assert_eq!(Event::new(&body).send(&url).await, StatusCode::OK);
    pulled(&mut house, &first, &of_first).await;
    let of_second = pulled(&mut house, &second, &of_second).await;
    // The one whose address it is goes out of service: the account's other one is in service.
    house.disconnect(first.id.as_str()).await;
    assert_eq!(Event::new(&body).send(&url).await, StatusCode::OK);
    pulled(&mut house, &second, &of_second).await;
}

const REVOKED: &str = r#"{"type":"authorization.revoked"}"#;
const SAID: &str = "Ledger says that the access has ended";

/// Waits until an entry of this kind is there.
pub(crate) async fn entry(house: &mut House, action: &str) -> AuditEntry {
    let request = || rpc::AuditFrom {
        seq: 0,
        since: None,
        limit: 200,
    };
    let is_there = |all: &Vec<AuditEntry>| all.iter().any(|it| it.action == action);
    let all: Vec<AuditEntry> = house.until(request, is_there).await;
    all.into_iter().find(|it| it.action == action).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_stands_on_the_card_and_is_confirmed_by_asking() {
    let mut house = House::new().await;
    let connection = house.connect("ledger", BOT).await;
    knows_the_secret(&house).await;
    let endpoint = endpoint(&house, &connection).await;
    let ended = house
        .sandbox
        .state()
        .kill(Vendor::Ledger, &Victim::Account(BOT.to_owned()));
    assert!(ended > 0);
    assert_eq!(
        Event::new(REVOKED).send(&endpoint.url).await,
        StatusCode::OK
    );
    let settled = entry(&mut house, "connection.notice_settled").await;
    assert_eq!(settled.detail["settled"], "confirmed");
    let now = house.connection(connection.id.as_str()).await;
    assert_eq!(now.status, Status::ReconnectRequired);
    assert!(now.reason.starts_with(SAID), "{}", now.reason);
    assert_eq!(house.count("connection.notice").await, 1);
    assert_eq!(fates(&house, &endpoint).await, [Fate::Applied]);

    // It was about the grant that was.
    let flow = house.begin(again(&connection)).await;
    let now = house.authorize(flow, BOT).await;
    assert_eq!((now.status, now.reason.as_str()), (Status::Connected, ""));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_that_is_not_so_is_said_until_the_vendor_was_asked_often_enough() {
    let mut house = House::new().await;
    let connection = house.connect("ledger", BOT).await;
    knows_the_secret(&house).await;
    let url = endpoint(&house, &connection).await.url;
    house.fault(Endpoint::Probe, FaultMode::Hang);
    house.fault(Endpoint::Introspect, FaultMode::Hang);
    assert_eq!(Event::new(REVOKED).send(&url).await, StatusCode::OK);
    let now = house.connection(connection.id.as_str()).await;
    assert_eq!(now.status, Status::Connected);
    assert!(now.reason.starts_with(SAID), "{}", now.reason);
    house.mend();
    let settled = entry(&mut house, "connection.notice_settled").await;
    assert_eq!(settled.detail["settled"], "not_so");
    assert!(settled.detail["tries"].as_u64().unwrap() > 1);
    let now = house.connection(connection.id.as_str()).await;
    assert_eq!((now.status, now.reason.as_str()), (Status::Connected, ""));
}

/// Ledger as a vendor that answers no question about a token.
fn without_questions() -> String {
    let (head, _) = MUTE.split_once("[probe]").unwrap();
    let hook = r#"
[webhook]
signature = "standard-webhooks"
account = "/account"
[[webhook.on]]
event = { pointer = "/type", equals = "authorization.revoked" }
notice = "revoked"
"#;
    format!("{head}{hook}").replace("mute", "quiet")
}

/// No question comes by waiting: the notice is settled at once, and a person has to look.
#[tokio::test(flavor = "multi_thread")]
async fn a_notice_about_a_token_without_a_question_is_settled_at_once() {
    let mut house = House::new().await;
    house.add(&without_questions()).await;
    let connection = house.connect("quiet", BOT).await;
    knows_the_secret_of(&house, "quiet").await;
    let url = endpoint(&house, &connection).await.url;
    assert_eq!(Event::new(REVOKED).send(&url).await, StatusCode::OK);
    let settled = entry(&mut house, "connection.notice_settled").await;
    assert_eq!(settled.detail["settled"], "not_askable");
    assert_eq!(settled.detail["tries"], 1);
    let now = house.connection(connection.id.as_str()).await;
    assert_eq!(now.status, Status::Connected);
    assert!(
        now.reason.contains("nothing can be asked"),
        "{}",
        now.reason
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crowd_at_one_endpoint_keeps_no_other_waiting() {
    let mut house = House::new().await;
    let bot = house.connect("ledger", BOT).await;
    let carol = house.connect("ledger", CAROL).await;
    knows_the_secret(&house).await;
    let crowded = endpoint(&house, &bot).await.url;
    let other = endpoint(&house, &carol).await.url;
    // Some say how much they send, and then nothing.
    let mut silent = Vec::new();
    for _ in 0..64 {
        silent.push(half_sent(&crowded).await);
    }
    let is_over = Arc::new(AtomicBool::new(false));
    let crowd = (0..16).map(|_| {
        let (url, is_over) = (crowded.clone(), Arc::clone(&is_over));
        tokio::spawn(async move {
            let mut sent = 0;
            while sent == 0 || !is_over.load(Ordering::Relaxed) {
                let status = Event::new(PAID).send(&url).await;
                let answers = [StatusCode::OK, StatusCode::SERVICE_UNAVAILABLE];
                assert!(answers.contains(&status), "{status}");
                sent += 1;
            }
        })
    });
    let crowd: Vec<_> = crowd.collect();
    for _ in 0..20 {
        assert_eq!(send(&other, KEY).await, StatusCode::OK);
    }
    assert_eq!(endpoint_verified(&house, &carol).await, 20);
    is_over.store(true, Ordering::Relaxed);
    for sender in crowd {
        sender.await.unwrap();
    }
    drop(silent);
}

/// A request to an address of which the body never comes.
async fn half_sent(url: &str) -> TcpStream {
    let url = url::Url::parse(url).unwrap();
    let (at, path) = (url.authority(), url.path());
    let mut stream = TcpStream::connect(at).await.unwrap();
    let head = format!("POST {path} HTTP/1.1\r\nhost: {at}\r\ncontent-length: 1000\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    stream
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_notice_is_nobodys_word() {
    let mut house = House::new().await;
    let connection = house.connect("ledger", BOT).await;
    knows_the_secret(&house).await;
    let url = endpoint(&house, &connection).await.url;
    let forged = Event {
        key: b"another key",
        ..Event::new(REVOKED)
    };
    assert_eq!(forged.send(&url).await, StatusCode::UNAUTHORIZED);
    let now = house.connection(connection.id.as_str()).await;
    assert_eq!(now.reason, "");
    assert_eq!(house.count("connection.notice").await, 0);
}
