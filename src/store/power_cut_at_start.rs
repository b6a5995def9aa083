//! A power cut while the store is being opened, compacted or upgraded: new files and their names, the database's own files, its
//! snapshots, folders that change places.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::disk_fault_tests::{entry, signer};
use super::engine::Rows;
use super::state::StoreState;
use super::{Store, StoredRow};
use crate::disk::cut::after_each_sync;

const ROWS: usize = 200;

#[derive(Serialize, Deserialize)]
struct Fact {
    key: String,
    value: String,
}

impl StoredRow for Fact {
    const KIND: &'static str = "fact";

    fn key(&self) -> String {
        self.key.clone()
    }
}

fn open(root: &Path) -> Store {
    Store::open(&root.join("data"), signer()).unwrap()
}

fn fill(store: &Store) {
    for n in 0..ROWS {
        let fact = Fact {
            key: n.to_string(),
            value: "x".repeat(n * 37 % 3000),
        };
        let written = store.write(|tx| tx.put(&fact).and_then(|()| tx.append(entry("fact.kept"))));
        store.durable_blocking(written.unwrap().commit).unwrap();
    }
}

#[test]
fn the_first_start_can_be_cut_anywhere() {
    let dir = tempfile::tempdir().unwrap();
    let (store, disks) = after_each_sync(dir.path(), || open(dir.path()));
    drop(store);
    for disk in &disks {
        let store = open(disk.path());
        assert_eq!(store.tree().size(), 0);
    }
    // A store that was opened is there, with every file that a commit writes into.
    let last = disks.last().unwrap().path().join("data");
    for name in ["head", "audit.log", "reserve", "db/db", "db/conf"] {
        assert!(last.join(name).exists(), "{name}");
    }
    let head = std::fs::metadata(last.join("head")).unwrap();
    assert_eq!(head.len(), 64);
}

#[test]
fn a_start_after_a_crash_can_be_cut_anywhere() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    fill(&store);
    let head = dir.path().join("data/head");
    let unclean = std::fs::read(&head).unwrap();
    drop(store);
    std::fs::write(&head, unclean).unwrap();
    let (store, disks) = after_each_sync(dir.path(), || open(dir.path()));
    drop(store);
    for disk in &disks {
        let store = open(disk.path());
        assert_eq!(store.scan::<Fact>("").unwrap().len(), ROWS);
        drop(store);
        let lines = std::fs::read_to_string(disk.path().join("data/audit.log")).unwrap();
        assert_eq!(lines.lines().count(), ROWS);
    }
}

#[test]
fn a_compaction_can_be_cut_anywhere() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    fill(&store);
    let mut touched = 0;
    let (compacted, disks) = after_each_sync(dir.path(), || {
        store.compact(|_| {
            touched += 1;
            let fact = Fact {
                key: "0".to_owned(),
                value: format!("{touched}"),
            };
            let written = store.write(|tx| tx.put(&fact)).unwrap();
            store.durable_blocking(written.commit).unwrap();
        })
    });
    compacted.unwrap();
    drop(store);
    assert!(disks.len() > 10, "only {} cuts", disks.len());
    for disk in &disks {
        let store = open(disk.path());
        assert_eq!(store.scan::<Fact>("").unwrap().len(), ROWS);
        for left in ["db.new", "db.old"] {
            assert!(!disk.path().join("data").join(left).exists(), "{left}");
        }
    }
    let last = open(disks.last().unwrap().path());
    let value = last.get::<Fact>("0").unwrap().unwrap().value;
    assert_eq!(value, touched.to_string());
}

fn upgrade(store: &Store) {
    store.keep_former().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let upgraded = store.upgrade_folder(None, |_| entry("folder.upgraded"));
    runtime.unwrap().block_on(upgraded).unwrap();
}

#[test]
fn an_upgrade_can_be_cut_anywhere_and_never_without_the_store_of_before() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    fill(&store);
    let before = store.tree();
    let ((), disks) = after_each_sync(dir.path(), || upgrade(&store));
    drop(store);
    let mut halves = 0;
    for disk in &disks {
        let store = open(disk.path());
        assert_eq!(store.scan::<Fact>("").unwrap().len(), ROWS);
        let former = disk.path().join("data/db.1");
        if store.older_format().unwrap().is_some() {
            halves += 1;
            upgrade(&store);
        }
        assert_eq!(store.tree().size(), before.size() + 1);
        drop(store);
        let rows = Rows::open(&former).unwrap();
        let kept = StoreState::read(&rows).unwrap();
        kept.check_rows(&rows).unwrap();
        assert_eq!(kept.tree, before);
        assert!(former.join("whole").exists());
    }
    assert!(halves > 10 && halves < disks.len(), "{halves} halves");
}
