//! Before an upgrade the store is kept in `db.FORMAT`: whole whenever it is killed, its owner's alone, and gone with the first
//! compaction.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Stdio;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use tagout::store::{Store, StoreError};

use crate::children::{CHILD, acknowledge, child, in_a_file_system_of_its_own};
use crate::going_back::go_back;
use crate::{Thing, entry, open, signer, thing};

const ROWS: usize = 400;
const ROUNDS: u32 = 12;

/// A store in which nobody has set a format yet, as the first programs left it.
fn of_format_1(dir: &Path) -> Store {
    let store = open(dir);
    for n in 0..ROWS {
        let row = thing(&n.to_string(), &"text".repeat(n * 37 % 700));
        let written = store.write(|tx| tx.put(&row).and_then(|()| tx.append(entry("thing.kept"))));
        store.durable_blocking(written.unwrap().commit).unwrap();
    }
    assert_eq!(store.older_format().unwrap(), Some(1));
    store
}

fn upgrade(store: &Store) {
    store.keep_former().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let upgraded = store.upgrade_folder(None, |_| entry("folder.upgraded"));
    runtime.unwrap().block_on(upgraded).unwrap();
}

/// Everything of before is there, and can be gone on with.
fn goes_back(dir: &Path) {
    go_back(&dir.join("data"), 1);
    let store = open(dir);
    assert_eq!(store.older_format().unwrap(), Some(1));
    assert_eq!(store.tree().size(), ROWS as u64);
    assert_eq!(store.scan::<Thing>("").unwrap().len(), ROWS);
    let lines = fs::read_to_string(dir.join("data/audit.log")).unwrap();
    assert_eq!(lines.lines().count(), ROWS);
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    fs::set_permissions(to, fs::metadata(from).unwrap().permissions()).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &to.join(entry.file_name())),
            false => drop(fs::copy(entry.path(), to.join(entry.file_name())).unwrap()),
        }
    }
}

#[test]
fn an_upgrade_that_is_killed_loses_neither_the_store_nor_the_one_of_before() {
    if let Some(dir) = std::env::var_os(CHILD) {
        let store = open(Path::new(&dir));
        acknowledge("opened");
        upgrade(&store);
        acknowledge("upgraded");
        return;
    }
    let before = tempfile::tempdir().unwrap();
    drop(of_format_1(before.path()));
    let (mut whole, mut halves) = (None, 0);
    // The first is left alone, which tells how long it takes; the others are killed at so many parts of that, and for as many
    // rounds as it takes on a busy machine until some were killed before their end.
    for round in 0..=4 * ROUNDS {
        if round > ROUNDS && halves > 2 {
            break;
        }
        let dir = tempfile::tempdir().unwrap();
        copy(&before.path().join("data"), &dir.path().join("data"));
        let name =
            "upgrades::an_upgrade_that_is_killed_loses_neither_the_store_nor_the_one_of_before";
        let mut process = child(name, dir.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (says, said) = channel();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        std::thread::spawn(move || {
            lines
                .map_while(Result::ok)
                .filter(|line| line.starts_with("kept "))
                .try_for_each(|line| says.send(line))
        });
        assert_eq!(said.recv().unwrap(), "kept opened");
        let began = Instant::now();
        let part = |whole: Duration| whole * (round % (ROUNDS + 1)) / ROUNDS;
        let patience = whole.map_or(Duration::MAX, part);
        let is_over = said.recv_timeout(patience).is_ok();
        if is_over {
            let took = began.elapsed();
            whole = Some(whole.map_or(took, |it: Duration| it.min(took)));
        }
        process.kill().unwrap();
        process.wait().unwrap();

        let store = open(dir.path());
        let kept = dir.path().join("data/db.1");
        assert!(!dir.path().join("data/db.new").exists());
        assert_eq!(store.scan::<Thing>("").unwrap().len(), ROWS);
        match store.older_format().unwrap() {
            None => assert!(kept.exists(), "upgraded without what was before"),
            Some(_) => {
                assert!(!is_over);
                halves += 1;
                upgrade(&store);
            }
        }
        assert_eq!(store.tree().size(), ROWS as u64 + 1);
        drop(store);
        goes_back(dir.path());
    }
    assert!(halves > 2, "only {halves} were killed before their end");
}

#[test]
fn what_is_kept_is_its_owners_alone_and_gone_with_the_first_compaction() {
    let dir = tempfile::tempdir().unwrap();
    let store = of_format_1(dir.path());
    let kept = dir.path().join("data/db.1");
    assert_eq!(store.keep_former().unwrap(), Some(kept.clone()));
    // One that an upgrade which did not come about has left is replaced.
    upgrade(&store);
    assert_eq!(store.keep_former().unwrap(), None);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o7777;
    assert_eq!(mode(&kept), 0o700);
    for entry in fs::read_dir(&kept).unwrap().map(Result::unwrap) {
        let is_folder = entry.file_type().unwrap().is_dir();
        let wanted = if is_folder { 0o700 } else { 0o600 };
        assert_eq!(mode(&entry.path()), wanted, "{entry:?}");
    }
    let other = dir.path().join("data/db.mine");
    fs::create_dir(&other).unwrap();
    store.compact(|_| {}).unwrap();
    assert!(!kept.exists() && other.exists());
    assert_eq!(store.scan::<Thing>("").unwrap().len(), ROWS);
}

/// A store that was made new would have no use for the slots that the one of before names.
#[test]
fn a_start_between_two_moves_makes_no_new_store() {
    let dir = tempfile::tempdir().unwrap();
    let store = of_format_1(dir.path());
    upgrade(&store);
    drop(store);
    let data = dir.path().join("data");
    fs::create_dir(data.join("newer")).unwrap();
    for name in ["db", "head", "audit.log"] {
        fs::rename(data.join(name), data.join("newer").join(name)).unwrap();
    }
    let refused = Store::open(&data, signer()).err().unwrap();
    let says = refused.to_string();
    assert!(matches!(refused, StoreError::Damaged(_)), "{says}");
    assert!(says.contains("Going back"), "{says}");
    assert!(!data.join("db").exists());
    fs::rename(data.join("db.1"), data.join("db")).unwrap();
    fs::copy(data.join("db/whole"), data.join("head")).unwrap();
    assert_eq!(open(dir.path()).scan::<Thing>("").unwrap().len(), ROWS);
}

fn fill_the_disk(dir: &Path) {
    let store = of_format_1(dir);
    let filler = dir.join("filler");
    let mut file = fs::File::create(&filler).unwrap();
    while std::io::Write::write_all(&mut file, &[1; 4096]).is_ok() {}
    let refused = store.keep_former().unwrap_err();
    assert!(
        matches!(refused, StoreError::NoRoomToUpgrade { from: 1, .. }),
        "{refused}"
    );
    let says = refused.to_string();
    assert!(says.contains("free some, or go on with the older program"));
    assert!(!dir.join("data/db.1").exists());
    assert_eq!(store.older_format().unwrap(), Some(1));
    drop(file);
    fs::remove_file(filler).unwrap();
    upgrade(&store);
    drop(store);
    goes_back(dir);
    acknowledge("everything");
}

#[test]
fn without_room_for_what_is_kept_nothing_is_upgraded() {
    if let Some(dir) = std::env::var_os(CHILD) {
        return fill_the_disk(Path::new(&dir));
    }
    in_a_file_system_of_its_own(
        "upgrades::without_room_for_what_is_kept_nothing_is_upgraded",
        40,
    );
}
