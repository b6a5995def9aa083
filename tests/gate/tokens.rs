//! Reading tokens that need no vendor: what leaves, what is recorded, who is named.

use std::time::Duration;

use tagout::client::PATIENCE;
use tagout::domain::audit::AuditOutcome;
use tagout::domain::connection::{Connection, Status};
use tagout::domain::disconnect::plan::Plan;
use tagout::domain::disconnect::run::{IfUnreachable, Reason};
use tagout::domain::user::Role;
use tagout::store::facts::ReadWindow;
use tagout::wire::request::{Request, Target};
use tagout::wire::rpc;
use tagout::wire::rpc::Disconnect;
use tagout::wire::{Code, Topic, view};

use crate::house::{
    House, ME, OTHERS, OWN, WORKSPACE, connection, entries, me, record, service, token,
};

fn name(n: u32) -> String {
    connection(n).to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_read_is_an_entry_and_the_count_another() {
    let mut house = House::with(service()).await;
    let client = house.client().await;
    for _ in 0..5 {
        let read = client.token(name(WORKSPACE), None).await.unwrap();
        assert_eq!(read.token.0.as_str(), token(WORKSPACE));
    }
    let opened = entries(&client, "token.read").await;
    assert_eq!(opened.len(), 1);
    assert_eq!(
        (opened[0].actor.as_str(), opened[0].role.as_str()),
        (ME, "agent")
    );
    assert_eq!(opened[0].target, name(WORKSPACE));
    assert_eq!(entries(&client, "token.reads").await.len(), 0);
    drop(client);
    // A graceful stop closes the window.
    house.end().await;
    house.start().await;
    let client = house.client().await;
    let closed = entries(&client, "token.reads").await;
    assert_eq!(closed.len(), 1);
    assert_eq!(
        (&closed[0].detail["reads"], closed[0].outcome),
        (&5.into(), AuditOutcome::Done)
    );
    assert_eq!(
        closed[0].detail["fingerprint"],
        opened[0].detail["fingerprint"]
    );
    // And the next read opens another.
    client.token(name(WORKSPACE), None).await.unwrap();
    assert_eq!(entries(&client, "token.read").await.len(), 2);
    let all = std::fs::read_to_string(house.path().join("data/audit.log")).unwrap();
    assert!(!all.contains(&token(WORKSPACE)));
    house.end().await;
}

#[tokio::test]
async fn a_window_closes_after_a_minute() {
    let mut house = House::with(me(Role::Owner)).await;
    let (client, mut notices) = house.attach(None, false).await.unwrap();
    for n in [WORKSPACE, WORKSPACE, OTHERS] {
        client.token(name(n), None).await.unwrap();
    }
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(61)).await;
    tokio::time::resume();
    let mut closed = Vec::new();
    while closed.len() < 2 {
        notices.next().await.unwrap();
        closed = entries(&client, "token.reads").await;
    }
    let mut counts: Vec<_> = closed
        .iter()
        .map(|it| it.detail["reads"].as_u64())
        .collect();
    counts.sort_unstable();
    assert_eq!(counts, [Some(1), Some(2)]);
    client.token(name(OTHERS), None).await.unwrap();
    assert_eq!(entries(&client, "token.read").await.len(), 3);
    house.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn first_reads_at_the_same_moment_are_one_window() {
    let mut house = House::with(me(Role::Owner)).await;
    let client = house.client().await;
    let reads = (0..20).map(|_| client.token(name(WORKSPACE), None));
    for read in futures::future::join_all(reads).await {
        assert_eq!(read.unwrap().token.0.as_str(), token(WORKSPACE));
    }
    assert_eq!(entries(&client, "token.read").await.len(), 1);
    let plan: Vec<Plan> = client.ask(plan(WORKSPACE)).await.unwrap();
    assert_eq!(
        (plan[0].readers[0].name.as_str(), plan[0].readers[0].count),
        (ME, 20)
    );
    house.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_that_a_crash_left_open_is_closed_without_a_count() {
    let mut house = House::with(me(Role::Owner)).await;
    let client = house.client().await;
    client.token(name(WORKSPACE), None).await.unwrap();
    house.end().await;
    // As a crash leaves it: the row of the window, and no second entry.
    let left: ReadWindow = serde_json::from_value(serde_json::json!({
        "connection": name(WORKSPACE), "generation": 1, "credential": format!("cre_{:026}", 1),
        "fingerprint": "0123456789abcdef", "user": format!("usr_{:026}", 10), "name": ME, "role": "owner",
        "origin": { "address": "10.0.0.9", "via": "claimed" }, "opened_at": "2026-01-02T10:00:00Z",
    }))
    .unwrap();
    house.start().await;
    house.meddle(|tx| tx.put(&left)).await;
    let client = house.client().await;
    let closed = entries(&client, "token.reads").await;
    let [_, of_the_crash] = closed.as_slice() else {
        panic!("{closed:?}");
    };
    assert_eq!(of_the_crash.outcome, AuditOutcome::Warning);
    assert_eq!(of_the_crash.actor, ME);
    assert_eq!(of_the_crash.origin.address.as_deref(), Some("10.0.0.9"));
    assert_eq!(of_the_crash.detail["at_least"], 1);
    assert!(of_the_crash.detail["reads"].is_null());
    house.end().await;
    house.start().await;
    let client = house.client().await;
    assert_eq!(entries(&client, "token.reads").await.len(), 2);
    house.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn plan_and_run_name_who_could_still_hold_a_copy() {
    let mut house = House::with(me(Role::Owner)).await;
    let client = house.client().await;
    let none: Vec<Plan> = client.ask(plan(WORKSPACE)).await.unwrap();
    assert!(none[0].readers.is_empty());
    for _ in 0..3 {
        client.token(name(WORKSPACE), None).await.unwrap();
    }
    // The count survives the window, and what was read of another connection does not join it.
    house.end().await;
    house.start().await;
    let (client, mut notices) = house.attach(None, false).await.unwrap();
    client.token(name(WORKSPACE), None).await.unwrap();
    client.token(name(OWN), None).await.unwrap();
    let plans: Vec<Plan> = client.ask(plan(WORKSPACE)).await.unwrap();
    let [reader] = plans[0].readers.as_slice() else {
        panic!("{:?}", plans[0].readers);
    };
    assert_eq!((reader.name.as_str(), reader.count), (ME, 4));
    let mut run = disconnect(&client, WORKSPACE).await;
    assert_eq!(run.readers, plans[0].readers);
    while run.ended_at.is_none() {
        notices.next().await.unwrap();
        let id = run.id.to_string();
        run = client.ask(rpc::Run { id }).await.unwrap();
    }
    assert_eq!((run.readers.len(), run.readers[0].count), (1, 4));
    let from_the_beginning = rpc::AuditFrom {
        seq: 0,
        since: None,
        limit: 200,
    };
    let entries: Vec<tagout::domain::audit::AuditEntry> =
        client.ask(from_the_beginning).await.unwrap();
    let summary = entries
        .iter()
        .find(|it| it.action == "connection.disconnected");
    let readers = &summary.unwrap().evidence["readers"];
    assert_eq!(
        (&readers[0]["name"], &readers[0]["count"]),
        (&ME.into(), &4.into())
    );
    house.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_in_service_gives_no_token_and_says_why() {
    let mut house = House::with(me(Role::Owner)).await;
    let (client, mut notices) = house.attach(None, false).await.unwrap();
    client.token(name(WORKSPACE), None).await.unwrap();
    let mut run = disconnect(&client, WORKSPACE).await;
    // From the moment that the run is durable, inside an open window too.
    let refused = client.token(name(WORKSPACE), None).await.unwrap_err();
    assert_eq!(refused.code, Code::Conflict);
    while run.ended_at.is_none() {
        notices.next().await.unwrap();
        let id = run.id.to_string();
        run = client.ask(rpc::Run { id }).await.unwrap();
    }
    let refused = client.token(name(WORKSPACE), None).await.unwrap_err();
    assert_eq!(refused.code, Code::Conflict);
    assert!(
        refused.message.contains("Disconnected"),
        "{}",
        refused.message
    );
    drop(client);
    house
        .meddle(|tx| {
            let mut connection: Connection = tx.need(connection(OTHERS).as_str())?;
            connection.status = Status::ReconnectRequired;
            tx.put(&connection)
        })
        .await;
    let client = house.client().await;
    let refused = client.token(name(OTHERS), None).await.unwrap_err();
    assert_eq!(refused.code, Code::Conflict);
    assert!(refused.message.contains("Reconnect"), "{}", refused.message);
    let last = record(&client).await.pop().unwrap();
    assert_ne!(last.action, "token.read");
    house.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_does_not_expire_lasts_as_long_as_is_asked_for() {
    let mut house = House::with(me(Role::Owner)).await;
    let client = house.client().await;
    let read = client.token(name(OWN), Some(86_400)).await.unwrap();
    assert_eq!(
        (read.token.0.as_str(), read.expires_at),
        (token(OWN).as_str(), None)
    );
    let nobody = client.token("nothing".to_owned(), None).await.unwrap_err();
    assert_eq!(nobody.code, Code::NotFound);
    house.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_request_gives_a_token_but_the_one_for_it() {
    let mut house = House::with(me(Role::Owner)).await;
    let (client, mut notices) = house.attach(None, false).await.unwrap();
    client.token(name(WORKSPACE), None).await.unwrap();
    assert_eq!(notices.next().await, Some(vec![Topic::Audit]));
    let of = name(WORKSPACE);
    let others: [Request; 4] = [
        rpc::Connection { name: of }.into(),
        plan(WORKSPACE).into(),
        rpc::Users.into(),
        rpc::AuditFrom {
            seq: 0,
            since: None,
            limit: 200,
        }
        .into(),
    ];
    for request in others {
        let reply = client.ask_any(PATIENCE, request).await.unwrap();
        let reply = serde_json::to_string(&reply).unwrap();
        assert!(!reply.contains(&token(WORKSPACE)));
    }
    house.end().await;
}

fn plan(n: u32) -> rpc::Plan {
    rpc::Plan {
        connections: vec![name(n)],
        terms: tagout::wire::rpc::PlanTerms::default(),
    }
}

async fn disconnect(client: &tagout::client::Client, n: u32) -> view::Run {
    let request = Disconnect {
        targets: vec![Target {
            connection: name(n),
            version: None,
        }],
        reason: Reason::Compliance,
        note: String::new(),
        ticket: None,
        if_unreachable: IfUnreachable::Destroy,
        allow_wider: false,
        destroy_at_once: false,
        swap: false,
        uninstall: false,
    };
    let mut runs: Vec<view::Run> = client
        .ask_within(Duration::from_secs(30), request)
        .await
        .unwrap();
    runs.pop().unwrap()
}
