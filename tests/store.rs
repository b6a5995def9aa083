//! The store through its door: what is written, read, kept over a restart and a kill, and refused by name.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::{FileExt, PermissionsExt};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tagout::audit::{LogLine, Signer, Verifier, leaf_hash};
use tagout::domain::audit::{AuditOutcome, NewEntry, Origin, Via};
use tagout::store::{Mode, Row, Store, StoreError, WriteClass};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Thing {
    id: String,
    text: String,
}

impl Row for Thing {
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
        actor: "ada".to_owned(),
        role: "owner".to_owned(),
        origin: Origin {
            address: None,
            via: Via::Local,
        },
        action: action.to_owned(),
        target: "con_1".to_owned(),
        outcome: AuditOutcome::Done,
        evidence: serde_json::Value::Null,
        detail: json!({"n": 1}),
    }
}

/// Rows of one child process that writes until it is killed; also the measure of durability in [`kill_nine`].
const CHILD: &str = "TAGOUT_TEST_STORE_CHILD";

#[test]
fn a_transaction_reads_what_it_wrote_and_vanishes_when_it_fails() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    store.write(|tx| tx.put(&thing("a", "1"))).unwrap();
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
    store
        .write(|tx| {
            for id in all {
                tx.put(&thing(id, id))?;
                tx.put_index(&format!("by/{id}"), id)?;
            }
            Ok(())
        })
        .unwrap();
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

#[test]
fn nothing_ever_lands_under_blobs() {
    let dir = tempfile::tempdir().unwrap();
    let large = |n: usize| "x".repeat(n * 1000);
    {
        let store = open(dir.path());
        for n in (0..200).chain((0..200).rev()) {
            // Rewritten larger and smaller, side by side, so that the database's pages are as full as they get.
            let row = thing(&format!("{:03}", n % 40), &large(n));
            let written = store.write(|tx| tx.put(&row)).unwrap();
            if n % 50 == 0 {
                store.durable_blocking(written.commit).unwrap();
            }
        }
    }
    let store = open(dir.path());
    assert_eq!(store.get::<Thing>("000").unwrap().unwrap().text, large(0));
    assert_eq!(store.get::<Thing>("039").unwrap().unwrap().text, large(39));
    let blobs = dir.path().join("data/db/blobs");
    assert_eq!(std::fs::read_dir(blobs).unwrap().count(), 0);
}

#[test]
fn files_are_private_and_wider_ones_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    drop(open(dir.path()));
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&data), 0o700);
    for name in ["head", "reserve", "audit.log", "lock", "db/db", "db/conf"] {
        assert_eq!(mode(&data.join(name)), 0o600, "{name}");
    }
    for (name, wide, right) in [
        ("", 0o750, 0o700),
        ("audit.log", 0o640, 0o600),
        ("db", 0o701, 0o700),
        ("db/db", 0o604, 0o600),
    ] {
        let path = data.join(name);
        std::fs::set_permissions(&path, PermissionsExt::from_mode(wide)).unwrap();
        let refused = Store::open(&data, signer());
        assert!(
            matches!(refused, Err(StoreError::TooWide { found, .. }) if found == wide),
            "{name}"
        );
        std::fs::set_permissions(&path, PermissionsExt::from_mode(right)).unwrap();
    }
    drop(open(dir.path()));
}

#[test]
fn there_is_one_owner() {
    let dir = tempfile::tempdir().unwrap();
    let first = open(dir.path());
    let second = Store::open(&dir.path().join("data"), signer());
    let error = second.err().unwrap();
    assert!(matches!(error, StoreError::AlreadyOwned { .. }));
    assert!(
        error
            .to_string()
            .contains("already owned by another process")
    );
    drop(first);
    drop(open(dir.path()));
}

#[test]
fn a_store_older_than_its_head_does_not_start() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let write = |n: usize| {
        let store = open(dir.path());
        let written = store
            .write(|tx| {
                tx.put(&thing("a", &n.to_string()))
                    .and_then(|()| tx.append(entry("a.b")))
            })
            .unwrap();
        store.durable_blocking(written.commit).unwrap();
    };
    write(1);
    let copy = dir.path().join("copy");
    copy_folder(&data.join("db"), &copy);
    write(2);
    std::fs::remove_dir_all(data.join("db")).unwrap();
    copy_folder(&copy, &data.join("db"));
    let error = Store::open(&data, signer()).err().unwrap();
    assert!(
        matches!(error, StoreError::OlderThanHead { store: 1, head: 2 }),
        "{error}"
    );

    // The same number, but another history: what a restored folder that went its own way looks like.
    let head = std::fs::read(data.join("head")).unwrap();
    std::fs::remove_file(data.join("audit.log")).unwrap();
    std::fs::remove_file(data.join("head")).unwrap();
    let error = Store::open(&data, signer()).err().unwrap();
    assert!(
        matches!(error, StoreError::HeadMissing { commit: 1, .. }),
        "{error}"
    );
    std::fs::write(data.join("head"), &head[..63]).unwrap();
    std::fs::set_permissions(data.join("head"), PermissionsExt::from_mode(0o600)).unwrap();
    let error = Store::open(&data, signer()).err().unwrap();
    assert!(matches!(error, StoreError::HeadDamaged { .. }), "{error}");

    std::fs::remove_dir_all(data.join("db")).unwrap();
    std::fs::write(data.join("head"), &head).unwrap();
    let error = Store::open(&data, signer()).err().unwrap();
    assert!(
        matches!(error, StoreError::OlderThanHead { store: 0, head: 2 }),
        "{error}"
    );
}

#[test]
fn the_same_commit_with_another_log_does_not_start() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for (dir, action) in [(&one, "a.one"), (&two, "a.two")] {
        let store = open(dir.path());
        let written = store.write(|tx| tx.append(entry(action))).unwrap();
        store.durable_blocking(written.commit).unwrap();
    }
    std::fs::copy(two.path().join("data/head"), one.path().join("data/head")).unwrap();
    let error = Store::open(&one.path().join("data"), signer())
        .err()
        .unwrap();
    assert!(
        matches!(error, StoreError::HeadDiffers { commit: 1 }),
        "{error}"
    );
}

#[test]
fn the_log_is_completed_from_the_store_and_differences_are_named() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("data/audit.log");
    {
        let store = open(dir.path());
        for n in 0..40 {
            let written = store
                .write(|tx| tx.append(entry(&format!("a.{n}"))))
                .unwrap();
            store.durable_blocking(written.commit).unwrap();
        }
    }
    let whole = std::fs::read(&path).unwrap();
    let file = || std::fs::OpenOptions::new().write(true).open(&path).unwrap();
    let line = |n: usize| {
        whole
            .split_inclusive(|b| *b == b'\n')
            .take(n)
            .map(<[u8]>::len)
            .sum::<usize>()
    };

    for length in [0, 1, line(1), line(3) + 7, line(39), whole.len() - 1] {
        file().set_len(length as u64).unwrap();
        drop(open(dir.path()));
        assert_eq!(std::fs::read(&path).unwrap(), whole, "cut to {length}");
    }
    // Half a line behind the last, as a write that did not end.
    file()
        .write_all_at(b"{\"seq\":40,", whole.len() as u64)
        .unwrap();
    drop(open(dir.path()));
    assert_eq!(std::fs::read(&path).unwrap(), whole);

    let refused = |seq_wanted: u64, part: &str| {
        let error = Store::open(&dir.path().join("data"), signer())
            .err()
            .unwrap();
        let text = error.to_string();
        assert!(
            matches!(error, StoreError::LogDiffers { seq, .. } if seq == seq_wanted)
                && text.contains(part),
            "{text}"
        );
        std::fs::write(&path, &whole).unwrap();
    };
    let more = String::from_utf8(whole[line(39)..].to_vec())
        .unwrap()
        .replace("\"seq\":39", "\"seq\":40");
    file()
        .write_all_at(more.as_bytes(), whole.len() as u64)
        .unwrap();
    refused(40, "entries that the store does not have");
    let changed = String::from_utf8(whole.clone())
        .unwrap()
        .replace("\"a.35\"", "\"b.35\"");
    std::fs::write(&path, changed).unwrap();
    refused(35, "not the store's");
    let mut gone = whole.clone();
    gone.drain(line(36)..line(37));
    std::fs::write(&path, gone).unwrap();
    refused(36, "not an entry, or not the next one");
    drop(open(dir.path()));
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
    assert_eq!((first, store.mode()), (again, Mode::Normal));
    store.durable_blocking(again).unwrap();
    assert_eq!(
        store
            .write_as(WriteClass::Disconnect, |tx| tx.get::<Thing>("a"))
            .unwrap()
            .commit,
        again
    );
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir(to).unwrap();
    std::fs::set_permissions(to, PermissionsExt::from_mode(0o700)).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &to.join(entry.file_name()));
        } else {
            std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}
