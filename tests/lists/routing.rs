//! Routing rules: which records are told to which subscription when they change, each change once.

use std::time::Duration;

use serde_json::{Value, json};
use tagout::domain::condition::Condition;
use tagout::domain::hold::RetryPace;
use tagout::domain::id::SubscriptionId;
use tagout::domain::job::{ExecutionStatus, JobState};
use tagout::domain::routing::RuleStanding;
use tagout::domain::webhook::ConfigKind;
use tagout::server::subscriptions::Sending;
use tagout::wire::rpc;
use tagout::wire::view;
use tagout::wire::{Code, Problem};

use crate::house::House;
use crate::mappings::house;
use crate::receiver::{Came, Receiver};
use crate::vendor::page;

const FIELDS: &str = "fields = { \"/name\" = \"Title\" }";

fn three() -> Vec<Value> {
    vec![
        json!({ "id": 1, "name": "one", "labels": [{ "name": "bug" }], "secret": "hush" }),
        json!({ "id": 2, "name": "two", "labels": [{ "name": "idea" }, { "name": "bug" }] }),
        json!({ "id": 3, "name": "three", "labels": [] }),
    ]
}

fn is(value: &str) -> Option<Condition> {
    Some(Condition::In(vec![value.to_owned()]))
}

/// What was told, in its order: the kind, and what the vendor calls the record.
fn told(came: &[Came]) -> Vec<(String, String)> {
    let of = came.iter().filter(|it| it.kind().starts_with("record."));
    of.map(|it| {
        let id = it.body()["data"]["external_id"]
            .as_str()
            .unwrap()
            .to_owned();
        (it.kind(), id)
    })
    .collect()
}

impl House {
    async fn subscribe(&self, url: &str) -> SubscriptionId {
        let request = rpc::SubscriptionAdd {
            url: url.to_owned(),
            events: vec!["record.*".to_owned()],
        };
        let added: view::SubscriptionSecret = self.ask(request).await;
        added.subscription.id
    }

    async fn try_rule(
        &self,
        entity: &str,
        from: &str,
        condition: Option<Condition>,
        to: &str,
    ) -> Result<view::Config, Problem> {
        let request = rpc::ConfigAdd {
            connection: self.connection.clone(),
            kind: ConfigKind::Routing,
            entity: entity.to_owned(),
            from: from.to_owned(),
            to: to.to_owned(),
            condition,
        };
        self.try_ask(request).await
    }

    async fn rule(
        &self,
        from: &str,
        condition: Option<Condition>,
        to: &SubscriptionId,
    ) -> view::Config {
        let kept = self.try_rule("thing", from, condition, to.as_str()).await;
        kept.unwrap()
    }

    async fn rules(&self) -> Vec<view::Config> {
        let request = rpc::Configs {
            connection: self.connection.clone(),
            kind: ConfigKind::Routing,
        };
        self.ask(request).await
    }

    async fn routing_test(&self) -> view::RoutingTest {
        let connection = self.connection.clone();
        self.ask(rpc::RoutingTest { connection }).await
    }

    /// How many messages there ever were for a subscription.
    async fn queued(&self, id: &SubscriptionId) -> usize {
        let request = rpc::SubscriptionDeliveries { id: id.clone() };
        let all: Vec<view::Message> = self.ask(request).await;
        all.len()
    }
}

#[tokio::test]
async fn a_changed_record_that_a_rule_means_is_told_once() {
    let (mut house, objects) = house(FIELDS, three()).await;
    let mut receiver = Receiver::new().await;
    let to = house.subscribe(&receiver.url).await;
    house.pulled().await;
    house.rule("/labels/*/name", is("bug"), &to).await;
    // A second rule that leads to the same place tells nothing twice.
    let bugs_too = Some(Condition::Contains("BU".to_owned()));
    house.rule("/labels/*/name", bugs_too, &to).await;
    // What is there already is not told, nor is what is as it was.
    house.pulled().await;
    assert_eq!(house.queued(&to).await, 0);

    {
        let mut objects = objects.lock().unwrap();
        objects[0]["name"] = json!("uno");
        objects[2]["name"] = json!("tres");
        objects.push(json!({ "id": 4, "name": "four", "labels": [{ "name": "bug" }] }));
    }
    house.pulled().await;
    let came = receiver.until(|came| came.len() >= 2).await;
    let pair = |kind: &str, id: &str| (kind.to_owned(), id.to_owned());
    assert_eq!(
        told(&came),
        [pair("record.updated", "1"), pair("record.created", "4")]
    );
    let data = &came[0].body()["data"];
    assert_eq!(
        (&data["connection"], &data["provider"], &data["entity"]),
        (&json!(house.connection), &json!("liar"), &json!("thing"))
    );
    assert!(!came[0].body().to_string().contains("hush"), "{data:#}");
    house.pulled().await;
    assert_eq!(house.queued(&to).await, 2);
}

#[tokio::test]
async fn nothing_is_told_again_after_a_disconnect_and_a_reconnect() {
    let (mut house, objects) = house(FIELDS, three()).await;
    let mut receiver = Receiver::new().await;
    let to = house.subscribe(&receiver.url).await;
    house.rule("", None, &to).await;
    house.pulled().await;
    receiver.until(|came| came.len() == 3).await;
    house.disconnect().await;
    house.connect(false).await;
    house.pulled().await;
    assert_eq!(house.queued(&to).await, 3);
    objects.lock().unwrap()[1]["name"] = json!("dos");
    house.pulled().await;
    let came = receiver.until(|came| came.len() == 4).await;
    assert_eq!(came[3].body()["data"]["external_id"], "2");
    assert_eq!(house.queued(&to).await, 4);
    // What the vendor no longer lists is said of the reference, and told to nobody.
    objects.lock().unwrap().remove(2);
    house.pulled().await;
    assert_eq!(house.queued(&to).await, 4);
}

#[tokio::test]
async fn what_can_have_no_effect_is_refused_with_what_there_is() {
    let (mut house, _) = house(FIELDS, three()).await;
    house.pulled().await;
    let nowhere = house.try_rule("thing", "/name", None, "oncall").await;
    let nowhere = nowhere.unwrap_err();
    assert_eq!(nowhere.code, Code::NotFound);
    assert!(nowhere.hint.contains("subscriptions add"), "{nowhere:?}");
    let receiver = Receiver::new().await;
    let to = house.subscribe(&receiver.url).await;
    let nowhere = house.try_rule("thing", "/name", None, "oncall").await;
    assert!(nowhere.unwrap_err().hint.contains(to.as_str()));
    let thng = house.try_rule("thng", "/name", None, to.as_str()).await;
    assert!(thng.unwrap_err().hint.contains("thing"));
    let field = house.try_rule("thing", "/nam", None, to.as_str()).await;
    let field = field.unwrap_err();
    assert_eq!(field.code, Code::NotFound);
    assert!(field.hint.contains("/name"), "{field:?}");
    assert_eq!(house.rules().await, []);
}

#[tokio::test]
async fn a_rule_is_edited_and_says_when_it_leads_nowhere() {
    let (mut house, objects) = house(FIELDS, three()).await;
    let mut receiver = Receiver::new().await;
    let (first, second) = (
        house.subscribe(&receiver.url).await,
        house.subscribe(&receiver.url).await,
    );
    house.pulled().await;
    let rule = house.rule("/name", is("one"), &first).await;
    assert_eq!(rule.routing.unwrap().standing, RuleStanding::Active);
    house.ask(rpc::SubscriptionRemove { id: first }).await;
    let stands = house.rules().await[0].routing.clone().unwrap();
    assert_eq!(stands.standing, RuleStanding::SubscriptionRemoved);
    assert!(stands.why.unwrap().contains("removed"));
    let edit = rpc::ConfigEdit {
        id: rule.id,
        from: None,
        to: Some(second.to_string()),
        condition: is("dos"),
    };
    let edited: view::Config = house.ask(edit).await;
    assert_eq!(
        (edited.from.as_str(), edited.condition),
        ("/name", is("dos"))
    );
    objects.lock().unwrap()[1]["name"] = json!("dos");
    house.pulled().await;
    let came = receiver.until(|came| !came.is_empty()).await;
    assert_eq!(told(&came), [("record.updated".to_owned(), "2".to_owned())]);
    let entry = house.last_entry("configuration.edited").await;
    assert_eq!(entry.detail["after"]["condition"], json!({ "in": ["dos"] }));
}

#[tokio::test]
async fn a_test_counts_what_would_go_and_sends_nothing() {
    let many: Vec<Value> = (1..=30)
        .map(|id| json!({ "id": id, "name": if id % 2 == 0 { "even" } else { "odd" } }))
        .collect();
    let (mut house, objects) = house(FIELDS, many).await;
    let receiver = Receiver::new().await;
    let (to, other) = (
        house.subscribe(&receiver.url).await,
        house.subscribe(&receiver.url).await,
    );
    house.pulled().await;
    house.rule("/name", is("even"), &to).await;
    house.rule("", None, &to).await;
    house.rule("/name", is("odd"), &other).await;
    let tried = house.routing_test().await;
    let counts: Vec<u64> = tried.rules.iter().map(|it| it.matched).collect();
    assert_eq!(
        (counts, tried.matched, tried.looked_at),
        (vec![15, 30, 15], 30, 30)
    );
    let to_each: Vec<u64> = tried.subscriptions.iter().map(|it| it.matched).collect();
    assert_eq!(to_each, [30, 15]);
    assert_eq!(tried.records.len(), 10);
    assert_eq!(house.queued(&to).await + house.queued(&other).await, 0);
    assert!(receiver.all().is_empty());
    // What is gone would go nowhere, and where a subscription was removed nothing goes.
    objects.lock().unwrap().pop();
    house.pulled().await;
    house.ask(rpc::SubscriptionRemove { id: other }).await;
    let tried = house.routing_test().await;
    assert_eq!((tried.matched, tried.looked_at), (29, 29));
    assert_eq!(tried.subscriptions.len(), 1);
    assert_eq!(tried.rules[2].matched, 15);
}

/// A house whose rule tells every record of a first pull, and whose subscription has room for 60 messages.
async fn crowded(receiver: &Receiver) -> (House, SubscriptionId) {
    let sending = Sending {
        pace: RetryPace {
            first: Duration::from_millis(20),
            most: Duration::from_millis(20),
        },
        most_unsent: 60,
        ..Sending::default()
    };
    let house = House::sending(FIELDS, sending).await;
    let objects: Vec<Value> = (1..=120).map(|id| json!({ "id": id })).collect();
    house
        .vendor
        .list(move |_| page(json!({ "items": objects })));
    let to = house.subscribe(&receiver.url).await;
    house.rule("", Some(Condition::Every), &to).await;
    (house, to)
}

impl House {
    /// Pulls until it waits; why it does.
    async fn waits(&mut self) -> String {
        self.act(rpc::JobAction::Enable).await;
        let why = |page: &view::Page<view::Job>| {
            let mut jobs = page.rows.iter().filter(|it| it.state == JobState::Running);
            jobs.find_map(|it| it.last_error.clone())
        };
        let asked = self.jobs();
        let page = self.until(|| asked.clone(), |page| why(page).is_some());
        why(&page.await).unwrap()
    }

    async fn pulled_so_far(&self) -> u64 {
        self.job().await.last_execution.unwrap().processed
    }
}

#[tokio::test]
async fn a_pull_waits_while_a_subscription_has_too_much_to_take() {
    let mut receiver = Receiver::new().await;
    receiver.answers(&[503; 10_000]);
    let (mut house, _to) = crowded(&receiver).await;
    let why = house.waits().await;
    let so_far = house.pulled_so_far().await;
    let waits = format!("{so_far} messages are not sent yet");
    assert!(why.contains(&waits), "{why}");
    assert!(why.contains(&receiver.url), "{why}");
    // No more than fifty commit together there.
    assert!((60..110).contains(&so_far), "{so_far}");
    receiver.recovers();
    let ended = house.over_after(None).await;
    assert_eq!(
        (ended.status, ended.processed),
        (ExecutionStatus::Succeeded, 120)
    );
    let taken = |came: &[Came]| came.iter().filter(|it| it.status == 200).count();
    let came = receiver.until(|came| taken(came) == 120).await;
    let mut ids: Vec<String> = told(&came).into_iter().map(|(_, id)| id).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 120);
    assert_eq!(house.job().await.last_error, None);
}

/// Row T11: a disconnect does not wait for the receiver, and loses nothing that was received.
#[tokio::test]
async fn a_disconnect_stops_a_pull_that_waits_and_keeps_what_came() {
    let receiver = Receiver::new().await;
    receiver.answers(&[503; 10_000]);
    let (mut house, _to) = crowded(&receiver).await;
    house.waits().await;
    house.disconnect().await;
    assert_eq!(house.pulled_so_far().await, 120);
}

#[tokio::test]
async fn a_pull_waits_no_more_for_a_rule_that_was_removed() {
    let receiver = Receiver::new().await;
    receiver.answers(&[503; 10_000]);
    let (mut house, _to) = crowded(&receiver).await;
    house.waits().await;
    let rule = house.rules().await.remove(0).id;
    house.ask(rpc::ConfigRemove { id: rule }).await;
    let ended = house.over_after(None).await;
    assert_eq!(
        (ended.status, ended.processed),
        (ExecutionStatus::Succeeded, 120)
    );
}
