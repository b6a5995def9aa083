use serde_json::json;

use super::*;
use crate::domain::connection::Status;
use crate::domain::webhook::Notice;
use crate::store::disk_fault_tests::{entry, signer};

pub(in crate::store::facts) fn at() -> Timestamp {
    "2026-03-01T10:00:00Z".parse().unwrap()
}

pub(in crate::store::facts) fn id(prefix: &str, n: usize) -> String {
    format!("{prefix}_01jd70000000000000000000{n:02}")
}

pub(in crate::store::facts) fn endpoint() -> WebhookId {
    id("whk", 1).parse().unwrap()
}

fn connection(n: usize, status: Status) -> Connection {
    let connection = json!({
        "id": id("con", n), "instance": id("ins", 1), "provider": "ledger", "name": "ledger",
        "owner": { "kind": "workspace" }, "account": { "id": n.to_string(), "label": "acme" },
        "status": status.code(), "reason": "", "health": "unknown", "generation": 1, "version": 1,
        "connected_at": null, "synced_at": null,
    });
    serde_json::from_value(connection).unwrap()
}

/// The first has the endpoint, and the second none.
fn store(folder: &tempfile::TempDir, first: Status, second: Status) -> Store {
    let store = Store::open(&folder.path().join("data"), signer()).unwrap();
    let own = connection(1, first);
    let written = store.write(|tx| {
        tx.put(&own)?;
        tx.put(&connection(2, second))?;
        tx.put(&WebhookEndpoint::new(endpoint(), own.id.clone()))?;
        tx.put_index(&format!("webhook/{}", endpoint()), own.id.as_str())
    });
    store.durable_blocking(written.unwrap().commit).unwrap();
    store
}

/// A verified event; what it says has to be added.
pub(in crate::store::facts) fn event() -> Arrival {
    Arrival {
        at: at(),
        signed: Signed::Verified,
        is_token: false,
        no_effect: NoEffect::UnknownEvent,
        doubt: None,
        event_id: None,
        id_digest: None,
        effects: BTreeSet::new(),
        unwatched: BTreeSet::new(),
        notices: Vec::new(),
        due: at(),
        latency_us: 1,
        preview: "{}".to_owned(),
    }
}

fn saying_of(n: usize) -> Arrival {
    Arrival {
        notices: vec![VendorSaid {
            connection: connection(n, Status::Connected).id,
            said: Notice::Revoked,
            entry: entry("connection.notice"),
        }],
        ..event()
    }
}

async fn came(store: &Store, arrival: Arrival) -> Delivery {
    let arrivals = [arrival];
    let mut recent = RecentIds::default();
    let written = store.deliveries_came(&endpoint(), &arrivals, &mut recent);
    let listed = store.deliveries_of(&endpoint()).unwrap().remove(0);
    assert_eq!(written.unwrap().value.statuses, [listed.status]);
    listed
}

fn changed_at(n: usize) -> Arrival {
    let connection = connection(n, Status::Connected).id;
    Arrival {
        effects: BTreeSet::from([DeliveryEffect {
            connection,
            entity: None,
        }]),
        ..event()
    }
}

#[tokio::test]
async fn a_notice_reaches_a_connection_without_an_endpoint_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder, Status::Connected, Status::Connected);
    assert_eq!(came(&store, saying_of(2)).await.fate, Fate::Applied);
    let second = connection(2, Status::Connected).id;
    assert!(store.connection(&second).unwrap().notice.is_some());
    // Of what happened there it takes nothing: its jobs are due by their own schedule.
    assert_eq!(came(&store, changed_at(2)).await.fate, Fate::Dropped);
}

#[tokio::test]
async fn what_says_that_the_access_ended_does_not_say_that_the_vendor_still_sends() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder, Status::Revoked, Status::Revoked);
    let token = |arrival| Arrival {
        is_token: true,
        ..arrival
    };
    for (arrival, counted) in [
        (saying_of(1), 0),
        (token(saying_of(1)), 0),
        (token(event()), 0),
        (event(), 1),
        (changed_at(1), 2),
    ] {
        assert_eq!(came(&store, arrival).await.fate, Fate::Dropped);
        let endpoint = store.webhook(&endpoint()).unwrap();
        assert_eq!(endpoint.dropped_since_disconnect, counted);
    }
    assert_eq!(store.webhook(&endpoint()).unwrap().ignored, 5);
}

#[tokio::test]
async fn what_is_listed_is_what_was_answered() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder, Status::Connected, Status::Connected);
    for (signed, is_token, status) in [
        (Signed::Verified, false, 200),
        (Signed::Forged, false, 401),
        (Signed::Verified, true, 202),
        (Signed::Forged, true, 400),
    ] {
        let arrival = Arrival {
            signed,
            is_token,
            ..event()
        };
        assert_eq!(came(&store, arrival).await.status, status);
    }
}

/// The newest first, with the reason why nothing was done.
async fn came_together(store: &Store, arrivals: Vec<Arrival>) -> Vec<Delivery> {
    let mut recent = RecentIds::default();
    let written = store.deliveries_came(&endpoint(), &arrivals, &mut recent);
    store.durable(written.unwrap().commit).await.unwrap();
    store.deliveries_of(&endpoint()).unwrap()
}

#[tokio::test]
async fn a_flood_of_what_anybody_can_send_keeps_what_the_vendor_sent_in_the_list() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder, Status::Connected, Status::Connected);
    let identified = |n| Arrival {
        id_digest: Some(n),
        ..event()
    };
    let forged = || Arrival {
        signed: Signed::Forged,
        ..event()
    };
    let first = came_together(&store, vec![identified(1), identified(2)]).await;
    assert_eq!(first.len(), 2);
    // Between two forged ones the vendor's own lie as far apart as the list is long.
    let mut crowd = vec![identified(3)];
    crowd.extend((0..99).map(|_| forged()));
    crowd.push(identified(4));
    crowd.extend((0..200).map(|_| forged()));
    crowd.extend((0..200).map(|_| identified(1)));
    let listed = came_together(&store, crowd).await;
    let of = |fate| -> Vec<u64> {
        let its = listed.iter().filter(|it| it.fate == fate);
        its.map(|it| it.number).collect()
    };
    assert_eq!(of(Fate::WithoutEffect), [103, 3, 2, 1]);
    assert_eq!(of(Fate::Repeated), (404..=503).rev().collect::<Vec<u64>>());
    assert_eq!(listed.len(), 104);
}

#[tokio::test]
async fn an_id_is_known_again_whoever_wrote_it() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder, Status::Connected, Status::Connected);
    let (mut one, mut other) = (RecentIds::default(), RecentIds::default());
    let mut fates = Vec::new();
    for n in [1, 2, 1, 3, 2, 3] {
        let arrival = Arrival {
            id_digest: Some(n),
            ..event()
        };
        // Two writers take turns, each with what it knows.
        std::mem::swap(&mut one, &mut other);
        let written = store.deliveries_came(&endpoint(), &[arrival], &mut one);
        store.durable(written.unwrap().commit).await.unwrap();
        fates.push(store.deliveries_of(&endpoint()).unwrap().remove(0).fate);
    }
    let (fresh, known) = (Fate::WithoutEffect, Fate::Repeated);
    assert_eq!(fates, [fresh, fresh, known, fresh, known, known]);
}

#[test]
fn ids_of_commits_that_were_taken_back_are_not_remembered() {
    let owner = connection(1, Status::Connected).id;
    let endpoint = WebhookEndpoint::new(endpoint(), owner);
    let mut recent = RecentIds::default();
    let mut kept = |reopened| {
        recent.keep(&endpoint, HashSet::from([1]), 0);
        recent.take(&endpoint.id, reopened).is_some()
    };
    assert!(kept(0));
    assert!(!kept(1));
    // A transaction has it meanwhile: when that fails, nothing is left.
    assert!(recent.take(&endpoint.id, 0).is_none());
}
