//! A disk that is full, and one that fails. The faults are put in where the store speaks to the disk (`Shared::reached`),
//! with the error the system would give; `tests/store.rs` fills a real file system.

use std::collections::HashSet;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use serde::{Deserialize, Serialize};

use super::durable::{Point, lock};
use super::{GivenUp, SpaceMode, Store, StoreError, StoredRow, WriteClass, keys};
use crate::audit::Signer;
use crate::domain::audit::{AuditOutcome, Event, NewEntry, Origin, Salt, Unknown, Via};

#[derive(Serialize, Deserialize)]
struct Mark {
    id: String,
}

impl StoredRow for Mark {
    const KIND: &'static str = "mark";

    fn key(&self) -> String {
        self.id.clone()
    }
}

pub(super) fn signer() -> Signer {
    Signer::from_seed(&[7; 32], "tagout.test/log").unwrap()
}

pub(super) fn entry(action: &str) -> NewEntry {
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
            detail: serde_json::Value::Null,
            evidence: serde_json::Value::Null,
        }),
    }
}

/// Writes and waits.
fn keep(store: &Store, class: WriteClass, id: &str) -> Result<(), StoreError> {
    let mark = Mark { id: id.to_owned() };
    let written = store.write_as(class, |tx| {
        tx.put(&mark).and_then(|()| tx.append(entry("mark.kept")))
    })?;
    store.durable_blocking(written.commit)
}

fn kept(store: &Store) -> HashSet<String> {
    store
        .scan::<Mark>("")
        .unwrap()
        .into_iter()
        .map(|mark| mark.id)
        .collect()
}

fn open(dir: &Path) -> Store {
    Store::open(&dir.join("data"), signer()).unwrap()
}

impl Store {
    /// The disk fails for good right after the commit with this number, counted from now, is on it.
    pub(crate) fn stop_after(&self, commits: usize) {
        let left = AtomicUsize::new(commits);
        fail_at(self, Point::HeadSynced, io::ErrorKind::Other, move || {
            left.fetch_sub(1, Ordering::SeqCst) == 1
        });
    }
}

impl Store {
    /// From now on each commit goes to the disk by itself, so that the disk can fail after any of them.
    pub(crate) fn commit_alone(&self) {
        self.inner.shared.alone.store(true, Ordering::Relaxed);
    }
}

impl Store {
    /// From the next start on the folder is one of this format.
    pub(crate) fn take_for(&self, format: u32) {
        let engine = &self.inner.shared.engine;
        let engine = engine.read().unwrap();
        let rows = &engine.as_ref().unwrap().rows;
        let row = Some(format.to_string().into_bytes());
        rows.apply([(keys::FORMAT, row)]).unwrap();
        rows.flush().unwrap();
    }
}

impl Store {
    /// The disk is full as long as the flag says so, but for what the reserve takes.
    pub(crate) fn fill_disk(&self) -> Arc<AtomicBool> {
        let full = Arc::new(AtomicBool::new(true));
        let (is_full, reserve) = (full.clone(), self.inner.shared.folder.reserve());
        fail_at(self, Point::Room, io::ErrorKind::StorageFull, move || {
            is_full.load(Ordering::SeqCst) && reserve.exists()
        });
        full
    }
}

impl Store {
    /// The disk is full for what is applied next, and the reserve is all that it lacks.
    pub(crate) fn fill_disk_at_commit(&self) {
        let reserve = self.inner.shared.folder.reserve();
        fail_at(
            self,
            Point::Applied,
            io::ErrorKind::StorageFull,
            move || reserve.exists(),
        );
    }
}

/// Fails at `point` while `on` says so.
fn fail_at(
    store: &Store,
    point: Point,
    error: io::ErrorKind,
    on: impl Fn() -> bool + Send + Sync + 'static,
) {
    *lock(&store.inner.shared.observer) = Some(Arc::new(move |reached| {
        if reached == point && on() {
            Err(error.into())
        } else {
            Ok(())
        }
    }));
}

#[test]
fn a_full_disk_leaves_disconnects_and_reads() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    keep(&store, WriteClass::Normal, "before").unwrap();
    let reserve = store.inner.shared.folder.reserve();
    let full = store.fill_disk();

    let refused = keep(&store, WriteClass::Normal, "refused");
    assert!(matches!(refused, Err(StoreError::DiskFull { hint }) if hint.contains("disconnects")));
    assert_eq!(
        (store.mode(), reserve.exists()),
        (SpaceMode::Emergency, false)
    );
    keep(&store, WriteClass::Disconnect, "disconnect").unwrap();
    assert!(matches!(
        keep(&store, WriteClass::Normal, "refused"),
        Err(StoreError::DiskFull { .. })
    ));
    assert_eq!(
        kept(&store),
        HashSet::from(["before".to_owned(), "disconnect".to_owned()])
    );

    // The reserve can be made, and then there is no space for anything else: it is given back, and the emergency stays.
    assert_eq!(store.try_recover().unwrap(), SpaceMode::Emergency);
    assert!(!reserve.exists());
    full.store(false, Ordering::SeqCst);
    // Whoever wants to write next finds the space.
    keep(&store, WriteClass::Normal, "after").unwrap();
    assert_eq!(store.mode(), SpaceMode::Normal);
    assert_eq!(std::fs::metadata(&reserve).unwrap().len(), 16 << 20);
}

#[test]
fn wherever_the_disk_fills_what_was_acknowledged_stays() {
    for point in [
        Point::Applied,
        Point::Flushed,
        Point::DataSynced,
        Point::LogWritten,
        Point::LogSynced,
        Point::HeadWritten,
    ] {
        let dir = tempfile::tempdir().unwrap();
        let store = open(dir.path());
        keep(&store, WriteClass::Normal, "before").unwrap();
        let reserve = store.inner.shared.folder.reserve();
        fail_at(&store, point, io::ErrorKind::StorageFull, move || {
            reserve.exists()
        });

        let outcome = keep(&store, WriteClass::Normal, "caught");
        keep(&store, WriteClass::Disconnect, "disconnect").unwrap();
        assert_eq!(store.mode(), SpaceMode::Emergency, "{point:?}");
        let found = kept(&store);
        assert!(
            found.contains("before") && found.contains("disconnect"),
            "{point:?}: {found:?}"
        );
        assert!(
            outcome.is_err() || found.contains("caught"),
            "{point:?}: acknowledged and gone"
        );
        drop(store);
        let store = open(dir.path());
        assert_eq!(kept(&store), found, "{point:?}");
        let lines = std::fs::read_to_string(dir.path().join("data/audit.log"))
            .unwrap()
            .lines()
            .count();
        assert_eq!(lines as u64, store.tree().size(), "{point:?}");
    }
}

#[test]
fn a_disconnect_that_needs_the_space_ends_a_compaction() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    keep(&store, WriteClass::Normal, "before").unwrap();
    let reserve = store.inner.shared.folder.reserve();
    fail_at(&store, Point::Room, io::ErrorKind::StorageFull, move || {
        reserve.exists()
    });
    let ended = store.compact(|_| keep(&store, WriteClass::Disconnect, "disconnect").unwrap());
    assert!(
        matches!(ended, Err(StoreError::CopyGivenUp(GivenUp::DiskFull))),
        "{ended:?}"
    );
    let left = store.inner.shared.folder.new_db();
    assert!(!left.exists());
    // There is space again, and then it is compacted.
    assert_eq!(store.try_recover().unwrap(), SpaceMode::Emergency);
    *lock(&store.inner.shared.observer) = None;
    assert_eq!(store.try_recover().unwrap(), SpaceMode::Normal);
    store.compact(|_| {}).unwrap();
    assert_eq!(kept(&store).len(), 2);
    drop(store);
    assert_eq!(kept(&open(dir.path())).len(), 2);
}

#[test]
fn a_swap_that_fails_leaves_the_store_as_it_was() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    keep(&store, WriteClass::Normal, "before").unwrap();
    // A file where the database should go to.
    let old = store.inner.shared.folder.old_db();
    let ended = store.compact(|_| std::fs::write(&old, "in the way").unwrap());
    assert!(matches!(ended, Err(StoreError::Io { .. })), "{ended:?}");
    std::fs::remove_file(&old).unwrap();
    keep(&store, WriteClass::Normal, "after").unwrap();
    store.compact(|_| {}).unwrap();
    drop(store);
    assert_eq!(kept(&open(dir.path())).len(), 2);
}

#[test]
fn a_failing_disk_stops_the_store() {
    for point in [
        Point::Applied,
        Point::Flushed,
        Point::DataSynced,
        Point::LogWritten,
        Point::HeadWritten,
    ] {
        let dir = tempfile::tempdir().unwrap();
        let store = open(dir.path());
        keep(&store, WriteClass::Normal, "before").unwrap();
        fail_at(&store, point, io::ErrorKind::Other, || true);
        assert!(
            matches!(
                keep(&store, WriteClass::Normal, "caught"),
                Err(StoreError::Stopped(_))
            ),
            "{point:?}"
        );
        assert!(
            matches!(
                keep(&store, WriteClass::Disconnect, "more"),
                Err(StoreError::Stopped(_))
            ),
            "{point:?}"
        );
        assert!(
            matches!(store.get::<Mark>("before"), Err(StoreError::Stopped(_))),
            "{point:?}"
        );
        drop(store);
        assert!(kept(&open(dir.path())).contains("before"), "{point:?}");
    }
}

/// What anybody has read is on the disk once the last commit that anybody can have seen is.
#[test]
fn what_was_read_is_not_durable_before_the_disk_has_it() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let goes_on = Arc::new(AtomicBool::new(false));
    let waits = Arc::clone(&goes_on);
    *lock(&store.inner.shared.observer) = Some(Arc::new(move |point| {
        while point == Point::Flushed && !waits.load(Ordering::Acquire) {
            std::thread::yield_now();
        }
        Ok(())
    }));
    let mark = Mark { id: "a".to_owned() };
    let written = store.write(|tx| tx.put(&mark)).unwrap();
    assert_eq!(kept(&store).len(), 1);
    assert_eq!(store.seen(), written.commit);
    let mut durable = Box::pin(store.durable(store.seen()));
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    assert!(durable.as_mut().poll(&mut context).is_pending());
    goes_on.store(true, Ordering::Release);
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.build().unwrap().block_on(durable).unwrap();
}
