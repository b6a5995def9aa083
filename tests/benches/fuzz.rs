//! Garbage, for as long as is asked: on the socket of a real server, into the reader of provider files, and into the log's
//! verifier. `cargo bench --bench fuzz -- SECONDS [SEED]`; a minute of it is part of CI. What it begins with is well-formed,
//! and what it sends is that with bytes changed, cut out, doubled, and spliced.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a fuzzer stops at the first failure"
)]

use std::io::{BufRead, BufReader, Read as _, Write as _};
use std::os::unix::fs::DirBuilderExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

use tagout::audit;
use tagout::providers;

const HELLO: &str = r#"{"protocol":1,"version":"0.1.0","role":null,"read_only":false,"claimed_address":"10.0.0.1","ssh_key":null}"#;
const REQUESTS: [&str; 6] = [
    r#"{"id":1,"request":"status"}"#,
    r#"{"id":2,"request":{"connections":{"after":null,"limit":10,"filter":"a"}}}"#,
    r#"{"id":3,"request":{"plan":{"connections":["con_01jd7zzzzzzzzzzzzzzzzzzzzz"]}}}"#,
    r#"{"id":4,"request":{"provider_add":{"toml":"id = 1","file_name":"x"}}}"#,
    r#"{"id":5,"request":{"audit_from":{"seq":0,"since":null,"limit":5}}}"#,
    r#"{"id":6,"request":{"token":{"connection":"x","min_valid":4294967295}}}"#,
];
const PROVIDER: &str = include_str!("../../assets/providers/slack.toml");

/// xorshift64*: the same seed, the same run.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(n.max(1)).unwrap()).unwrap()
    }

    /// The text with up to eight wounds.
    fn wounded(&mut self, text: &[u8]) -> Vec<u8> {
        let mut bytes = text.to_vec();
        for _ in 0..=self.below(8) {
            let at = self.below(bytes.len());
            let end = (at + self.below(32)).min(bytes.len());
            match self.below(6) {
                0 if at < bytes.len() => bytes[at] = u8::try_from(self.below(256)).unwrap(),
                1 => drop(bytes.drain(at..end)),
                2 => {
                    let part = bytes[at..end].to_vec();
                    bytes.splice(at..at, part);
                }
                3 => drop(bytes.splice(at..at, *b"\n")),
                4 => drop(bytes.splice(at..at, *b"[{[{\"\\u0000")),
                _ => drop(bytes.splice(at..at, (0..self.below(4096)).map(|_| b'9'))),
            }
        }
        bytes
    }
}

struct Server {
    child: Child,
    folder: tempfile::TempDir,
}

impl Server {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let keys = folder.path().join("keys");
        std::fs::DirBuilder::new()
            .mode(0o700)
            .create(&keys)
            .unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_tagout"))
            .args(["serve", "--leashed"])
            .env("TAGOUT_DATA_DIR", folder.path().join("data"))
            .env("TAGOUT_CONFIG", keys.join("config.toml"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut server = Self { child, folder };
        let mut line = String::new();
        let out = server.child.stdout.take().unwrap();
        BufReader::new(out).read_line(&mut line).unwrap();
        assert_eq!(line, "ready\n");
        server
    }

    fn socket(&self) -> PathBuf {
        self.folder.path().join("data/sock")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _over = self.child.wait();
    }
}

/// Says hello, well or badly, then something else; reads what comes until the server closes or has nothing to say.
fn attack(socket: &Path, dice: &mut Dice) {
    let mut stream = UnixStream::connect(socket).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_millis(20)))
        .unwrap();
    stream
        .set_write_timeout(Some(Duration::from_secs(5)))
        .unwrap();
    let hello = match dice.below(4) {
        0 => dice.wounded(HELLO.as_bytes()),
        _ => HELLO.as_bytes().to_vec(),
    };
    let request = dice.below(REQUESTS.len());
    let request = dice.wounded(REQUESTS[request].as_bytes());
    let sent = [hello.as_slice(), b"\n", &request, b"\n"].concat();
    // A server that has heard enough closes, and the rest of it cannot be written.
    let _closed = stream.write_all(&sent);
    let mut answer = [0; 4096];
    let _silent = stream.read(&mut answer);
}

/// Whether an honest client is still answered.
fn alive(socket: &Path) -> bool {
    let mut stream = UnixStream::connect(socket).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    writeln!(stream, "{HELLO}\n{}", REQUESTS[0]).unwrap();
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    lines.any(|line| line.contains("\"audit_entries\""))
}

fn main() {
    let mut numbers = std::env::args().filter_map(|argument| argument.parse::<u64>().ok());
    let seconds = numbers.next().unwrap_or(5);
    let clock = || SystemTime::UNIX_EPOCH.elapsed().unwrap().as_nanos();
    let seed = numbers
        .next()
        .unwrap_or_else(|| u64::try_from(clock() & 0xffff_ffff).unwrap());
    println!("fuzz: seed {seed}, {seconds} s");
    let (mut dice, server) = (Dice(seed | 1), Server::start());
    let log = std::fs::read(server.folder.path().join("data/audit.log")).unwrap();
    let (until, mut rounds) = (Instant::now() + Duration::from_secs(seconds), 0_u64);
    while Instant::now() < until {
        for _ in 0..8 {
            attack(&server.socket(), &mut dice);
            let file = dice.wounded(PROVIDER.as_bytes());
            let _refused = providers::parse(&String::from_utf8_lossy(&file), "fuzz.toml");
            let _found = audit::verify(dice.wounded(&log).as_slice(), None, None);
            rounds += 1;
        }
        assert!(
            alive(&server.socket()),
            "seed {seed}: the server is silent after {rounds}"
        );
    }
    println!("fuzz: {rounds} rounds, and the server answers");
}
