//! Refusals in the record, however many there are.

use std::time::Duration;

use serde_json::json;
use tagout::client::Client;
use tagout::domain::audit::{AuditEntry, AuditOutcome};
use tagout::domain::refusals::WINDOWS;
use tagout::domain::user::Role;
use tagout::store::facts::RefusalWindow;
use tagout::wire::Code;
use tagout::wire::rpc;

use crate::house::{House, ME, WORKSPACE, connection, entries, id, me, record};

fn remove(n: u32) -> rpc::SubscriptionRemove {
    rpc::SubscriptionRemove { id: id("sub_", n) }
}

async fn refused(client: &Client, request: rpc::SubscriptionRemove) {
    let refused = client.ask(request).await.unwrap_err();
    assert_eq!(refused.code, Code::Forbidden, "{refused}");
}

async fn counted(client: &Client) -> Vec<AuditEntry> {
    entries(client, "refusals.counted").await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_refusal_a_thousand_times_is_two_entries() {
    let mut house = House::with(me(Role::Agent)).await;
    let client = house.client().await;
    for _ in 0..50 {
        let many = (0..20).map(|_| refused(&client, remove(1)));
        futures::future::join_all(many).await;
    }
    // From another session it is another window.
    let second = house.client().await;
    refused(&second, remove(1)).await;
    assert_eq!(entries(&client, "subscription.remove").await.len(), 2);
    assert!(counted(&client).await.is_empty());
    // A stop closes what is open.
    house.end().await;
    house.start().await;
    let client = house.client().await;
    let closed = counted(&client).await;
    assert_eq!(closed.len(), 1, "one refusal alone is told by its entry");
    let (entry, first) = (
        &closed[0],
        &entries(&client, "subscription.remove").await[0],
    );
    assert_eq!(
        (entry.actor.as_str(), entry.outcome),
        (ME, AuditOutcome::Refused)
    );
    assert_eq!(entry.detail["refusals"], 1000);
    assert_eq!(entry.detail["verb"], "subscription.remove");
    assert_eq!(entry.detail["first"], first.id.as_str());
    assert_eq!(entry.target, first.target);
    house.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_about_tokens_and_roles_is_an_entry_sixty_times_a_minute() {
    let mut house = House::with(me(Role::Member)).await;
    let client = house.client().await;
    for _ in 0..70 {
        let token = client.token(connection(WORKSPACE).to_string(), None).await;
        assert_eq!(token.unwrap_err().code, Code::Forbidden);
    }
    assert_eq!(entries(&client, "token.read").await.len(), 60);
    for _ in 0..70 {
        let raised = house.attach(Some(Role::Owner), false).await;
        assert_eq!(raised.unwrap_err().code, Code::Forbidden);
    }
    assert_eq!(entries(&client, "session.begin").await.len(), 60);
    house.end().await;
    house.start().await;
    let client = house.client().await;
    let mut closed = counted(&client).await;
    closed.sort_by_key(|entry| entry.detail["verb"].to_string());
    let told = |entry: &AuditEntry| {
        (
            entry.detail["refusals"].clone(),
            entry.detail["entries"].clone(),
        )
    };
    let told: Vec<_> = closed.iter().map(told).collect();
    assert_eq!(told, [(json!(70), json!(60)), (json!(70), json!(60))]);
    house.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_targets_is_one_count_and_waits() {
    let mut house = House::with(me(Role::Agent)).await;
    let client = house.client().await;
    let all = (0..WINDOWS as u32 + 10).map(|n| refused(&client, remove(n)));
    let flood = async {
        futures::future::join_all(all).await;
    };
    // Ten of them wait for their turns; who floods does so in every session.
    tokio::time::timeout(Duration::from_secs(45), flood)
        .await
        .unwrap();
    let singly = entries(&client, "subscription.remove").await;
    assert_eq!(singly.len(), WINDOWS + 1);
    assert!(singly[WINDOWS].detail["flood"].is_string());
    house.end().await;
    house.start().await;
    let client = house.client().await;
    let closed = counted(&client).await;
    assert_eq!(closed.len(), 1);
    assert_eq!(closed[0].detail["refusals"], 10);
    assert_eq!(closed[0].detail["targets"], 10);
    assert_eq!(closed[0].detail["named"].as_array().unwrap().len(), 10);
    house.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_that_a_crash_left_open_is_closed_by_the_next_start() {
    let mut house = House::with(me(Role::Owner)).await;
    let left: RefusalWindow = serde_json::from_value(json!({
        "id": format!("aud_{:026}", 77), "actor": ME, "role": "agent",
        "origin": { "address": null, "via": "local" }, "verb": "user.add", "target": "eve", "reason": "no",
        "since": "2026-01-02T10:00:00Z",
    }))
    .unwrap();
    house.meddle(|tx| tx.put(&left)).await;
    let client = house.client().await;
    let closed = counted(&client).await;
    assert_eq!(closed.len(), 1);
    assert_eq!(closed[0].detail["at_least"], 1);
    assert!(closed[0].detail["refusals"].is_null());
    let before = record(&client).await.len();
    house.end().await;
    house.start().await;
    let client = house.client().await;
    assert_eq!(counted(&client).await.len(), 1);
    assert!(record(&client).await.len() >= before);
    house.end().await;
}
