//! The organisation's subscriptions: told in order, signed, at least once, whatever is disconnected.

use std::time::Duration;

use jiff::Timestamp;
use tagout::domain::id::SubscriptionId;
use tagout::domain::message::MessageState;
use tagout::store::Store;
use tagout::wire::{Code, Problem, rpc, view};

use crate::house::{BOT, House};
use crate::receiver::{self, Came, Receiver};

async fn try_subscribe(
    house: &House,
    url: &str,
    events: &[&str],
) -> Result<view::SubscriptionSecret, Problem> {
    let asked = rpc::SubscriptionAdd {
        url: url.to_owned(),
        events: events.iter().map(|it| (*it).to_owned()).collect(),
    };
    house.try_ask(asked).await
}

async fn subscribe(house: &House, url: &str, events: &[&str]) -> view::SubscriptionSecret {
    try_subscribe(house, url, events).await.unwrap()
}

fn deliveries(id: &SubscriptionId) -> rpc::SubscriptionDeliveries {
    rpc::SubscriptionDeliveries { id: id.clone() }
}

async fn listed(house: &House) -> view::Subscription {
    let mut all: Vec<view::Subscription> = house.ask(rpc::Subscriptions).await;
    all.pop().unwrap()
}

fn kinds<'a>(came: impl IntoIterator<Item = &'a Came>) -> Vec<String> {
    came.into_iter().map(Came::kind).collect()
}

fn has(kind: &'static str) -> impl Fn(&[Came]) -> bool {
    move |came| {
        came.iter()
            .any(|it| it.kind() == kind && it.status.is_success())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_changed_is_told_elsewhere_of_other_events_with_the_same_secret() {
    let mut house = House::new().await;
    let mut before = Receiver::new().await;
    let mut after = Receiver::new().await;
    let added = subscribe(&house, &before.url, &["connection.*"]).await;
    let connection = house.connect("ledger", BOT).await;
    before.until(has("connection.connected")).await;
    let edit = rpc::SubscriptionEdit {
        id: added.subscription.id.clone(),
        url: Some(after.url.clone()),
        events: Some(vec!["run.ended".to_owned()]),
    };
    let edited = house.ask(edit).await;
    assert_eq!(
        (edited.url, edited.events),
        (after.url.clone(), vec!["run.ended".to_owned()])
    );
    house.disconnect(connection.id.as_str()).await;
    let came = after.until(has("run.ended")).await;
    assert_eq!(kinds(&came), ["run.ended"]);
    assert!(came[0].is_signed_by(&added.secret.0));
    let entries = house.entries().await;
    let entry = entries.iter().find(|it| it.action == "subscription.edited");
    let detail = &entry.unwrap().detail;
    assert_eq!(detail["url_before"], before.url.as_str());
    assert_eq!(detail["events_before"], serde_json::json!(["connection.*"]));

    let nowhere = rpc::SubscriptionEdit {
        id: added.subscription.id.clone(),
        url: Some("http://10.0.0.1/".to_owned()),
        events: None,
    };
    let refused = house.try_ask(nowhere).await.unwrap_err();
    assert_eq!(refused.code, Code::Usage, "{refused:?}");
    let unknown = rpc::SubscriptionEdit {
        id: added.subscription.id,
        url: None,
        events: Some(vec!["run.begum".to_owned()]),
    };
    let refused = house.try_ask(unknown).await.unwrap_err();
    assert!(refused.message.contains("run.begum"), "{refused:?}");
    assert_eq!(listed(&house).await.url, after.url);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_is_told_in_order_with_signatures_that_hold() {
    let mut house = House::new().await;
    let mut receiver = Receiver::new().await;
    let added = subscribe(&house, &receiver.url, &["connection.*", "run.*"]).await;
    let connection = house.connect("ledger", BOT).await;
    house.disconnect(connection.id.as_str()).await;
    let came = receiver.until(has("run.ended")).await;
    assert_eq!(
        kinds(&came),
        [
            "connection.connected",
            "run.begun",
            "connection.disconnected",
            "run.ended"
        ]
    );
    for it in &came {
        assert!(it.is_signed_by(&added.secret.0), "{}", it.kind());
        assert!(!it.is_signed_by("whsec_AAAA"));
        assert_eq!(it.signatures(), 1);
    }
    let told = came[0].body();
    assert_eq!(told["data"]["target"], connection.id.as_str());
    assert_eq!(told["data"]["action"], "connection.connected");

    // It belongs to the organisation: no disconnect touches it, and nobody is shown its secret again.
    let all = house.ask(rpc::Subscriptions).await;
    assert_eq!(all[0].status, view::SubscriptionStatus::Enabled);
    let said = serde_json::to_string(&house.entries().await).unwrap();
    for shown in [serde_json::to_string(&all).unwrap(), said] {
        assert!(!shown.contains("whsec_"), "{shown}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_taken_is_sent_again_with_its_id_before_what_follows() {
    let mut house = House::new().await;
    let mut receiver = Receiver::new().await;
    receiver.answers(&[500, 302, 410]);
    let added = subscribe(&house, &receiver.url, &[]).await;
    let connection = house.connect("ledger", BOT).await;
    house.disconnect(connection.id.as_str()).await;
    let came = receiver.until(has("run.ended")).await;
    let (first, rest) = came.split_at(4);
    assert!(first.iter().all(|it| it.id == came[0].id));
    assert_eq!(first[3].kind(), "connection.connected");
    assert!(first[3].status.is_success());
    assert!(rest.iter().all(|it| it.id != came[0].id));
    assert_eq!(kinds(rest).last().unwrap(), "run.ended");

    let of = added.subscription.id;
    let all_taken = |all: &Vec<view::Message>| {
        let taken = |it: &view::Message| it.state == MessageState::Delivered;
        all.iter().all(taken)
    };
    let told: Vec<view::Message> = house.until(|| deliveries(&of), all_taken).await;
    let oldest = told.last().unwrap();
    assert_eq!((oldest.id.as_str(), oldest.tries), (came[0].id.as_str(), 4));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_takes_for_three_days_is_a_dead_letter_that_can_be_sent_again() {
    let mut house = House::new().await;
    let mut receiver = Receiver::new().await;
    receiver.answers(&[503; 100]);
    let added = subscribe(&house, &receiver.url, &["connection.connected"]).await;
    let id = added.subscription.id;
    house.connect("ledger", BOT).await;
    receiver.until(|came| !came.is_empty()).await;
    let of = id.clone();
    let long_ago = async move |store: &Store| {
        let mut message = store.next_message(&of).unwrap().unwrap();
        message.since -= Duration::from_secs(3 * 24 * 3600);
        message.next_try = message.since;
        store.message_tried(message, None).await.unwrap();
    };
    house.restart_after(long_ago).await;
    let is_dead = |all: &Vec<view::Message>| all.iter().any(|it| it.state == MessageState::Dead);
    let dead: Vec<view::Message> = house.until(|| deliveries(&id), is_dead).await;
    assert_eq!(house.count("subscription.dead_letter").await, 1);
    let row = listed(&house).await;
    assert_eq!((row.dead, row.pending), (1, 0));

    receiver.recovers();
    let again = rpc::SubscriptionResend {
        id: dead[0].id.clone(),
    };
    let resend = || again.clone();
    house.ask(resend()).await;
    let came = receiver.until(has("connection.connected")).await;
    assert_eq!(came.last().unwrap().id, dead[0].id.as_str());
    assert_eq!(listed(&house).await.dead, 0);
    let twice: Result<view::Message, Problem> = house.try_ask(resend()).await;
    assert_eq!(twice.unwrap_err().code, Code::NotFound);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_secret_signs_beside_the_old_one() {
    let house = House::new().await;
    let mut receiver = Receiver::new().await;
    let old = subscribe(&house, &receiver.url, &[]).await;
    let id = old.subscription.id.clone();
    let rotate = rpc::SubscriptionRotate { id: id.clone() };
    let new: view::SubscriptionSecret = house.ask(rotate).await;
    assert_ne!(old.secret.0.as_str(), new.secret.0.as_str());
    let test = rpc::SubscriptionTest { id };
    let told: view::Message = house.ask(test).await;
    assert_eq!(told.state, MessageState::Delivered);
    let came = receiver.until(has("subscription.test")).await;
    assert_eq!(came[0].signatures(), 2);
    for secret in [&old.secret.0, &new.secret.0] {
        assert!(came[0].is_signed_by(secret));
    }
    let remove = rpc::SubscriptionRemove {
        id: new.subscription.id,
    };
    house.ask(remove).await;
    let none: Vec<view::Subscription> = house.ask(rpc::Subscriptions).await;
    assert!(none.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replaced_secret_signs_no_more_when_its_time_is_over() {
    let mut house = House::new().await;
    let mut receiver = Receiver::new().await;
    let old = subscribe(&house, &receiver.url, &["run.ended"]).await;
    let id = old.subscription.id.clone();
    let new: view::SubscriptionSecret = house.ask(rpc::SubscriptionRotate { id: id.clone() }).await;
    let of = id.clone();
    let is_over = async move |store: &Store| {
        let mut subscription = store.subscription(&of).unwrap();
        let retired = subscription.retired.as_mut().unwrap();
        retired.until = Timestamp::now();
        let written = store.write(|tx| tx.put(&subscription)).unwrap();
        store.durable(written.commit).await.unwrap();
    };
    house.restart_after(is_over).await;
    let told: view::Message = house.ask(rpc::SubscriptionTest { id: id.clone() }).await;
    assert_eq!(told.state, MessageState::Delivered);
    let came = receiver.until(has("subscription.test")).await;
    assert_eq!(came[0].signatures(), 1);
    assert!(came[0].is_signed_by(&new.secret.0));
    assert!(!came[0].is_signed_by(&old.secret.0));
    let of = id.clone();
    let is_destroyed = async move |store: &Store| {
        assert_eq!(store.subscription(&of).unwrap().retired, None);
    };
    house.restart_after(is_destroyed).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_vendors_say_and_call_accounts_is_not_told_nor_a_receivers_words_logged() {
    let mut house = House::new().await;
    let mut receiver = Receiver::new().await;
    receiver.answers(&[422]);
    let added = subscribe(&house, &receiver.url, &[]).await;
    let id = added.subscription.id;
    let tested: view::Message = house.ask(rpc::SubscriptionTest { id }).await;
    let words = tested.last.unwrap().why;
    assert!(words.contains(receiver::WORDS), "{words}");
    let entries = house.entries().await;
    let logged = serde_json::to_string(&entries).unwrap();
    assert!(logged.contains("it answered 422"), "{logged}");
    assert!(!logged.contains(receiver::WORDS), "{logged}");

    let connection = house.connect("ledger", BOT).await;
    house.disconnect(connection.id.as_str()).await;
    let came = receiver.until(has("run.ended")).await;
    let label = connection.account.label;
    for it in &came {
        let body = it.body().to_string();
        assert!(!body.contains(&label), "{body}");
    }
    let ended = came.last().unwrap().body();
    let detail = &ended["data"]["detail"];
    assert_eq!(detail["reason"], "unused");
    assert_eq!(detail["provider"], "ledger");
    assert_eq!(detail["revoked"][0]["outcome"], "verified_dead");
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_waits_is_counted_and_a_dead_letter_waits_again() {
    let mut house = House::new().await;
    let receiver = Receiver::new().await;
    receiver.answers(&[503; 100]);
    let added = subscribe(&house, &receiver.url, &["connection.*", "run.*"]).await;
    let connection = house.connect("ledger", BOT).await;
    house.disconnect(connection.id.as_str()).await;
    assert_eq!(listed(&house).await.pending, 4);
    let of = added.subscription.id;
    let give_up = async move |store: &Store| {
        let mut message = store.next_message(&of).unwrap().unwrap();
        message.state = MessageState::Dead;
        store.message_tried(message, None).await.unwrap();
    };
    house.restart_after(give_up).await;
    let row = listed(&house).await;
    assert_eq!((row.pending, row.dead), (3, 1));
    let told: Vec<view::Message> = house.ask(deliveries(&row.id)).await;
    let dead = told.iter().find(|it| it.state == MessageState::Dead);
    let id = dead.unwrap().id.clone();
    house.ask(rpc::SubscriptionResend { id }).await;
    let row = listed(&house).await;
    assert_eq!((row.pending, row.dead), (4, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_nothing_sends_is_refused_by_name() {
    let house = House::new().await;
    for never in ["record.moved", "moved.*"] {
        let refused = try_subscribe(&house, "https://example.com/", &[never]).await;
        let refused = refused.unwrap_err();
        assert_eq!(refused.code, Code::Usage);
        assert!(refused.message.contains(never), "{}", refused.message);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_says_what_the_receiver_answers_and_is_not_tried_again() {
    let house = House::new().await;
    let receiver = Receiver::new().await;
    receiver.answers(&[307]);
    let added = subscribe(&house, &receiver.url, &[]).await;
    let id = added.subscription.id;
    let test = rpc::SubscriptionTest { id };
    let told: view::Message = house.ask(test).await;
    assert_eq!(told.state, MessageState::Failed);
    let last = told.last.unwrap();
    assert_eq!(last.status, Some(307));
    assert!(last.why.contains("not followed"), "{}", last.why);
    assert_eq!(receiver.all().len(), 1);
    assert_eq!(house.count("subscription.tested").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_sent_inside_and_nothing_unencrypted_elsewhere() {
    let house = House::new().await;
    for inside in [
        "https://10.0.0.1/hook",
        "https://[fd00::1]/hook",
        "https://169.254.169.254/latest/meta-data",
        "http://example.com/hook",
        "https://user:secret@example.com/hook",
    ] {
        let refused = try_subscribe(&house, inside, &[]).await.unwrap_err();
        assert_eq!(refused.code, Code::Usage, "{inside}");
    }
    let unknown = try_subscribe(&house, "https://example.com/", &["conection.*"]).await;
    assert!(unknown.unwrap_err().hint.contains("run.ended"));
}
