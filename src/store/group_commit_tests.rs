//! How often the disk is asked: once for everybody who waits, and not at all when nothing was written.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};

use super::disk_fault_tests::{entry, signer};
use super::durable::{Point, lock};
use super::{Commit, Store};

fn open(dir: &tempfile::TempDir) -> Store {
    Store::open(&dir.path().join("data"), signer()).unwrap()
}

fn write(store: &Store) -> Commit {
    store.write(|tx| tx.append(entry("a.b"))).unwrap().commit
}

#[test]
fn sixty_four_share_one_sync() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(&dir);
    let syncs = Arc::new(AtomicUsize::new(0));
    let (release, released) = mpsc::channel::<()>();
    let (counted, held) = (syncs.clone(), Mutex::new(Some(released)));
    *lock(&store.inner.shared.observer) = Some(Arc::new(move |point| {
        if point == Point::Flushed {
            // The first commit is held up at the disk until the others are there.
            let released = lock(&held).take();
            released
                .into_iter()
                .for_each(|released| released.recv().unwrap());
        }
        if point == Point::HeadSynced {
            counted.fetch_add(1, Ordering::SeqCst);
        }
        Ok(())
    }));
    let first = write(&store);
    std::thread::scope(|scope| {
        let others: Vec<_> = (0..64).map(|_| scope.spawn(|| write(&store))).collect();
        let others: Vec<_> = others
            .into_iter()
            .map(|other| other.join().unwrap())
            .collect();
        assert_eq!(syncs.load(Ordering::SeqCst), 0);
        release.send(()).unwrap();
        for commit in others {
            store.durable_blocking(commit).unwrap();
        }
    });
    store.durable_blocking(first).unwrap();
    let syncs = syncs.load(Ordering::SeqCst);
    assert!(syncs <= 2, "one writer and 64 behind it took {syncs} syncs");
}

#[test]
fn without_a_write_nothing_is_synced() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(&dir);
    let commit = write(&store);
    store.durable_blocking(commit).unwrap();
    let reached = Arc::new(AtomicUsize::new(0));
    let counted = reached.clone();
    *lock(&store.inner.shared.observer) = Some(Arc::new(move |_| {
        counted.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }));
    assert_eq!(store.entries(0, 10).unwrap().len(), 1);
    let nothing = store.write(|tx| tx.get_index("a")).unwrap();
    store.durable_blocking(nothing.commit).unwrap();
    // Closing waits for the committing thread, so whatever it would have done has been done.
    drop(store);
    assert_eq!(reached.load(Ordering::SeqCst), 0);
}
