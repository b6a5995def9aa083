//! What lies in the data folder: its modes, its owner, and what happens when files do not belong together.

use std::os::unix::fs::{FileExt, PermissionsExt};
use std::path::Path;

use tagout::store::{Store, StoreError};

use crate::{Thing, entry, open, signer, thing};

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

/// The snapshots that the database left, by name.
fn snapshots(db: &Path) -> Vec<String> {
    let names = std::fs::read_dir(db).unwrap();
    let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.starts_with("snap.")).collect()
}

#[test]
fn an_unfinished_snapshot_stops_no_start() {
    let dir = tempfile::tempdir().unwrap();
    let db = dir.path().join("data/db");
    {
        let store = open(dir.path());
        let written = store.write(|tx| tx.put(&thing("kept", "text"))).unwrap();
        store.durable_blocking(written.commit).unwrap();
    }
    // The name that sorts last is the one sled would read.
    let unfinished = db.join("snap.7FFFFFFFFFFFFFFF.generating");
    for content in [&b""[..], b"cut short while it was written"] {
        std::fs::write(&unfinished, content).unwrap();
        let store = open(dir.path());
        assert_eq!(store.get::<Thing>("kept").unwrap().unwrap().text, "text");
        assert!(!unfinished.exists());
    }
}

#[test]
fn a_damaged_snapshot_costs_a_longer_start_and_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let db = dir.path().join("data/db");
    {
        let store = open(dir.path());
        let written = store.write(|tx| tx.put(&thing("kept", "text"))).unwrap();
        store.durable_blocking(written.commit).unwrap();
    }
    drop(open(dir.path()));
    let found = snapshots(&db);
    assert!(!found.is_empty(), "the database writes a snapshot at start");
    for name in found {
        let path = db.join(name);
        let mut bytes = std::fs::read(&path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        std::fs::write(&path, bytes).unwrap();
    }
    let store = open(dir.path());
    assert_eq!(store.get::<Thing>("kept").unwrap().unwrap().text, "text");
}
