//! Backups: as of one commit whatever is written meanwhile, and every damage is named.

use std::fs;
use std::path::Path;

use tagout::store::Store;
use tagout::store::backup::{BackupError, BackupHeader, BackupTotals, verify};
use tagout::wire::frame::MAX_LINE;

use crate::{Thing, entry, open, thing};

const ROWS: usize = 200;

fn header() -> BackupHeader {
    BackupHeader {
        program: "0.1.0".to_owned(),
        workspace: "Acme".to_owned(),
        created_at: "2026-03-01T10:00:00Z".parse().unwrap(),
    }
}

/// Writes a backup, with `between` called after each part.
fn back_up(store: &Store, file: &Path, mut between: impl FnMut()) -> BackupTotals {
    let mut backup = store.begin_backup(&header()).unwrap();
    let mut bytes = Vec::new();
    let mut end = None;
    while let Some(part) = backup.next_part().unwrap() {
        bytes.extend(part.bytes);
        end = part.end.or(end);
        between();
    }
    fs::write(file, bytes).unwrap();
    end.unwrap()
}

fn keep(store: &Store, id: &str, text: &str) {
    let written = store.write(|tx| {
        tx.put(&thing(id, text))?;
        tx.append(entry("thing.kept"))
    });
    store.durable_blocking(written.unwrap().commit).unwrap();
}

fn filled(dir: &Path) -> Store {
    let store = open(dir);
    for n in 0..ROWS {
        keep(
            &store,
            &n.to_string(),
            &format!("{n}-").repeat(n * 37 % 2000),
        );
    }
    store
}

#[test]
fn it_is_as_of_one_commit_whatever_is_written_meanwhile() {
    let dir = tempfile::tempdir().unwrap();
    let store = filled(dir.path());
    let file = dir.path().join("backup");
    let mut n = 0;
    let end = back_up(&store, &file, || {
        // Made, changed and removed, before and behind what was read.
        keep(&store, &format!("made/{n}"), "made");
        keep(&store, &(n % ROWS).to_string(), "changed");
        let removed = store.write(|tx| tx.remove::<Thing>(&(ROWS - 1 - n).to_string()));
        store.durable_blocking(removed.unwrap().commit).unwrap();
        n += 1;
    });
    assert!(n > 2, "only {n} parts");
    let verified = verify(&file).unwrap();
    assert_eq!(verified.header, header());
    assert_eq!(verified.end, end);
    assert!(end.size > ROWS as u64 && end.commit >= end.size, "{end:?}");
    assert_eq!(verified.bytes, fs::metadata(&file).unwrap().len());
    // The copy is over, so another can be made; nothing is written meanwhile, so it is as of the present.
    let end = back_up(&store, &file, || {});
    assert_eq!(end.size, store.tree().size());
    assert_eq!(
        Some(verify(&file).unwrap().live),
        store.size().unwrap().live
    );
}

/// Each part is one line of the socket, in base64.
#[test]
fn no_part_is_longer_than_a_line_whatever_is_written_meanwhile() {
    let dir = tempfile::tempdir().unwrap();
    let store = filled(dir.path());
    let mut backup = store.begin_backup(&header()).unwrap();
    let (mut bytes, mut lengths, mut end) = (Vec::new(), Vec::new(), None);
    while let Some(part) = backup.next_part().unwrap() {
        assert!(end.is_none(), "something follows the end");
        lengths.push(part.bytes.len());
        bytes.extend(part.bytes);
        end = part.end;
        // A round of the copy, and what is left for the end.
        let n = lengths.len();
        let rows = match n {
            1 => 600,
            8 => 200,
            _ => 0,
        };
        for at in 0..rows {
            let made = thing(&format!("made/{n}/{at}"), &"x".repeat(4000));
            let written = store.write(|tx| tx.put(&made));
            store.durable_blocking(written.unwrap().commit).unwrap();
        }
    }
    assert!(lengths.len() > 8, "{lengths:?}");
    let longest = lengths.iter().max().unwrap();
    assert!(longest * 4 / 3 < MAX_LINE / 2, "{lengths:?}");
    let file = dir.path().join("backup");
    fs::write(&file, bytes).unwrap();
    let verified = verify(&file).unwrap();
    assert_eq!(Some(verified.end), end);
    assert_eq!(Some(verified.live), store.size().unwrap().live);
}

#[test]
fn one_that_is_given_up_leaves_the_store_free() {
    let dir = tempfile::tempdir().unwrap();
    let store = filled(dir.path());
    let mut backup = store.begin_backup(&header()).unwrap();
    backup.next_part().unwrap().unwrap();
    assert!(store.begin_backup(&header()).is_err());
    assert!(store.compact(|_| {}).is_err());
    drop(backup);
    store.compact(|_| {}).unwrap();
}

#[test]
fn every_damage_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let store = filled(dir.path());
    let file = dir.path().join("backup");
    back_up(&store, &file, || {});
    let whole = fs::read(&file).unwrap();
    let seed = getrandom::u64().unwrap();
    println!("seed {seed}");
    for n in 0..40 {
        let at = (seed.rotate_left(n) % whole.len() as u64) as usize;
        fs::write(&file, &whole[..at]).unwrap();
        let error = verify(&file).unwrap_err();
        let is_named = matches!(
            error,
            BackupError::Cut { .. } | BackupError::NoBackup { .. }
        );
        assert!(is_named, "cut at {at}: {error}");
        let mut flipped = whole.clone();
        flipped[at] ^= 1 << (n % 8);
        fs::write(&file, &flipped).unwrap();
        assert!(verify(&file).is_err(), "flipped in byte {at}");
    }
    let mut newer = whole.clone();
    newer[14] = b'2';
    fs::write(&file, &newer).unwrap();
    let error = verify(&file).unwrap_err();
    assert!(matches!(error, BackupError::OtherVersion { .. }), "{error}");
    assert!(error.to_string().contains("version \"2\""), "{error}");
    let mut longer = whole.clone();
    longer.push(0);
    fs::write(&file, &longer).unwrap();
    assert!(verify(&file).unwrap_err().to_string().contains("follows"));
    fs::write(&file, "something else entirely").unwrap();
    assert!(matches!(verify(&file), Err(BackupError::NoBackup { .. })));
    assert!(matches!(
        verify(Path::new("/nowhere")),
        Err(BackupError::Io { .. })
    ));
}
