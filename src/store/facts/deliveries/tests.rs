use serde_json::json;

use super::*;
use crate::domain::connection::Status;
use crate::store::disk_fault_tests::{entry, signer};

fn at() -> Timestamp {
    "2026-03-01T10:00:00Z".parse().unwrap()
}

fn id(prefix: &str, n: usize) -> String {
    format!("{prefix}_01jd70000000000000000000{n:02}")
}

fn endpoint() -> WebhookId {
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
        is_of_earlier: false,
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
