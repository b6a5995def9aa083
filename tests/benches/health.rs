//! What it costs the real server that a hundred connections are asked while nothing else happens: its processor time
//! before any of them is due, and while each is asked once, every 72 s instead of every hour. `cargo bench --bench health`
//! takes two minutes.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a benchmark stops at the first failure"
)]

#[path = "../support/keyed_file.rs"]
mod keyed_file;
#[path = "../support/processor.rs"]
mod processor;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use processor::processor;

const CONNECTIONS: u64 = 100;
/// A fiftieth of an hour.
const EVERY: Duration = Duration::from_secs(72);
const FASTER: f64 = 50.0;
/// Nobody is due so soon.
const QUIET: Duration = Duration::from_secs(20);

/// A vendor that takes the keys that it made, which are numbered; how often it was asked.
fn vendor() -> (String, Arc<AtomicU64>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let asked = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&asked);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let count = Arc::clone(&count);
            std::thread::spawn(move || serve(&stream.unwrap(), &count));
        }
    });
    (base, asked)
}

fn serve(stream: &TcpStream, count: &AtomicU64) {
    let (mut lines, mut out) = (BufReader::new(stream).lines(), stream);
    let mut key = None;
    while let Some(Ok(line)) = lines.next() {
        if let Some((_, found)) = line.split_once("Bearer ") {
            key = Some(found.to_owned());
        }
        if !line.is_empty() {
            continue;
        }
        count.fetch_add(1, Ordering::Relaxed);
        let key = key.take().unwrap_or_default();
        let number = key
            .strip_prefix("live-")
            .map(|it| u128::from_str_radix(it, 16));
        let is_ours = matches!(number, Some(Ok(number)) if number < u128::from(CONNECTIONS));
        let (status, body) = match is_ours {
            true => ("200 OK", format!("{{\"id\":\"{key}\"}}")),
            false => ("401 Unauthorized", "{}".to_owned()),
        };
        let length = body.len();
        let head = "content-type: application/json\r\ncontent-length:";
        let answer = format!("HTTP/1.1 {status}\r\n{head} {length}\r\n\r\n{body}");
        if out.write_all(answer.as_bytes()).is_err() {
            return;
        }
    }
}

fn tagout(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tagout"));
    command
        .env_clear()
        .env("HOME", folder)
        .env("TAGOUT_DATA_DIR", folder.join("data"))
        .env("TAGOUT_CONFIG", folder.join("config/config.toml"));
    command
}

fn done(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{output:?}");
}

/// Which part of one core the server takes over so long.
fn share(server: &Child, length: Duration) -> f64 {
    let (before, began) = (processor(server.id()), Instant::now());
    std::thread::sleep(length);
    let spent = processor(server.id()) - before;
    spent.as_secs_f64() / began.elapsed().as_secs_f64()
}

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let mut private = std::fs::DirBuilder::new();
    private.mode(0o700);
    for name in ["data", "config"] {
        private.create(at.join(name)).unwrap();
    }
    let every = format!("health_every = \"{}s\"\n", EVERY.as_secs());
    std::fs::write(at.join("config/config.toml"), every).unwrap();
    let (base, asked) = vendor();
    std::fs::write(
        at.join("keyed.toml"),
        keyed_file::FILE.replace("{U}", &base),
    )
    .unwrap();
    let mut server = tagout(at)
        .args(["serve", "--leashed"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut ready = [0; 6];
    let out = server.stdout.as_mut().unwrap();
    out.read_exact(&mut ready).unwrap();
    done(
        tagout(at)
            .args(["providers", "add"])
            .arg(at.join("keyed.toml")),
    );
    for n in 0..CONNECTIONS {
        let key = at.join("key");
        std::fs::write(&key, format!("live-{n:032x}")).unwrap();
        done(
            tagout(at)
                .args(["connect", "keyed", "--api-key-file"])
                .arg(key),
        );
    }
    let none = asked.load(Ordering::Relaxed);
    let quiet = share(&server, QUIET);
    assert_eq!(asked.load(Ordering::Relaxed), none, "somebody was due");
    // Each is due within a quarter more than the time between two asks.
    let asking = share(&server, EVERY * 5 / 4);
    let asks = asked.load(Ordering::Relaxed) - none;
    let usual = quiet + (asking - quiet).max(0.0) / FASTER;
    let line = |what: &str, share: f64| println!("{what:<52} {:>8.3} %", share * 100.0);
    line("processor time of one core, nobody due", quiet);
    line(
        &format!("the same with {asks} asks, each once in 72 s"),
        asking,
    );
    line("so with each asked once an hour", usual);
    assert!(asks >= CONNECTIONS, "{asks}");
    drop(server.stdin.take());
    server.wait().unwrap();
}
