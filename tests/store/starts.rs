//! Starts of the real server that end too early: killed at any moment of it, and on a disk that is full.

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use tagout::audit::{Signer, Verifier, verify};
use tagout::store::Store;
use tagout::vault::AuditSeed;

use crate::children::{CHILD, acknowledge, in_a_file_system_of_its_own};
use crate::{Thing, entry, thing};

/// More of them by hand: `TAGOUT_TEST_STARTS=500`.
const KILLS: u64 = 30;
const ROWS: usize = 400;
/// Longer than any start of a folder this small takes on a busy machine.
const LONGEST: Duration = Duration::from_secs(60);

/// Folders of a server.
struct Folders {
    root: PathBuf,
}

/// A server that is starting. What it prints comes as lines; none after its end.
struct Starting {
    process: Child,
    lines: Receiver<String>,
}

/// How far a start came within its time.
#[derive(Debug, PartialEq)]
enum Came {
    Ready,
    /// By itself, with these last words.
    Ended(String),
    Nowhere,
}

impl Folders {
    fn empty(root: &Path) -> Self {
        std::fs::DirBuilder::new()
            .mode(0o700)
            .create(root.join("config"))
            .unwrap();
        Self {
            root: root.to_owned(),
        }
    }

    /// Folders whose store holds some rows and entries.
    fn seeded(root: &Path) -> Self {
        let folders = Self::empty(root);
        let mut first = folders.start();
        assert_eq!(first.within(LONGEST), Came::Ready);
        first.kill();
        folders.add(0);
        folders
    }

    fn data(&self) -> PathBuf {
        self.root.join("data")
    }

    fn store(&self) -> Store {
        let seed = AuditSeed::load_or_create(&self.root.join("config/audit.key")).unwrap();
        let signer = Signer::from_seed(seed.bytes(), "tagout/audit").unwrap();
        Store::open(&self.data(), signer).unwrap()
    }

    /// Writes rows of a round, so that the next start has something to read again.
    fn add(&self, round: u64) {
        let store = self.store();
        for n in 0..ROWS {
            let row = thing(&format!("{round}/{n}"), &"x".repeat(n * 37 % 3000));
            let written = store
                .write(|tx| tx.put(&row).and_then(|()| tx.append(entry("thing.kept"))))
                .unwrap();
            if n + 1 == ROWS {
                store.durable_blocking(written.commit).unwrap();
            }
        }
    }

    fn start(&self) -> Starting {
        let mut process = Command::new(env!("CARGO_BIN_EXE_tagout"))
            .env_clear()
            .env("HOME", &self.root)
            .env("TAGOUT_DATA_DIR", self.data())
            .env("TAGOUT_CONFIG", self.root.join("config/config.toml"))
            .args(["serve", "--leashed"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (say, lines) = channel();
        let out = BufReader::new(process.stdout.take().unwrap());
        std::thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                if say.send(line).is_err() {
                    break;
                }
            }
        });
        Starting { process, lines }
    }

    /// Every row that was kept is there, and the log verifies.
    fn holds(&self, rounds: u64) {
        let found = self.store().scan::<Thing>("").unwrap().len() as u64;
        assert_eq!(found, rounds * ROWS as u64);
        let key = std::fs::read_to_string(self.data().join("audit.pub")).unwrap();
        let log = std::fs::File::open(self.data().join("audit.log")).unwrap();
        verify(
            BufReader::new(log),
            Some(&Verifier::parse(key.trim()).unwrap()),
            None,
        )
        .unwrap();
    }
}

impl Starting {
    fn within(&mut self, limit: Duration) -> Came {
        match self.lines.recv_timeout(limit) {
            Ok(line) => {
                assert_eq!(line, "ready");
                Came::Ready
            }
            Err(RecvTimeoutError::Timeout) => Came::Nowhere,
            Err(RecvTimeoutError::Disconnected) => {
                let mut words = String::new();
                let mut said = self.process.stderr.take().unwrap();
                said.read_to_string(&mut words).unwrap();
                Came::Ended(words)
            }
        }
    }

    /// `kill -9`.
    fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

#[test]
fn a_start_that_is_killed_at_any_moment_can_be_made_again() {
    let dir = tempfile::tempdir().unwrap();
    let folders = Folders::seeded(dir.path());
    let begun = Instant::now();
    let mut whole = folders.start();
    assert_eq!(whole.within(LONGEST), Came::Ready);
    let takes = begun.elapsed();
    whole.kill();
    let kills = std::env::var("TAGOUT_TEST_STARTS")
        .ok()
        .and_then(|kills| kills.parse().ok())
        .unwrap_or(KILLS);
    let seed = getrandom::u64().unwrap();
    println!("seed {seed}, a whole start takes {takes:?}");
    let (mut rounds, mut early) = (1, 0);
    for kill in 0..kills {
        // Spread over the whole start, a little shifted in each run.
        let part = (kill * 1000 / kills + seed % 50) as u32;
        let mut starting = folders.start();
        match starting.within(takes * part / 1000) {
            Came::Ended(words) => panic!("start {kill} ended by itself: {words}"),
            Came::Ready => {}
            Came::Nowhere => early += 1,
        }
        starting.kill();
        if kill % 10 == 9 {
            folders.add(rounds);
            rounds += 1;
        }
    }
    assert!(early > 0, "no start was killed before its end");
    println!("{early} of {kills} were killed before they were ready");
    let mut last = folders.start();
    assert_eq!(last.within(LONGEST), Came::Ready);
    last.kill();
    folders.holds(rounds);
}

#[test]
fn a_first_start_that_is_killed_at_any_moment_can_be_made_again() {
    let mut takes = Duration::ZERO;
    for kill in 0..20 {
        let dir = tempfile::tempdir().unwrap();
        let folders = Folders::empty(dir.path());
        let begun = Instant::now();
        if kill > 0 {
            let mut first = folders.start();
            if let Came::Ended(words) = first.within(takes * kill / 20) {
                panic!("first start {kill} ended by itself: {words}");
            }
            first.kill();
        }
        let mut again = folders.start();
        assert_eq!(again.within(LONGEST), Came::Ready, "after kill {kill}");
        again.kill();
        if kill == 0 {
            takes = begun.elapsed();
        }
    }
}

/// A crash, a full disk, starts on it, and space again.
fn start_on_a_full_disk(dir: &Path) {
    let folders = Folders::seeded(dir);
    let filler = dir.join("filler");
    for round in 1..4 {
        let mut starting = folders.start();
        assert_eq!(starting.within(LONGEST), Came::Ready);
        starting.kill();
        folders.add(round);
        let mut file = std::fs::File::create(&filler).unwrap();
        for size in [1 << 16, 4096, 1] {
            while file.write_all(&vec![1; size]).is_ok() {}
        }
        for start in 0..4 {
            // It may say that there is no space, and then by name; it may as well go on in the emergency.
            let mut starting = folders.start();
            match starting.within(LONGEST) {
                Came::Ready => {}
                Came::Ended(words) => {
                    println!("round {round}, start {start} on the full disk: {words}");
                    assert!(
                        words.contains("disk is full") && words.contains("free at least"),
                        "{words}"
                    );
                }
                Came::Nowhere => panic!("a start on a full disk does not end"),
            }
            starting.kill();
            // What giving up the reserve freed is taken as well.
            while file.write_all(&[1; 4096]).is_ok() {}
        }
        drop(file);
        std::fs::remove_file(&filler).unwrap();
        let mut starting = folders.start();
        assert_eq!(starting.within(LONGEST), Came::Ready);
        starting.kill();
        folders.holds(round + 1);
    }
    acknowledge("everything");
}

#[test]
fn a_start_on_a_full_disk_needs_nothing_but_space() {
    if let Some(dir) = std::env::var_os(CHILD) {
        return start_on_a_full_disk(Path::new(&dir));
    }
    in_a_file_system_of_its_own("starts::a_start_on_a_full_disk_needs_nothing_but_space", 64);
}
