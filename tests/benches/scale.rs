//! A hundred thousand connections against ten: the same requests, as ratios, and what a start takes.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a benchmark stops at the first failure"
)]

#[path = "../scale/crowd.rs"]
mod crowd;
#[path = "../scale/house.rs"]
#[expect(dead_code, reason = "the tests need more of it")]
mod house;
mod measure;

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use house::{House, Server};
use measure::{median, percentile, report};
use tagout::domain::audit::tokens::TokenRead;
use tagout::domain::audit::{AuditOutcome, Event};
use tagout::server::caller::server_entry;
use tagout::wire::request::Window;
use tagout::wire::rpc;

const MANY: u32 = 100_000;
const FEW: u32 = 10;
const ENTRIES: u32 = 200_000;

fn main() {
    let few = House::new(env!("CARGO_BIN_EXE_tagout"));
    crowd::fill(&few.data(), FEW);
    let many = House::new(env!("CARGO_BIN_EXE_tagout"));
    let start = Instant::now();
    crowd::fill(&many.data(), MANY);
    println!(
        "{MANY} connections and jobs written in {:.1?}",
        start.elapsed()
    );

    let start = Instant::now();
    let served_few = few.serve();
    let started_few = start.elapsed();
    let start = Instant::now();
    let served_many = many.serve();
    report(
        &format!("a start on {FEW} connections"),
        started_few,
        started_few,
    );
    report(
        &format!("a start on {MANY} connections"),
        start.elapsed(),
        started_few,
    );

    let window = |after: Option<String>, reverse: bool, filter: &str| Window {
        after,
        limit: FEW as u16,
        reverse,
        filter: filter.to_owned(),
        sort: None,
        view: None,
    };
    let (mut ten, mut all) = (served_few.client(), served_many.client());
    let last = all.connections(&window(None, true, "")).keys.remove(0);
    let bare = median(300, |_| {
        ten.connections(&window(None, false, ""));
    });
    report(&format!("{FEW} rows of {FEW}"), bare, bare);
    for (what, asked, rounds) in [
        ("the first rows", window(None, false, ""), 300),
        ("the last rows", window(None, true, ""), 300),
        (
            "the rows before the last",
            window(Some(last), true, ""),
            300,
        ),
        (
            "a filter that the first rows match",
            window(None, false, "acme"),
            100,
        ),
        (
            "a filter that one row matches",
            window(None, false, "acme-099999"),
            5,
        ),
    ] {
        let took = median(rounds, |_| {
            all.connections(&asked);
        });
        report(&format!("{what}, of {MANY}"), took, bare);
    }
    let nothing = window(None, false, "is-not-there");
    let took = median(5, |_| {
        all.connections(&nothing);
    });
    report(
        &format!("a filter that nothing matches, of {MANY}"),
        took,
        bare,
    );
    status_while_others_filter(&served_many);
    the_log(bare);
    let providers = rpc::Providers(Window {
        limit: 50,
        ..Window::default()
    });
    let catalog = |client: &mut house::Client| median(50, |_| drop(client.ask(providers.clone())));
    let (few, many) = (catalog(&mut ten), catalog(&mut all));
    report(&format!("the catalog over {FEW}"), few, few);
    report(&format!("the catalog over {MANY}"), many, few);
}

/// A search of the log for what is not there: the first, and the next.
fn the_log(bare: Duration) {
    let house = House::new(env!("CARGO_BIN_EXE_tagout"));
    let store = crowd::open(&house.data());
    for first in (0..ENTRIES).step_by(1_000) {
        let written = store.write(|tx| {
            (first..first + 1_000).try_for_each(|n| {
                let read = TokenRead {
                    name: crowd::name(n % MANY),
                    provider: crowd::PROVIDER.to_owned(),
                    fingerprint: format!(
                        "{:016x}",
                        u64::from(n).wrapping_mul(0x9e37_79b9_7f4a_7c15)
                    ),
                    window_seconds: 60,
                    not_asked: None,
                };
                let event = Event::TokenRead(read);
                let entry = server_entry(event, crowd::id(n % MANY), AuditOutcome::Done);
                tx.append(entry).map(drop)
            })
        });
        store.durable_blocking(written.unwrap().commit).unwrap();
    }
    drop(store);
    let server = house.serve();
    let mut client = server.client();
    for (what, word) in [
        ("the first search of the log", "nobody-of-that-name"),
        ("the next one", "is-not-there-either"),
        ("one that finds one", "acme-099999"),
    ] {
        let took = median(1, |_| {
            let mut window = Window {
                limit: FEW as u16,
                filter: word.to_owned(),
                ..Window::default()
            };
            while {
                let page = client.ask(rpc::Audit {
                    window: window.clone(),
                });
                page.partial && page.move_on(&mut window)
            } {}
        });
        report(&format!("{what}, of {ENTRIES} entries"), took, bare);
    }
}

/// The 99th percentile of the shortest question, alone and while eight consoles look for what is not there.
fn status_while_others_filter(server: &Server) {
    let mut client = server.client();
    let mut status = || percentile(99, 500, |_| drop(client.ask(rpc::Status)));
    let alone = status();
    report("p99 of status", alone, alone);
    let over = AtomicBool::new(false);
    let busy = std::thread::scope(|scope| {
        for _ in 0..8 {
            let mut other = server.client();
            let over = &over;
            scope.spawn(move || {
                let nothing = Window {
                    limit: FEW as u16,
                    filter: "is-not-there".to_owned(),
                    ..Window::default()
                };
                while !over.load(Ordering::Relaxed) {
                    other.connections(&nothing);
                }
            });
        }
        let busy = status();
        over.store(true, Ordering::Relaxed);
        busy
    });
    report("p99 of status, while eight filter", busy, alone);
}
