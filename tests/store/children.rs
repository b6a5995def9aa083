//! The store in a process of its own: killed at any moment, and on a file system that is really full.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use tagout::store::{SpaceMode, Store, StoreError, WriteClass};

use crate::{Thing, entry, open, signer, thing};

/// Names the folder for the child that this test binary starts of itself.
pub(crate) const CHILD: &str = "TAGOUT_TEST_STORE_CHILD";
const WRITERS: usize = 3;

pub(crate) fn child(test: &str, dir: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args([test, "--exact", "--nocapture"])
        .env(CHILD, dir);
    command
}

/// Says that `id` is durable; past the test harness, which would keep it.
pub(crate) fn acknowledge(id: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "kept {id}").unwrap();
    out.flush().unwrap();
}

/// Whether the store is compacted all the time meanwhile.
#[derive(Clone, Copy, PartialEq)]
enum Compacting {
    Never,
    Always,
}

/// Writes until it is killed.
fn write_for_ever(dir: &Path, compacting: Compacting) {
    let store = open(dir);
    let round = store.tree().size();
    std::thread::scope(|scope| {
        if compacting == Compacting::Always {
            let store = store.clone();
            scope.spawn(move || {
                loop {
                    store.compact(|_| {}).unwrap();
                    println!("compacted");
                }
            });
        }
        for writer in 0..WRITERS {
            let store = store.clone();
            scope.spawn(move || {
                for n in 0.. {
                    let id = format!("{round}/{writer}/{n}");
                    let row = thing(&id, &id.repeat(n * 37 % 2000));
                    let written = store
                        .write(|tx| tx.put(&row).and_then(|()| tx.append(entry("thing.kept"))))
                        .unwrap();
                    store.durable_blocking(written.commit).unwrap();
                    acknowledge(&id);
                }
            });
        }
    });
}

#[test]
fn what_a_killed_process_acknowledged_is_there() {
    if let Some(dir) = std::env::var_os(CHILD) {
        return write_for_ever(Path::new(&dir), Compacting::Never);
    }
    kill_in_a_loop("children::what_a_killed_process_acknowledged_is_there");
}

#[test]
fn what_a_process_killed_in_a_compaction_acknowledged_is_there() {
    if let Some(dir) = std::env::var_os(CHILD) {
        return write_for_ever(Path::new(&dir), Compacting::Always);
    }
    kill_in_a_loop("children::what_a_process_killed_in_a_compaction_acknowledged_is_there");
}

fn kill_in_a_loop(test: &str) {
    let dir = tempfile::tempdir().unwrap();
    let mut acknowledged = BTreeSet::new();
    let seed = getrandom::u64().unwrap();
    println!("seed {seed}");
    for round in 0..10 {
        let wanted = 1 + (seed >> (round * 6)) as usize % 64;
        let mut process = child(test, dir.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap())
            .lines()
            .map(Result::unwrap);
        let kept = |line: String| line.strip_prefix("kept ").map(str::to_owned);
        acknowledged.extend(lines.by_ref().filter_map(kept).take(wanted));
        process.kill().unwrap();
        process.wait().unwrap();
        // What it could still say before it died counts too; a line is one write to the pipe, so none is cut.
        acknowledged.extend(lines.filter_map(kept));

        let store = open(dir.path());
        let found = store.scan::<Thing>("").unwrap();
        assert_eq!(
            store.tree().size(),
            found.len() as u64,
            "an entry for each row, and a row for each entry"
        );
        assert!(
            found
                .iter()
                .all(|row| row.text == row.id.repeat(number(&row.id) * 37 % 2000))
        );
        let found: BTreeSet<_> = found.into_iter().map(|row| row.id).collect();
        let lost: Vec<_> = acknowledged.difference(&found).collect();
        assert!(lost.is_empty(), "acknowledged and gone: {lost:?}");
    }
}

fn number(id: &str) -> usize {
    id.rsplit('/').next().unwrap().parse().unwrap()
}

/// Fills the disk it is on, disconnects, makes space, and goes on.
fn fill_the_disk(dir: &Path) {
    let store = Store::open(&dir.join("data"), signer()).unwrap();
    let write = |class, id: &str| {
        let row = thing(id, &id.repeat(1000));
        let written = store.write_as(class, |tx| {
            tx.put(&row).and_then(|()| tx.append(entry("thing.kept")))
        })?;
        store.durable_blocking(written.commit)?;
        acknowledge(id);
        Ok::<_, StoreError>(())
    };
    write(WriteClass::Normal, "before").unwrap();
    let filler = dir.join("filler");
    let mut file = std::fs::File::create(&filler).unwrap();
    while file.write_all(&[1; 4096]).is_ok() {}
    let refused = (0..)
        .find_map(|n| write(WriteClass::Normal, &format!("normal/{n}")).err())
        .unwrap();
    assert!(matches!(refused, StoreError::DiskFull { .. }), "{refused}");
    assert_eq!(store.mode(), SpaceMode::Emergency);
    for n in 0..100 {
        write(WriteClass::Disconnect, &format!("disconnect/{n}")).unwrap();
    }
    assert_eq!(store.try_recover().unwrap(), SpaceMode::Emergency);
    drop(file);
    std::fs::remove_file(filler).unwrap();
    assert_eq!(store.try_recover().unwrap(), SpaceMode::Normal);
    write(WriteClass::Normal, "after").unwrap();
    drop(store);
    assert_eq!(open(dir).scan::<Thing>("disconnect/").unwrap().len(), 100);
    acknowledge("everything");
}

/// The same faults are put in by hand in the store's own tests.
#[test]
fn a_disk_that_is_really_full_leaves_disconnects() {
    if let Some(dir) = std::env::var_os(CHILD) {
        return fill_the_disk(Path::new(&dir));
    }
    in_a_file_system_of_its_own(
        "children::a_disk_that_is_really_full_leaves_disconnects",
        40,
    );
}

/// Runs `test` in a child, on a file system of so many MiB. The system may refuse one to an ordinary user; then this
/// proves that it was refused, and nothing else.
pub(crate) fn in_a_file_system_of_its_own(test: &str, size: u32) {
    let dir = tempfile::tempdir().unwrap();
    let script = format!(
        "mount -t tmpfs -o size={size}m,mode=0700 none \"$1\" || exit 77; shift; exec \"$@\""
    );
    let mut command = Command::new("unshare");
    command
        .args(["--user", "--map-root-user", "--mount", "sh", "-c"])
        .args([&script, "sh"])
        .arg(dir.path());
    let inner = child(test, dir.path());
    command
        .arg(inner.get_program())
        .args(inner.get_args())
        .env(CHILD, dir.path());
    let output = command.output().unwrap();
    let (said, complained) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    if !said.contains("running 1 test") {
        println!("no file system of its own: {complained}");
        assert!(
            complained.contains("unshare") || output.status.code() == Some(77),
            "{complained}"
        );
        return;
    }
    assert!(
        output.status.success() && said.contains("kept everything"),
        "{said}\n{complained}"
    );
}
