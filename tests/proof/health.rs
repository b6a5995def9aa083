//! Whether a connection works is known without anybody using it: it is asked when nothing else has spoken for it, and a token
//! that was not seen alive of late is asked before it is given out.

use std::time::Duration;

use axum::response::Response;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tagout::domain::connection::{Health, Status};
use tagout::domain::credential::{Credential, TokenKind};
use tagout::domain::health::NotAskedCause;
use tagout::sandbox::{Vendor, Victim};
use tagout::store::Store;
use tagout::wire::view::Connection;
use tagout::wire::{Code, rpc};

use crate::house::{BOT, House, LONG};
use crate::own::{Own, says};
use crate::webhooks::cannot_open;

/// Asked so often that a test need not wait.
pub(crate) const OFTEN: Duration = Duration::from_millis(200);

/// Looks until the connection is as wanted. What is only heard is told to nobody, so that notices are not waited for.
pub(crate) async fn until(
    house: &House,
    id: &str,
    done: impl Fn(&Connection) -> bool,
) -> Connection {
    let looking = async {
        loop {
            let now = house.connection(id).await;
            if done(&now) {
                return now;
            }
        }
    };
    tokio::time::timeout(LONG, looking).await.unwrap()
}

/// As if nobody had spoken for any connection for hours.
async fn age(store: &Store) {
    let hours = SignedDuration::from_hours(3);
    let written = store
        .write(|tx| {
            for mut credential in tx.scan::<Credential>("")? {
                credential.issued_at -= hours;
                credential.passed_at = credential.passed_at.map(|at| at - hours);
                tx.put(&credential)?;
            }
            Ok(())
        })
        .unwrap();
    store.durable(written.commit).await.unwrap();
}

/// Connected hours ago at a vendor that could not be asked when the server started.
async fn aged(house: &mut House, own: &Own, file: &str) -> String {
    own.beside(json!({ "expires_in": 86_400 }));
    let id = own.connect(house, file).await.id.to_string();
    own.say(|asked, _| (asked.path == "/me").then(|| says(503, &json!({}))));
    let before = own.asked("/me").len();
    house.restart_after(async |store| age(store).await).await;
    if file.contains("[probe]") {
        until(house, &id, |it| it.health == Health::Down).await;
        assert!(own.asked("/me").len() > before, "asked at the start");
    }
    id
}

fn refusing(
    path: &'static str,
    status: u16,
    body: Value,
) -> impl Fn(&crate::own::Asked) -> Option<Response> {
    move |asked| (asked.path == path).then(|| says(status, &body))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_killed_at_the_vendor_turns_the_badge_without_any_job() {
    let mut house = House::with_health(OFTEN).await;
    let id = house.connect("ledger", BOT).await.id.to_string();
    let well = house.connection(&id).await;
    assert_eq!(well.health, Health::Healthy, "{}", well.health_reason);
    let victim = Victim::Account(BOT.to_owned());
    house.sandbox.state().kill(Vendor::Ledger, &victim);
    let over = |it: &Connection| it.status == Status::ReconnectRequired;
    let now = until(&house, &id, over).await;
    assert_eq!(now.health, Health::Down, "{}", now.health_reason);
    assert_eq!(
        now.works_until, None,
        "the access token died with the grant"
    );
    assert_eq!(house.count("connection.reconnect_required").await, 1);
    let refused = house.client.token(id, None).await.unwrap_err();
    assert_eq!(refused.code, Code::Conflict);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_passes_is_said_and_never_turns_the_badge() {
    let mut house = House::with_health(OFTEN).await;
    let own = Own::start().await;
    let suspended = "dead = { status = [401] }\nsuspended = { pointer = \"/error\", equals = \"account_inactive\" }";
    let file = own.file().replace("dead = { status = [401] }", suspended);
    let id = own.connect(&mut house, &file).await.id.to_string();
    let entries = house.entries().await.len();
    let passing = [
        (503, json!({}), Health::Down, "no answer since"),
        (429, json!({}), Health::Degraded, "slow down"),
        (
            401,
            json!({ "error": "account_inactive" }),
            Health::Down,
            "of the account",
        ),
        (
            401,
            json!({ "fault": "denied", "code": "gateway_7" }),
            Health::Degraded,
            "made-up token",
        ),
        (418, json!({}), Health::Degraded, "status 418"),
    ];
    for (status, body, health, words) in passing {
        // A gateway refuses those whom it knows; nobody issued the other one.
        own.say(move |asked, _| {
            let is_ours = asked.path == "/me" && asked.bearer.starts_with("at-1");
            is_ours.then(|| says(status, &body))
        });
        let said = |it: &Connection| it.health_reason.contains(words);
        let now = until(&house, &id, said).await;
        assert_eq!(
            (now.status, now.health),
            (Status::Connected, health),
            "{words}"
        );
    }
    own.say(|_, _| None);
    until(&house, &id, |it| {
        it.health_reason.starts_with("last accepted") || it.health_reason.contains("failed")
    })
    .await;
    assert_eq!(
        house.entries().await.len(),
        entries,
        "what passes is no entry"
    );
    assert_eq!(own.refreshes(), 0, "and refreshes nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ask_that_changes_nothing_writes_nothing() {
    let mut house = House::with_health(OFTEN).await;
    let own = Own::start().await;
    let id = own.connect(&mut house, &own.file()).await.id.to_string();
    let asked = || own.asked("/me").len();
    let settled = asked();
    until(&house, &id, |_| asked() > settled).await;
    let before = house.ask(rpc::Status).await;
    let first = asked();
    until(&house, &id, |_| asked() >= first + 5).await;
    let after = house.ask(rpc::Status).await;
    assert_eq!(after.syncs, before.syncs);
    assert_eq!(after.audit_entries, before.audit_entries);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_nobody_saw_alive_is_asked_before_it_is_given_out() {
    let mut house = House::new().await;
    let own = Own::start().await;
    let id = aged(&mut house, &own, &own.file()).await;
    let invalid = json!({ "error": "invalid_token" });
    let (me, grant) = (
        refusing("/me", 401, invalid),
        refusing("/token", 400, json!({ "error": "invalid_grant" })),
    );
    own.say(move |asked, _| me(asked).or_else(|| grant(asked)));
    let refused = house.client.token(id.clone(), None).await.unwrap_err();
    assert_eq!(refused.code, Code::Failed, "{refused}");
    let now = house.connection(&id).await;
    assert_eq!(now.status, Status::ReconnectRequired);
    assert_eq!(now.works_until, None);
    assert_eq!(house.count("token.read").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_works_is_given_out_and_remembered() {
    let mut house = House::new().await;
    let own = Own::start().await;
    let id = aged(&mut house, &own, &own.file()).await;
    own.say(|_, _| None);
    let before = own.asked("/me").len();
    for _ in 0..5 {
        let read = house.client.token(id.clone(), None).await.unwrap();
        assert_eq!(read.not_asked, None);
    }
    assert_eq!(own.asked("/me").len(), before + 1);
}

/// What is written in a folder was true when it was written, and the folder may be a copy that was put back.
#[tokio::test(flavor = "multi_thread")]
async fn after_a_start_the_first_read_asks_whatever_is_written_down() {
    let mut house = House::new().await;
    let own = Own::start().await;
    own.beside(json!({ "expires_in": 86_400 }));
    let id = own.connect(&mut house, &own.file()).await.id.to_string();
    let asked = || own.asked("/me").len();
    let connected = asked();
    house.client.token(id.clone(), None).await.unwrap();
    assert_eq!(asked(), connected, "it was issued to this server just now");
    for _ in 0..2 {
        house.restart().await;
        let before = asked();
        let reads = (0..5).map(|_| house.client.token(id.clone(), None));
        for read in futures::future::join_all(reads).await {
            assert_eq!(read.unwrap().not_asked, None);
        }
        house.client.token(id.clone(), None).await.unwrap();
        assert_eq!(asked(), before + 1);
    }
    // An outage keeps nobody from a token, and is no word for it.
    house.restart().await;
    own.say(|asked, _| (asked.path == "/me").then(|| says(503, &json!({}))));
    let read = house.client.token(id.clone(), None).await.unwrap();
    assert_eq!(
        read.not_asked.map(|it| it.cause),
        Some(NotAskedCause::Unreachable)
    );
    assert_eq!(own.refreshes(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nobody_answers_it_is_given_out_and_the_record_says_so() {
    let without_probe = |file: &str| {
        let (head, tail) = file.split_once("[probe]").unwrap();
        let (_, sync) = tail.split_once("[[sync]]").unwrap();
        format!("{head}[[sync]]{sync}")
    };
    for (status, is_probed, cause) in [
        (503, true, "unreachable"),
        (429, true, "limited"),
        (503, false, "no_probe"),
    ] {
        let mut house = House::new().await;
        let own = Own::start().await;
        let file = match is_probed {
            true => own.file(),
            false => without_probe(&own.file()),
        };
        let id = aged(&mut house, &own, &file).await;
        own.say(move |asked, _| (asked.path == "/me").then(|| says(status, &json!({}))));
        house.client.token(id.clone(), None).await.unwrap();
        let entries = house.entries().await;
        let read = entries.iter().find(|it| it.action == "token.read").unwrap();
        assert_eq!(read.detail["not_asked"]["cause"], cause);
        assert_ne!(read.detail["not_asked"]["why"], "");
        let now = house.connection(&id).await;
        assert_eq!(now.status, Status::Connected);
        if !is_probed {
            assert_eq!(now.health, Health::Unknown);
            assert!(
                now.health_reason.starts_with("not asked"),
                "{}",
                now.health_reason
            );
        }
    }
}

/// A secret of ours that cannot be opened is another thing than a file without a question.
#[tokio::test(flavor = "multi_thread")]
async fn a_registration_that_cannot_be_used_has_a_cause_of_its_own() {
    let mut house = House::new().await;
    let id = house.connect("ledger", BOT).await.id.to_string();
    cannot_open(&mut house, |app| app.client_secret.as_mut().unwrap()).await;
    house.restart_after(async |store| age(store).await).await;
    let read = house.client.token(id, None).await.unwrap();
    let not_asked = read.not_asked.unwrap();
    assert_eq!(not_asked.cause, NotAskedCause::SetUp, "{}", not_asked.why);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_grant_says_until_when_its_access_token_works() {
    let mut house = House::new().await;
    let own = Own::start().await;
    own.beside(json!({ "expires_in": 7200 }));
    let id = own.connect(&mut house, &own.file()).await.id.to_string();
    let grant = refusing("/token", 400, json!({ "error": "invalid_grant" }));
    own.say(move |asked, _| grant(asked));
    // Valid for longer than what is there, and no longer than the vendor's tokens.
    let reading = async {
        loop {
            if let Err(refused) = house.client.token(id.clone(), Some(7199)).await {
                return refused;
            }
        }
    };
    let longer = tokio::time::timeout(LONG, reading).await.unwrap();
    assert_eq!(longer.code, Code::Failed, "{longer}");
    let now = house.connection(&id).await;
    assert_eq!(now.status, Status::ReconnectRequired);
    assert_eq!(now.works_until, now.token_expires_at);
    assert!(now.works_until.unwrap() > Timestamp::now());
    assert_eq!(now.health, Health::Degraded, "{}", now.health_reason);
    assert!(now.health_reason.contains("works until"));
    house.client.token(id.clone(), None).await.unwrap();
    let refreshes = own.refreshes();
    house
        .client
        .token(id.clone(), Some(7199))
        .await
        .unwrap_err();
    assert_eq!(
        own.refreshes(),
        refreshes,
        "a refused grant is not tried again"
    );
}

/// As if the refresh tokens had been issued 90 days before an end that is so many days ahead.
async fn ending(store: &Store, days: i64) {
    let end = Timestamp::now() + SignedDuration::from_hours(days * 24 - 1);
    let written = store
        .write(|tx| {
            for mut credential in tx.scan::<Credential>("")? {
                if credential.kind == TokenKind::Refresh {
                    credential.expires_at = Some(end);
                    credential.issued_at = end - SignedDuration::from_hours(90 * 24);
                    tx.put(&credential)?;
                }
            }
            Ok(())
        })
        .unwrap();
    store.durable(written.commit).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn that_a_token_ends_soon_is_written_once_at_each_of_its_days() {
    let mut house = House::with_health(LONG).await;
    for account in [BOT, "carol"] {
        house.connect("ledger", account).await;
    }
    let said = async |house: &House| {
        let entries = house.entries().await.into_iter();
        let said = entries.filter(|it| it.action == "token.ends_soon");
        said.map(|it| it.detail["within_days"].as_i64().unwrap())
            .collect::<Vec<_>>()
    };
    let mut expected = Vec::new();
    for (days, told) in [
        (31, None),
        (30, Some(30)),
        (29, None),
        (14, Some(14)),
        (5, Some(7)),
        (4, None),
    ] {
        house
            .restart_after(async |store| ending(store, days).await)
            .await;
        // It is written before the first of them is asked, and at the latest when the server stops.
        house.restart_after(async |_| ()).await;
        expected.extend(told.iter().flat_map(|it| [*it, *it]));
        assert_eq!(said(&house).await, expected, "{days} days ahead");
    }
    let entries = house.entries().await;
    let one = entries.iter().find(|it| it.action == "token.ends_soon");
    let sentence = one.unwrap().event().sentence();
    assert!(sentence.contains("ends within 30 days"), "{sentence}");
}
