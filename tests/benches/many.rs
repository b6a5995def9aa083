//! A thousand connections with two tokens each, taken out of service as one thing: every token asked, revoked, asked
//! again and recorded. Against the same number of bare HTTP requests to the same vendor, and against a shell loop.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a benchmark stops at the first failure"
)]

#[path = "../many/fleet.rs"]
#[expect(dead_code, reason = "the tests use the rest of it")]
mod fleet;
#[path = "../support/pace.rs"]
mod pace;
#[path = "../many/vendor.rs"]
#[expect(dead_code, reason = "the tests use the rest of it")]
mod vendor;

#[path = "../support/processor.rs"]
mod processor;

use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use fleet::{Fleet, draft};
use processor::processor;
use tagout::domain::trial::Outcome;
use tagout::domain::walkthrough::{TargetChoice, WalkState};
use tagout::wire::rpc;
use tagout::wire::walkthrough::Walkthrough;
use vendor::Vendor;

const CONNECTIONS: u32 = 1000;
/// The loop is slow enough to be measured by fewer.
const LOOP: usize = 1000;

/// Requests under way at once, here and bare: 32, or what `AT_ONCE` says.
fn at_once() -> usize {
    let said = std::env::var("AT_ONCE").ok();
    said.map_or(32, |said| said.parse().unwrap())
}

fn main() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (asked, took, (synced, busy)) = runtime.block_on(walkthrough());
    let rate = |requests: usize, took: Duration| requests as f64 / took.as_secs_f64();
    let vendor = Vendor::start();
    let bare = runtime.block_on(bare(&vendor, asked));
    let shell = shell(&vendor);
    let ours = rate(asked, took);
    let line = |what: &str, requests: usize, took: Duration| {
        let it = rate(requests, took);
        println!(
            "{what:<44} {requests:>6} requests {took:>9.2?} {it:>9.0}/s {:>6.2}",
            ours / it
        );
    };
    println!(
        "{CONNECTIONS} connections, {} at once: {synced} syncs of the disk, {busy:.2} s of processor time",
        at_once()
    );
    println!("the last column is our rate against that of the line");
    line("disconnected as one walkthrough", asked, took);
    line("bare requests", asked, bare);
    line("xargs -P 32 curl", LOOP, shell);
}

/// Requests, how long they took, how often the disk was asked to keep something, and what it cost the processor,
/// the vendor's part included.
async fn walkthrough() -> (usize, Duration, (u64, f64)) {
    let mut fleet = Fleet::start(CONNECTIONS, at_once()).await;
    let syncs = fleet.status().await.syncs;
    let saved = fleet.save(draft(TargetChoice::All)).await;
    let asked = fleet.vendor.asked();
    let busy = processor(std::process::id());
    let began = Instant::now();
    let begin = rpc::WalkthroughBegin {
        id: saved.id.clone(),
        version: None,
    };
    let _begun: Walkthrough = fleet.ask(begin).await;
    // Looking costs, too: as calmly as the verb does.
    while fleet.walkthrough(&saved.id).await.state != WalkState::Finished {
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    let (took, busy) = (began.elapsed(), processor(std::process::id()) - busy);
    let busy = busy.as_secs_f64();
    let asked = fleet.vendor.asked() - asked;
    let ended = fleet.walkthrough(&saved.id).await;
    assert_eq!(ended.targets.ended, u64::from(CONNECTIONS));
    assert_eq!(ended.done.outcomes.len(), 1, "{:?}", ended.done.outcomes);
    assert_eq!(ended.done.outcomes[0].outcome, Outcome::VerifiedDead);
    assert_eq!(ended.done.outcomes[0].count, 2 * u64::from(CONNECTIONS));
    let syncs = fleet.status().await.syncs - syncs;
    fleet.end().await;
    (asked, took, (syncs, busy))
}

/// The same number of requests, with nothing done about the answers.
async fn bare(vendor: &Vendor, requests: usize) -> Duration {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let next = Arc::new(AtomicUsize::new(0));
    let began = Instant::now();
    let workers: Vec<_> = (0..at_once())
        .map(|_| {
            let (client, next, url) = (
                client.clone(),
                Arc::clone(&next),
                format!("{}/me", vendor.base),
            );
            tokio::spawn(async move {
                while next.fetch_add(1, Ordering::Relaxed) < requests {
                    let answer = client.get(&url).bearer_auth("token").send().await.unwrap();
                    answer.bytes().await.unwrap();
                }
            })
        })
        .collect();
    for worker in workers {
        worker.await.unwrap();
    }
    began.elapsed()
}

/// What people do who have no tool.
fn shell(vendor: &Vendor) -> Duration {
    let began = Instant::now();
    let mut xargs = Command::new("xargs")
        .args(["-P", "32", "-n", "1", "curl", "-s", "-o", "/dev/null"])
        .args(["-H", "authorization: Bearer token"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut urls = xargs.stdin.take().unwrap();
    for _ in 0..LOOP {
        writeln!(urls, "{}/me", vendor.base).unwrap();
    }
    drop(urls);
    assert!(xargs.wait().unwrap().success());
    began.elapsed()
}
