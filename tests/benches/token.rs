//! What reading a token costs: inside a window against a bare request over a Unix socket, and the first one after a start,
//! which opens a window and asks a vendor that nobody reaches, against a bare `fdatasync` of the same disk, all in one run.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a benchmark stops at the first failure"
)]

#[path = "../gate/house.rs"]
#[expect(dead_code, reason = "the tests use the rest of it")]
mod house;
#[path = "../support/pace.rs"]
mod pace;

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::time::{Duration, Instant};

use house::{House, connection, me};
use tagout::client::Client;
use tagout::domain::user::Role;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};

/// Connections, each of whose tokens is read for the first time once.
const WINDOWS: u32 = 200;
const ROUNDS: u32 = 2000;
/// A request and an answer as long as those of a token.
const LINE: usize = 160;

#[tokio::main]
async fn main() {
    let dir = tempfile::tempdir_in(".").unwrap();
    let bare_write = bare_write(&dir.path().join("bare"));
    let bare_request = bare_request(&dir.path().join("sock")).await;
    let mut house = House::with_more(me(Role::Owner), WINDOWS).await;
    let client = house.client().await;
    let mut opened = Vec::new();
    for n in 100..100 + WINDOWS {
        opened.push(read(&client, n).await);
    }
    let mut inside = Vec::new();
    for _ in 0..ROUNDS {
        inside.push(read(&client, 100).await);
    }
    let (opened, inside) = (median(opened), median(inside));
    let line = |what: &str, took: Duration, base: Duration| {
        let ratio = took.as_secs_f64() / base.as_secs_f64();
        println!("{what:<38} {took:>10.1?} {ratio:>8.1}");
    };
    line(
        "bare request over a Unix socket",
        bare_request,
        bare_request,
    );
    line("a token read inside its window", inside, bare_request);
    line("bare fdatasync of 4 KiB", bare_write, bare_write);
    line("the first token read after a start", opened, bare_write);
    house.end().await;
}

async fn read(client: &Client, n: u32) -> Duration {
    let id = connection(n).to_string();
    let start = Instant::now();
    client.token(id, None).await.unwrap();
    start.elapsed()
}

/// A line there and a line back, between two tasks as the server and a client are.
async fn bare_request(path: &Path) -> Duration {
    let listener = UnixListener::bind(path).unwrap();
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let (read, mut write) = stream.into_split();
        let mut lines = BufReader::new(read).lines();
        while let Some(line) = lines.next_line().await.unwrap() {
            write
                .write_all(format!("{line}\n").as_bytes())
                .await
                .unwrap();
        }
    });
    let (read, mut write) = UnixStream::connect(path).await.unwrap().into_split();
    let mut lines = BufReader::new(read).lines();
    let line = format!("{}\n", "x".repeat(LINE));
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        let start = Instant::now();
        write.write_all(line.as_bytes()).await.unwrap();
        lines.next_line().await.unwrap().unwrap();
        times.push(start.elapsed());
    }
    median(times)
}

fn bare_write(path: &Path) -> Duration {
    let file = File::create(path).unwrap();
    let one = |n: u32| {
        let start = Instant::now();
        file.write_all_at(&[1; 4096], u64::from(n) * 4096).unwrap();
        file.sync_data().unwrap();
        start.elapsed()
    };
    median((0..WINDOWS).map(one).collect())
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}
