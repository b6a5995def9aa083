//! The moment at which a compaction's database takes the place of the one in use.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use super::disk_fault_tests::{entry, signer};
use super::durable::{Point, lock};
use super::swap::WHOLE;
use super::{GivenUp, Store, StoreError};

const INDEX: &str = "kept";

fn open(dir: &Path) -> Store {
    Store::open(&dir.join("data"), signer()).unwrap()
}

fn keep(store: &Store, value: &str) {
    let written = store.write(|tx| {
        tx.put_index(INDEX, value)?;
        tx.append(entry("thing.kept"))
    });
    store.durable_blocking(written.unwrap().commit).unwrap();
}

fn kept(store: &Store) -> Option<String> {
    store.get_index(INDEX).unwrap()
}

/// Runs `then` whenever the new database is open and not yet in use.
fn at_exchange(store: &Store, then: impl Fn() -> io::Result<()> + Send + Sync + 'static) {
    *lock(&store.inner.shared.observer) = Some(Arc::new(move |reached| match reached {
        Point::Exchanged => then(),
        _ => Ok(()),
    }));
}

#[test]
fn readers_do_not_wait_for_the_exchange() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    keep(&store, "before");
    let (ask, asked) = mpsc::channel();
    let (answer, answered) = mpsc::channel();
    let reading = store.clone();
    let reader = std::thread::spawn(move || {
        for () in asked {
            answer.send(kept(&reading)).unwrap();
        }
    });
    let answered = std::sync::Mutex::new(answered);
    at_exchange(&store, move || {
        ask.send(()).map_err(io::Error::other)?;
        let read = lock(&answered).recv_timeout(Duration::from_secs(20));
        match read.map_err(io::Error::other)?.as_deref() {
            Some("before") => Ok(()),
            other => Err(io::Error::other(format!("{other:?} was read"))),
        }
    });
    store.compact(|_| {}).unwrap();
    *lock(&store.inner.shared.observer) = None;
    reader.join().unwrap();
    keep(&store, "after");
    drop(store);
    assert_eq!(kept(&open(dir.path())).as_deref(), Some("after"));
}

#[test]
fn one_that_fails_is_not_what_the_next_start_takes() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    keep(&store, "before");
    let folder = store.inner.shared.folder.clone();
    at_exchange(&store, || Err(io::Error::other("it cannot be read")));
    let failed = store.compact(|_| {}).unwrap_err();
    assert!(failed.to_string().contains("it cannot be read"), "{failed}");
    assert!(!folder.new_db().exists() && !folder.old_db().exists());
    *lock(&store.inner.shared.observer) = None;
    keep(&store, "after");
    drop(store);
    // What a kill in the middle of the way back leaves: the one that was there has another name, the other is not whole.
    std::fs::rename(folder.db(), folder.old_db()).unwrap();
    copy(&folder.old_db(), &folder.new_db());
    assert!(!folder.new_db().join(WHOLE).exists());
    let store = open(dir.path());
    assert_eq!(kept(&store).as_deref(), Some("after"));
    assert!(!folder.new_db().exists() && !folder.old_db().exists());
}

/// Killed right after the exchange, and what came to its place cannot be read.
#[test]
fn what_was_replaced_is_there_until_the_other_was_opened() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    keep(&store, "first");
    let folder = store.inner.shared.folder.clone();
    let early = dir.path().join("early");
    copy(&folder.db(), &early);
    keep(&store, "kept");
    drop(store);
    let whole = dir.path().join("whole");
    copy(&folder.db(), &whole);
    let replace = |with: &Path| {
        std::fs::rename(folder.db(), folder.old_db()).unwrap();
        copy(with, &folder.db());
    };

    let damaged = dir.path().join("damaged");
    copy(&whole, &damaged);
    let file = damaged.join("db");
    let zeros = vec![0; std::fs::metadata(&file).unwrap().len() as usize];
    std::fs::write(&file, zeros).unwrap();
    for other in [&damaged, &early] {
        replace(other);
        let store = open(dir.path());
        assert_eq!(kept(&store).as_deref(), Some("kept"), "{}", other.display());
        assert!(!folder.old_db().exists());
        drop(store);
    }
    // Neither can be used: it is said, and both are there still.
    replace(&early);
    std::fs::remove_dir_all(folder.old_db()).unwrap();
    copy(&early, &folder.old_db());
    let error = Store::open(&dir.path().join("data"), signer())
        .err()
        .unwrap();
    assert!(matches!(error, StoreError::OlderThanHead { .. }), "{error}");
    assert!(folder.db().exists() && folder.old_db().exists());
}

/// Only a full disk is said to be one.
#[test]
fn a_copy_that_a_failing_disk_ends_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    keep(&store, "before");
    let commits = AtomicUsize::new(0);
    *lock(&store.inner.shared.observer) = Some(Arc::new(move |reached| {
        let is_first = reached == Point::Applied && commits.fetch_add(1, Ordering::SeqCst) == 0;
        match is_first {
            true => Err(io::Error::other("the disk failed")),
            false => Ok(()),
        }
    }));
    let mut is_written = false;
    let ended = store.compact(|_| {
        if !std::mem::replace(&mut is_written, true) {
            let _not_waited_for = store.write(|tx| tx.put_index(INDEX, "later")).unwrap();
        }
    });
    let error = ended.unwrap_err();
    assert!(!error.to_string().contains("full"), "{error}");
    let is_named = matches!(
        error,
        StoreError::CopyGivenUp(GivenUp::Failed) | StoreError::Stopped(_)
    );
    assert!(is_named, "{error}");
}

fn copy(from: &Path, to: &Path) {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new().mode(0o700).create(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path: PathBuf = entry.unwrap().path();
        let to = to.join(path.file_name().unwrap());
        match path.is_dir() {
            true => copy(&path, &to),
            false => drop(std::fs::copy(&path, &to).unwrap()),
        }
    }
}
