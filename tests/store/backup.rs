//! Backups: as of one commit whatever is written meanwhile, and every damage is named.

use std::fs;
use std::path::Path;

use tagout::domain::credential::Credential;
use tagout::domain::sealed::{BackupSecret, PassphraseSeal, SecretOwner};
use tagout::store::backup::{
    BackupError, BackupHeader, BackupTotals, SecretSealer, secrets_of, verify,
};
use tagout::store::{Store, StoreError};
use tagout::wire::frame::MAX_LINE;

use crate::{Thing, entry, open, thing};

const ROWS: usize = 200;

fn header() -> BackupHeader {
    BackupHeader {
        program: "0.1.0".to_owned(),
        workspace: "Acme".to_owned(),
        created_at: "2026-03-01T10:00:00Z".parse().unwrap(),
        secrets: None,
    }
}

/// Seals nothing, and signs what it is given.
struct Nobody;

impl SecretSealer for Nobody {
    fn seal(&self, of: SecretOwner) -> Result<Option<BackupSecret>, StoreError> {
        let key = "a2V5".repeat(18);
        Ok(Some(BackupSecret { of, key }))
    }

    fn sign(&self, digest: &str) -> Result<String, StoreError> {
        Ok(format!("over {digest}"))
    }
}

fn header_with_secrets() -> BackupHeader {
    let seal = PassphraseSeal {
        kdf: "argon2id".to_owned(),
        memory: 8,
        passes: 1,
        lanes: 1,
        salt: "00".repeat(16),
        check: String::new(),
    };
    BackupHeader {
        secrets: Some(seal),
        ..header()
    }
}

/// Writes a backup, with `between` called after each part.
fn back_up(store: &Store, file: &Path, mut between: impl FnMut()) -> BackupTotals {
    let mut backup = store.begin_backup(&header(), None).unwrap();
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
    let mut backup = store.begin_backup(&header(), None).unwrap();
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
    let mut backup = store.begin_backup(&header(), None).unwrap();
    backup.next_part().unwrap().unwrap();
    assert!(store.begin_backup(&header(), None).is_err());
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
    newer[14] = b'3';
    fs::write(&file, &newer).unwrap();
    let error = verify(&file).unwrap_err();
    assert!(matches!(error, BackupError::OtherVersion { .. }), "{error}");
    assert!(error.to_string().contains("version \"3\""), "{error}");
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

/// A secret as its row has it.
fn secret(n: usize, state: &str) -> Credential {
    let text = serde_json::json!({
        "id": format!("cre_01jd700000000000000000{n:04}"), "connection": "con_01jd7000000000000000000001",
        "generation": 1, "issue": 1, "kind": "access", "fingerprint": "withheld",
        "issued_at": "2026-11-29T00:00:00Z", "expires_at": null, "passed_at": null, "state": state,
        "sealed": {
            "key": { "slot": n, "slot_id": format!("{n:032x}") }, "purpose": "use",
            "nonce": "bm9uY2U=", "ciphertext": "dGV4dA==",
        },
    });
    serde_json::from_value(text).unwrap()
}

/// The title, and each frame, as they lie in the file.
fn frames(file: &[u8]) -> Vec<(char, std::ops::Range<usize>)> {
    let (mut at, mut all) = (16, vec![('t', 0..16)]);
    while at < file.len() {
        let length = u32::from_le_bytes(file[at + 1..at + 5].try_into().unwrap());
        let end = at + 9 + length as usize;
        all.push((char::from(file[at]), at..end));
        at = end;
    }
    all
}

#[test]
fn with_secrets_it_holds_those_that_are_kept_and_every_damage_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let store = filled(dir.path());
    let states = ["active", "superseded", "destroying", "destroyed"];
    for n in 0..1200 {
        let row = secret(n, states[n % 4]);
        let written = store.write(|tx| tx.put(&row));
        store.durable_blocking(written.unwrap().commit).unwrap();
    }
    let file = dir.path().join("backup");
    let header = header_with_secrets();
    let mut backup = store.begin_backup(&header, Some(Box::new(Nobody))).unwrap();
    let mut whole = Vec::new();
    while let Some(part) = backup.next_part().unwrap() {
        assert!(part.bytes.len() * 4 / 3 < MAX_LINE / 2);
        whole.extend(part.bytes);
    }
    fs::write(&file, &whole).unwrap();
    let verified = verify(&file).unwrap();
    assert_eq!(verified.end.secrets, Some(600));
    let found = secrets_of(&file, &verified).unwrap();
    let mut slots: Vec<u32> = found.secrets.iter().map(|it| it.of.slot.slot).collect();
    slots.sort_unstable();
    let kept: Vec<u32> = (0..1200).filter(|n| n % 4 < 2).collect();
    assert_eq!(slots, kept);
    assert_eq!(found.tag, format!("over {}", found.digest));

    // Each kind of frame, one bit of it somewhere, and the file ended in it; and each of them left out.
    let frames = frames(&whole);
    let kinds: String = frames.iter().map(|(kind, _)| *kind).collect();
    assert!(
        kinds.starts_with("tHR") && kinds.ends_with("SSWE"),
        "{kinds}"
    );
    let seed = getrandom::u64().unwrap();
    println!("seed {seed}");
    for (n, (kind, range)) in frames.iter().enumerate() {
        let at = range.start + (seed.rotate_left(n as u32) % range.len() as u64) as usize;
        let mut flipped = whole.clone();
        flipped[at] ^= 1 << (n % 8);
        let mut without = whole.clone();
        without.drain(range.clone());
        for (how, bytes) in [
            ("flipped", flipped),
            ("cut", whole[..at].into()),
            ("without", without),
        ] {
            fs::write(&file, bytes).unwrap();
            assert!(verify(&file).is_err(), "{how} {kind} at {at}");
        }
    }
    // A file that was looked at is not another one since.
    let plain = back_up(&store, &file, || {});
    assert_eq!(plain.secrets, None);
    let error = secrets_of(&file, &verified).unwrap_err();
    assert!(matches!(error, BackupError::Replaced { .. }), "{error}");
}
