//! Compaction: what lives is there afterwards, what does not is in no file, and work goes on meanwhile.

use std::path::Path;
use std::time::Duration;

use tagout::store::{Size, Store, StoreError};

use crate::children::{CHILD, acknowledge, in_a_file_system_of_its_own};
use crate::{Thing, entry, open, thing};

const ROWS: usize = 300;

/// Rows of several sizes, up to some pieces each.
fn text(mark: &str, n: usize) -> String {
    format!("{mark}-{n}-").repeat(n * 37 % 700)
}

fn fill(store: &Store, mark: &str) {
    for part in 0..ROWS / 50 {
        let written = store.write(|tx| {
            for n in part * 50..(part + 1) * 50 {
                tx.put(&thing(&n.to_string(), &text(mark, n)))?;
            }
            tx.append(entry("things.kept"))
        });
        store.durable_blocking(written.unwrap().commit).unwrap();
    }
}

fn files_with(dir: &Path, mark: &str) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_with(&path, mark));
        } else {
            let bytes = std::fs::read(&path).unwrap();
            if bytes
                .windows(mark.len())
                .any(|part| part == mark.as_bytes())
            {
                found.push(path);
            }
        }
    }
    found
}

#[test]
fn what_was_overwritten_is_in_no_file_afterwards() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    for round in 0..6 {
        fill(&store, &format!("former{round}"));
    }
    fill(&store, "lasting");
    let removed = store.write(|tx| {
        tx.put(&thing("removed", "former-and-gone"))?;
        tx.append(entry("thing.kept"))
    });
    store.durable_blocking(removed.unwrap().commit).unwrap();
    let removed = store.write(|tx| tx.remove::<Thing>("removed"));
    store.durable_blocking(removed.unwrap().commit).unwrap();
    assert!(!files_with(dir.path(), "former").is_empty());
    let before = store.tree();

    let mut told = Vec::new();
    let done = store.compact(|live| told.push(live)).unwrap();
    assert_eq!(
        files_with(dir.path(), "former"),
        [] as [std::path::PathBuf; 0]
    );
    assert!(!files_with(dir.path(), "lasting").is_empty());
    assert!(done.after < done.before, "{done:?}");
    assert!(told.is_sorted_by_key(|live| live.bytes) && !told.is_empty());
    let size = store.size().unwrap();
    assert_eq!((size.file, size.live), (done.after, Some(done.live)));
    for left in ["db.new", "db.old"] {
        assert!(!dir.path().join("data").join(left).exists(), "{left}");
    }

    // It goes on, and what it writes now is there at the next start.
    let written = store.write(|tx| {
        tx.put(&thing("0", "after"))?;
        tx.append(entry("thing.kept"))
    });
    store.durable_blocking(written.unwrap().commit).unwrap();
    drop(store);
    let store = open(dir.path());
    assert_eq!(store.tree().size(), before.size() + 1);
    let found = store.scan::<Thing>("").unwrap();
    assert_eq!(found.len(), ROWS);
    for row in found {
        let n: usize = row.id.parse().unwrap();
        assert_eq!(
            row.text,
            if n == 0 {
                "after".to_owned()
            } else {
                text("lasting", n)
            }
        );
    }
}

#[test]
fn what_is_written_meanwhile_is_there_and_commits_hardly_wait() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    fill(&store, "first");
    let mut n = 0;
    let done = store.compact(|_| {
        // Made, changed and removed: before and behind what was copied.
        let written = store.write(|tx| {
            tx.put(&thing(&format!("made/{n}"), "made"))?;
            tx.put(&thing(&(n % ROWS).to_string(), "changed"))?;
            tx.remove::<Thing>(&(ROWS - 1 - n % ROWS).to_string())?;
            tx.append(entry("things.kept"))
        });
        store.durable_blocking(written.unwrap().commit).unwrap();
        n += 1;
    });
    let done = done.unwrap();
    println!("commits waited {:?}", done.held_up);
    assert!(done.held_up < Duration::from_secs(2), "{done:?}");
    assert!(n > 0);
    let rows = |store: &Store| store.scan::<Thing>("").unwrap();
    let before = rows(&store);
    assert_eq!(before.iter().filter(|row| row.text == "made").count(), n);
    assert_eq!(before.len(), ROWS);
    drop(store);
    assert_eq!(rows(&open(dir.path())), before);
}

#[test]
fn more_may_be_written_meanwhile_than_is_left_for_the_end() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    fill(&store, "first");
    let mut is_written = false;
    let done = store.compact(|_| {
        if !std::mem::replace(&mut is_written, true) {
            fill(&store, "second");
        }
    });
    assert!(is_written, "{done:?}");
    assert_eq!(store.size().unwrap().live, Some(done.unwrap().live));
    drop(store);
    let found = open(dir.path()).scan::<Thing>("").unwrap();
    assert_eq!(found.len(), ROWS);
    for row in found {
        assert_eq!(row.text, text("second", row.id.parse().unwrap()));
    }
}

#[test]
fn one_copy_is_made_at_a_time() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    fill(&store, "some");
    let mut second = None;
    store
        .compact(|_| second = second.take().or_else(|| store.compact(|_| {}).err()))
        .unwrap();
    assert!(
        matches!(second, Some(StoreError::CopyUnderWay)),
        "{second:?}"
    );
}

#[test]
fn a_file_is_wasteful_at_twice_what_lives_and_never_a_small_one() {
    let live = |bytes| Some(tagout::store::LiveSize { rows: 1, bytes });
    let size = |file: u64, live| Size {
        file: file << 20,
        live,
    };
    assert!(!size(63, live(0)).is_wasteful());
    assert!(size(64, live(0)).is_wasteful());
    assert!(size(64, None).is_wasteful());
    assert!(size(200, live(50 << 20)).is_wasteful());
    assert!(!size(150, live(50 << 20)).is_wasteful());
}

/// What a kill between the two renames leaves.
#[test]
fn a_start_takes_the_one_that_is_whole() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    fill(&store, "some");
    drop(store);
    let path = |name: &str| dir.path().join("data").join(name);
    let holds = || assert_eq!(open(dir.path()).scan::<Thing>("").unwrap().len(), ROWS);
    // Not whole: the old one.
    std::fs::rename(path("db"), path("db.old")).unwrap();
    std::os::unix::fs::DirBuilderExt::mode(&mut std::fs::DirBuilder::new(), 0o700)
        .create(path("db.new"))
        .unwrap();
    holds();
    // Whole, as the head has it, and there is no other.
    std::fs::rename(path("db"), path("db.new")).unwrap();
    std::fs::copy(path("head"), path("db.new/whole")).unwrap();
    holds();
    // Behind the head: the old one again.
    std::fs::rename(path("db"), path("db.old")).unwrap();
    std::os::unix::fs::DirBuilderExt::mode(&mut std::fs::DirBuilder::new(), 0o700)
        .create(path("db.new"))
        .unwrap();
    std::fs::rename(path("db.old/whole"), path("db.new/whole")).unwrap();
    std::fs::rename(path("db.old"), path("db")).unwrap();
    let store = open(dir.path());
    store
        .durable_blocking(store.write(|tx| tx.append(entry("a.b"))).unwrap().commit)
        .unwrap();
    drop(store);
    assert!(!path("db.new").exists() && !path("db.old").exists());
    // Neither: it is said, and nothing is made or removed.
    std::fs::rename(path("db"), path("db.new")).unwrap();
    let error = Store::open(&dir.path().join("data"), crate::signer())
        .err()
        .unwrap();
    assert!(error.to_string().contains("db is missing"), "{error}");
    assert!(path("db.new").exists() && !path("db").exists());
}

fn on_a_small_disk(dir: &Path) {
    let store = open(dir);
    fill(&store, "some");
    let refused = store.compact(|_| {}).unwrap_err();
    assert!(
        matches!(refused, StoreError::NoRoomToCopy { .. }),
        "{refused}"
    );
    assert!(refused.to_string().contains("free some"), "{refused}");
    assert_eq!(store.scan::<Thing>("").unwrap().len(), ROWS);
    acknowledge("everything");
}

#[test]
fn it_is_not_begun_without_room() {
    if let Some(dir) = std::env::var_os(CHILD) {
        return on_a_small_disk(Path::new(&dir));
    }
    in_a_file_system_of_its_own("compaction::it_is_not_begun_without_room", 60);
}
