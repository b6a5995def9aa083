//! The store through its door: what is written, read, kept over a restart and a kill, and refused by name.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod backup;
mod children;
mod compaction;
mod files;
mod model;
mod starts;
mod upgrades;

#[path = "../support/going_back.rs"]
mod going_back;

use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::json;
use tagout::audit::{LogLine, Signer, Verifier, leaf_hash};
use tagout::domain::audit::{AuditOutcome, Event, NewEntry, Origin, Salt, Unknown, Via};
use tagout::store::{SpaceMode, Store, StoreError, StoredRow, WriteClass};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Thing {
    id: String,
    text: String,
}

impl StoredRow for Thing {
    const KIND: &'static str = "thing";

    fn key(&self) -> String {
        self.id.clone()
    }
}

fn thing(id: &str, text: &str) -> Thing {
    Thing {
        id: id.to_owned(),
        text: text.to_owned(),
    }
}

fn signer() -> Signer {
    Signer::from_seed(&[7; 32], "tagout.test/log").unwrap()
}

fn open(dir: &Path) -> Store {
    Store::open(&dir.join("data"), signer()).unwrap()
}

fn entry(action: &str) -> NewEntry {
    NewEntry {
        id: "aud_01jd7000000000000000000000".parse().unwrap(),
        at: "2026-03-01T10:00:00Z".parse().unwrap(),
        salt: Salt([5; 16]),
        actor: "ada".to_owned(),
        role: "owner".to_owned(),
        origin: Origin {
            address: None,
            via: Via::Local,
        },
        target: "con_1".to_owned(),
        outcome: AuditOutcome::Done,
        event: Event::Unknown(Unknown {
            action: action.to_owned(),
            detail: json!({"n": 1}),
            evidence: serde_json::Value::Null,
        }),
    }
}

#[test]
fn a_transaction_reads_what_it_wrote_and_vanishes_when_it_fails() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let first = store.write(|tx| tx.put(&thing("a", "1"))).unwrap().commit;
    let failed = store.write(|tx| {
        tx.put(&thing("b", "2"))?;
        tx.remove::<Thing>("a")?;
        tx.add("things", 1)?;
        tx.put_index("by/b", "b")?;
        tx.append(entry("thing.made"))?;
        assert_eq!(tx.scan::<Thing>("")?, [thing("b", "2")]);
        assert_eq!(
            (tx.count("things")?, tx.get_index("by/b")?.as_deref()),
            (1, Some("b"))
        );
        tx.need::<Thing>("a")
    });
    assert!(matches!(failed, Err(StoreError::NotFound { what: "thing", id }) if id == "a"));
    assert_eq!(store.scan::<Thing>("").unwrap(), [thing("a", "1")]);
    assert_eq!(store.write(|_| Ok(())).unwrap().commit, first);
    assert_eq!(
        (store.count("things").unwrap(), store.tree().size()),
        (0, 0)
    );
    assert_eq!(
        (
            store.get_index("by/b").unwrap(),
            store.checkpoint().unwrap()
        ),
        (None, None)
    );
}

#[test]
fn pages_go_both_ways_and_stay_within_their_prefix() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let all = ["a/1", "b/1", "b/2", "b/3", "c/1"];
    let written = store.write(|tx| {
        for id in all {
            tx.put(&thing(id, id))?;
            tx.put_index(&format!("by/{id}"), id)?;
        }
        Ok(())
    });
    assert_eq!(written.unwrap().commit.number(), 1);
    let page = |after: Option<&str>, limit, reverse| {
        let rows: Vec<Thing> = store.page("b/", after, limit, reverse).unwrap();
        rows.into_iter().map(|row| row.id).collect::<Vec<_>>()
    };
    assert_eq!(page(None, 2, false), ["b/1", "b/2"]);
    assert_eq!(page(Some("b/2"), 9, false), ["b/3"]);
    assert_eq!(page(None, 2, true), ["b/3", "b/2"]);
    assert_eq!(page(Some("b/2"), 9, true), ["b/1"]);
    // A place outside the prefix: everything or nothing, by its side.
    assert_eq!(
        (
            page(Some("a/1"), 9, false).len(),
            page(Some("c/1"), 9, false).len()
        ),
        (3, 0)
    );
    assert_eq!(
        (
            page(Some("a/1"), 9, true).len(),
            page(Some("c/1"), 9, true).len()
        ),
        (0, 3)
    );
    let index = store.index_page("by/b/", Some("by/b/1"), 1, false).unwrap();
    assert_eq!(index, [("by/b/2".to_owned(), "b/2".to_owned())]);
}

#[test]
fn entries_form_a_log_that_the_verifier_accepts() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    for n in 0..5 {
        let written = store
            .write(|tx| {
                tx.append(entry(&format!("first.{n}")))?;
                tx.append(entry(&format!("second.{n}")))
            })
            .unwrap();
        assert_eq!(written.value.seq, 2 * n + 1);
        store.durable_blocking(written.commit).unwrap();
    }
    assert_eq!(
        store
            .entries(3, 2)
            .unwrap()
            .iter()
            .map(|e| e.seq)
            .collect::<Vec<_>>(),
        [3, 4]
    );
    assert_eq!(
        store
            .entries_before(10, 3)
            .unwrap()
            .iter()
            .map(|e| e.seq)
            .collect::<Vec<_>>(),
        [9, 8, 7]
    );

    let verifier = Verifier::parse(&signer().public_key()).unwrap();
    let text = std::fs::read_to_string(dir.path().join("data/audit.log")).unwrap();
    let mut tree = tagout::audit::Tree::default();
    for (at, line) in text.lines().enumerate() {
        let line: LogLine = serde_json::from_str(line).unwrap();
        assert_eq!(
            (line.entry.seq, line.leaf),
            (at as u64, leaf_hash(&line.entry).unwrap())
        );
        tree.append(line.leaf);
        assert_eq!(
            line.checkpoint.is_some(),
            at % 2 == 1,
            "the last entry of a commit carries the checkpoint"
        );
        if let Some(note) = line.checkpoint {
            let found = verifier.verify(&note).unwrap();
            assert_eq!((found.size, found.root), (tree.size(), tree.root()));
        }
    }
    assert_eq!(store.tree(), tree);
    assert_eq!(
        verifier
            .verify(&store.checkpoint().unwrap().unwrap())
            .unwrap()
            .size,
        10
    );
}

#[tokio::test]
async fn many_who_wait_are_woken_together() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let waiting: Vec<_> = (0..64)
        .map(|n| {
            let store = store.clone();
            tokio::spawn(async move {
                let written = store
                    .write(|tx| tx.put(&thing(&n.to_string(), "x")))
                    .unwrap();
                store.durable(written.commit).await
            })
        })
        .collect();
    for one in waiting {
        one.await.unwrap().unwrap();
    }
    assert_eq!(store.scan::<Thing>("").unwrap().len(), 64);
}

#[test]
fn a_write_that_changes_nothing_has_no_commit_of_its_own() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let first = store.write(|tx| tx.put(&thing("a", "1"))).unwrap().commit;
    let again = store.write(|tx| tx.put(&thing("a", "1"))).unwrap().commit;
    assert_eq!((first, store.mode()), (again, SpaceMode::Normal));
    store.durable_blocking(again).unwrap();
    assert_eq!(
        store
            .write_as(WriteClass::Disconnect, |tx| tx.get::<Thing>("a"))
            .unwrap()
            .commit,
        again
    );
}
