use std::collections::BTreeSet;

use serde_json::json;

use super::*;
use crate::domain::job::RecordOf;
use crate::domain::job::sample;
use crate::domain::message::{EventKind, Message, MessageContext};
use crate::domain::webhook::Signed;
use crate::store::disk_fault_tests::{entry, signer};
use crate::store::facts::deliveries::tests::{at, endpoint, event, id};
use crate::store::facts::{Arrival, RecentIds};

fn revoked(provider: &str) -> Connection {
    let connection = json!({
        "id": id("con", 1), "instance": id("ins", 1), "provider": provider, "name": provider,
        "owner": { "kind": "workspace" }, "account": { "id": "1", "label": "acme" },
        "status": "revoked", "reason": "", "health": "unknown", "generation": 1, "version": 1,
        "connected_at": null, "synced_at": null,
    });
    serde_json::from_value(connection).unwrap()
}

fn record(of: &Connection) -> Synced {
    Synced {
        id: id("ref", 1).parse().unwrap(),
        connection: of.id.clone(),
        ..sample::record()
    }
}

/// A connection of `ledger` that is out of service, with an endpoint and one record.
fn store(folder: &tempfile::TempDir) -> Store {
    let store = Store::open(&folder.path().join("data"), signer()).unwrap();
    let connection = revoked("ledger");
    let written = store.write(|tx| {
        tx.put(&connection)?;
        tx.put(&record(&connection))?;
        tx.add(SYNCED, 1)?;
        tx.put(&WebhookEndpoint::new(endpoint(), connection.id.clone()))?;
        tx.put_index(&format!("webhook/{}", endpoint()), connection.id.as_str())
    });
    store.durable_blocking(written.unwrap().commit).unwrap();
    store
}

async fn begun(store: &Store, n: usize, provider: Option<&str>) -> Result<Wipe, StoreError> {
    let wipe = Wipe::begun(
        id("wip", n).parse().unwrap(),
        provider.map(str::to_owned),
        "ada".to_owned(),
        at(),
    );
    store.wipe_begun(wipe, entry("data.wipe_begun")).await
}

#[tokio::test]
async fn a_wipe_ends_only_when_nothing_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder);
    for (n, provider) in [(1, None), (2, Some("ledger"))] {
        let mut wipe = begun(&store, n, provider).await.unwrap();
        let (id, size) = (wipe.id.clone(), store.tree().size());
        let written = store.write(|tx| tx.put(&record(&revoked("ledger"))));
        store.durable_blocking(written.unwrap().commit).unwrap();
        while wipe.step != Some(WipeStep::WriteAudit) {
            wipe.step_ended(at());
        }
        let written = store.write(|tx| tx.put(&wipe));
        store.durable_blocking(written.unwrap().commit).unwrap();
        let ended = store.wipe_ended(&id, at(), |_, _| entry("data.wiped"));
        let ended = ended.await.unwrap();
        assert_eq!(ended.step, Some(WipeStep::RemoveRecords));
        assert_eq!(store.open_wipes().unwrap(), std::slice::from_ref(&id));
        assert_eq!(store.tree().size(), size, "there is no entry");

        let mut wipe = ended;
        for _ in 0..8 {
            if wipe.step < Some(WipeStep::Compact) {
                wipe = store.wipe_part(&id, at()).await.unwrap();
            }
        }
        assert_eq!(wipe.step, Some(WipeStep::Compact));
        store.wipe_compacted(&id, at()).await.unwrap();
        let told = |wipe: &Wipe, left: WipeCounts| {
            assert_eq!(left, WipeCounts::default());
            assert!(wipe.has_done(WipeStep::Compact));
            entry("data.wiped")
        };
        let ended = store.wipe_ended(&id, at(), told).await.unwrap();
        assert_eq!((ended.step, ended.counts.records), (None, 1));
        assert_eq!(store.tree().size(), size + 1);
        assert_eq!(store.open_wipes().unwrap(), []);
    }
}

#[tokio::test]
async fn no_row_is_wiped_twice() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder);
    let first = begun(&store, 1, Some("ledger")).await.unwrap();
    // The same once more is the one that is open; another provider is another wipe.
    assert_eq!(begun(&store, 2, Some("ledger")).await.unwrap(), first);
    assert!(begun(&store, 3, Some("github")).await.is_ok());
    let refused = begun(&store, 4, None).await;
    let why = matches!(&refused, Err(StoreError::Refused(why)) if why.contains("being wiped"));
    assert!(why, "{refused:?}");
}

#[tokio::test]
async fn nothing_is_listed_at_an_endpoint_while_it_is_wiped() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder);
    let arrival = Arrival {
        signed: Signed::Unknown,
        ..event()
    };
    for (came, listed) in [(1, 1), (2, 1)] {
        let arrivals = std::slice::from_ref(&arrival);
        let mut recent = RecentIds::default();
        let written = store.deliveries_came(&endpoint(), arrivals, &mut recent);
        store.durable(written.unwrap().commit).await.unwrap();
        assert_eq!(store.webhook(&endpoint()).unwrap().deliveries, came);
        assert_eq!(store.deliveries_of(&endpoint()).unwrap().len(), listed);
        begun(&store, 1, Some("ledger")).await.unwrap();
    }
}

fn message(n: usize, about: &Synced) -> Message {
    let mut message = Message::new(
        id("sub", 1).parse().unwrap(),
        EventKind::RecordCreated,
        at(),
        MessageContext::Record(RecordOf::new(about)),
        &n.to_string(),
    );
    message.number = n as u64;
    message
}

/// Messages are removed some at a time, and announced all at once.
#[tokio::test]
async fn a_wipe_removes_what_was_announced() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder);
    let record = record(&revoked("ledger"));
    let written = store.write(|tx| (0..1100).try_for_each(|n| tx.queue(message(n, &record))));
    store.durable_blocking(written.unwrap().commit).unwrap();
    let planned = store.wipe_forecast(Some("ledger")).unwrap().counts;
    assert_eq!((planned.records, planned.deliveries), (1, 1100));
    let mut wipe = begun(&store, 1, Some("ledger")).await.unwrap();
    while wipe.step < Some(WipeStep::Compact) {
        wipe = store.wipe_part(&wipe.id, at()).await.unwrap();
    }
    assert_eq!(wipe.counts, planned);
    let again = store.wipe_forecast(Some("ledger")).unwrap().counts;
    assert_eq!(again, WipeCounts::default());
}

/// It was read to be removed, and somebody else was quicker.
#[tokio::test]
async fn what_is_gone_already_is_not_counted() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder);
    let record = record(&revoked("ledger"));
    let written = store.write(|tx| tx.queue(message(1, &record)));
    store.durable_blocking(written.unwrap().commit).unwrap();
    let of = revoked("ledger").id;
    let part = WipePart {
        records: vec![record],
        messages: store.messages_about(&BTreeSet::from([&of])).unwrap(),
        ..WipePart::default()
    };
    let mut counts = WipeCounts::default();
    for _ in 0..2 {
        let written = store.write(|tx| tx.remove_part(&part, &mut counts));
        store.durable_blocking(written.unwrap().commit).unwrap();
        assert_eq!((counts.records, counts.deliveries), (1, 1));
        assert_eq!(store.synced_total().unwrap(), 0);
    }
}

/// A link is part of the record that it is made at, whatever else is linked to the same thing.
#[tokio::test]
async fn a_wipe_removes_links_with_their_records() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder);
    let mut other = revoked("github");
    other.id = id("con", 2).parse().unwrap();
    let links = BTreeSet::from(["TICKET-9".to_owned()]);
    let linked = |n: usize, of: &Connection| Synced {
        id: id("ref", n).parse().unwrap(),
        links: links.clone(),
        ..record(of)
    };
    let (here, there) = (linked(1, &revoked("ledger")), linked(2, &other));
    let written = store.write(|tx| {
        tx.put(&other)?;
        tx.put(&here)?;
        tx.put(&there)?;
        tx.add(SYNCED, 1)
    });
    store.durable_blocking(written.unwrap().commit).unwrap();
    let mut wipe = begun(&store, 1, Some("ledger")).await.unwrap();
    while wipe.step < Some(WipeStep::Compact) {
        wipe = store.wipe_part(&wipe.id, at()).await.unwrap();
    }
    assert_eq!(wipe.counts.records, 1);
    let gone = store.reference(here.id.as_str());
    assert!(matches!(gone, Err(StoreError::NotFound { .. })), "{gone:?}");
    assert_eq!(store.reference(there.id.as_str()).unwrap().links, links);
    assert_eq!(store.scan::<Synced>("").unwrap(), [there]);
}
