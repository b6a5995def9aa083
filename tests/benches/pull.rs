//! A long list in pages of a thousand, pulled for the first time and once more with nothing changed, against a client that
//! parses each record and throws it away; what a record costs in a long list against a short one; what it takes of disk and
//! memory; how long a compaction lets nobody commit; and what it costs to mark references stale. `cargo bench --bench pull` has
//! 20,000 records, `cargo bench --bench pull -- 1000000` so many.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a benchmark stops at the first failure"
)]

#[path = "../scale/house.rs"]
#[expect(dead_code, reason = "the tests need more of it")]
mod house;
#[path = "../support/liar.rs"]
mod liar;
mod lister;
#[path = "../support/pace_in_file.rs"]
mod pace_in_file;
#[path = "../support/processor.rs"]
mod processor;

use std::time::Duration;

use house::{Client, House, Server};
use jiff::Timestamp;
use lister::{Taken, Vendor, taken};
use tagout::domain::disconnect::log::Step;
use tagout::wire::view::{Execution, Run};
use tokio::runtime::Runtime;

const RECORDS: u64 = 20_000;
/// The list that a long one is compared with.
const SHORT: u64 = 10_000;
/// The references of which it hardly costs anything to mark them.
const FEW: u64 = 10;
/// Disconnects of each connection.
const ROUNDS: usize = 3;

struct Bench {
    runtime: Runtime,
    vendor: Vendor,
    house: House,
    server: Server,
    client: Client,
}

/// One pass over a list.
struct Passed {
    things: u64,
    took: Duration,
    before: Taken,
    after: Taken,
    ended: Execution,
}

impl Passed {
    /// Microseconds for each record.
    fn each(&self) -> f64 {
        self.took.as_secs_f64() * 1e6 / self.things as f64
    }

    fn report(&self, what: &str, bare: Duration) {
        let things = self.things as f64;
        let processor = self.after.processor - self.before.processor;
        println!(
            "{what:<28} {:>8.2?} {:>9.0} records/s {:>6.1} µs each, {:>5.1} of processor; {:.3} of the bare client",
            self.took,
            things / self.took.as_secs_f64(),
            self.each(),
            processor.as_secs_f64() * 1e6 / things,
            bare.as_secs_f64() / self.took.as_secs_f64(),
        );
        println!(
            "{:<28} {} created, {} changed, {} as they were; {:.1} syncs a page, {:.0} bytes written each, {} MB of memory",
            "",
            self.ended.created,
            self.ended.updated,
            self.ended.skipped,
            (self.after.syncs - self.before.syncs) as f64 / self.ended.pages as f64,
            (self.after.written - self.before.written) as f64 / things,
            self.after.memory,
        );
    }
}

fn main() {
    let asked = std::env::args().skip(1).find_map(|it| it.parse().ok());
    let records: u64 = asked.unwrap_or(RECORDS);
    let _already_there = rustls::crypto::ring::default_provider().install_default();
    let runtime = Runtime::new().unwrap();
    let vendor = runtime.block_on(Vendor::start());
    let house = lister::house();
    let server = house.serve();
    let mut client = server.client();
    lister::register(&mut client, &vendor);
    let mut bench = Bench {
        runtime,
        vendor,
        house,
        server,
        client,
    };

    let few = bench.connect(FEW);
    bench.pass(&few, FEW);
    let short = bench.connect(SHORT);
    let of_short = bench.pass(&short, SHORT);
    let long = bench.connect(records);
    let before = bench.bare(records);
    let first = bench.pass(&long, records);
    let bare = before.min(bench.bare(records));
    println!("a client that throws away {records} records {bare:>24.2?}");
    first.report("the first pass", bare);
    println!(
        "a record of {records} against one of {SHORT} {:>30.2}",
        first.each() / of_short.each()
    );
    let second = bench.pass(&long, records);
    second.report("nothing changed", bare.min(bench.bare(records)));
    bench.compact(records + SHORT + FEW);
    let marked = [(&few, FEW), (&short, SHORT), (&long, records)];
    let marked = marked.map(|(connection, things)| (bench.marked(connection, things), things));
    let of_few = &marked[0].0;
    for (marked, things) in &marked {
        println!(
            "a disconnect that marks {things:>8} references stale {:>10.2?} {:.2}, {} ms of it to mark them; {} rows read",
            marked.took,
            marked.took.as_secs_f64() / of_few.took.as_secs_f64(),
            marked.marking.as_millis(),
            marked.rows_read,
        );
    }
}

/// What a disconnect cost at least.
struct Marked {
    took: Duration,
    /// From where it marks references to its end; the record has whole milliseconds.
    marking: Duration,
    rows_read: u64,
}

fn began(run: &Run, step: Step) -> Timestamp {
    let mut steps = run.steps.iter();
    steps
        .find(|it| it.step == step)
        .unwrap()
        .started_at
        .unwrap()
}

impl Bench {
    /// Connects another account, whose list is so long.
    fn connect(&mut self, things: u64) -> String {
        self.vendor.signs_in(things);
        lister::connect(&mut self.client, None)
    }

    fn bare(&self, things: u64) -> Duration {
        self.vendor.lists(things);
        self.runtime.block_on(lister::bare_client(&self.vendor))
    }

    fn pass(&mut self, connection: &str, things: u64) -> Passed {
        self.vendor.lists(things);
        let before = taken(&self.server, &mut self.client);
        let (took, ended) = lister::pull(&mut self.client, connection);
        assert_eq!(ended.processed, things);
        Passed {
            things,
            took,
            before,
            after: taken(&self.server, &mut self.client),
            ended,
        }
    }

    fn compact(&mut self, things: u64) {
        let before = lister::on_disk(&self.house.data());
        let done = lister::compact(&mut self.client);
        let json = lister::bytes_of(things) as f64;
        let after = done.after.unwrap() as f64;
        println!(
            "{:.0} MB of JSON: {:.2} bytes on disk for each, {:.2} after a compaction, in which commits waited {} ms",
            json / 1e6,
            before as f64 / json,
            after / json,
            done.held_up_ms.unwrap()
        );
    }

    /// The quickest of some disconnects, each after a pass, so that there is something to mark.
    fn marked(&mut self, connection: &str, things: u64) -> Marked {
        let rounds = (0..ROUNDS).map(|_| {
            let before = self.client.status().rows_read;
            let (took, run) = lister::disconnect(&mut self.client, connection);
            let rows_read = self.client.status().rows_read - before;
            assert_eq!(run.counts.references_marked, things);
            self.vendor.signs_in(things);
            lister::connect(&mut self.client, Some(connection));
            self.pass(connection, things);
            let ended = run.ended_at.unwrap();
            let marking = ended.duration_since(began(&run, Step::MarkReferences));
            Marked {
                took,
                marking: Duration::try_from(marking).unwrap(),
                rows_read,
            }
        });
        let least = |one: Marked, other: Marked| Marked {
            took: one.took.min(other.took),
            marking: one.marking.min(other.marking),
            rows_read: one.rows_read.min(other.rows_read),
        };
        rounds.reduce(least).unwrap()
    }
}
