//! One connection that is disconnected and connected again many times, and a list that is pulled ten times with nothing changed:
//! what the folder takes, against what it takes after a compaction. `cargo bench --bench cycles` has 40 cycles, `cargo bench
//! --bench cycles -- 1000` so many.
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
#[expect(dead_code, reason = "the bench of long lists uses the rest of it")]
mod lister;
#[path = "../support/pace_in_file.rs"]
mod pace_in_file;
#[path = "../support/processor.rs"]
mod processor;

use std::time::Instant;

use house::Client;
use lister::Vendor;
use tokio::runtime::Runtime;

const CYCLES: usize = 40;
const PASSES: usize = 10;
/// Things that are there in each cycle.
const THINGS: u64 = 20_000;

fn main() {
    let asked = std::env::args().skip(1).find_map(|it| it.parse().ok());
    let cycles: usize = asked.unwrap_or(CYCLES);
    let _already_there = rustls::crypto::ring::default_provider().install_default();
    let runtime = Runtime::new().unwrap();
    let vendor = runtime.block_on(Vendor::start());
    vendor.lists(THINGS);
    let house = lister::house();
    let server = house.serve();
    let mut client = server.client();
    lister::register(&mut client, &vendor);
    let connection = lister::connect(&mut client, None);
    let mut most = 0;
    let looks = |most: &mut u64| *most = lister::on_disk(&house.data()).max(*most);
    let taken = |client: &mut Client, most: u64, what: &str| {
        let before = lister::on_disk(&house.data());
        let done = lister::compact(client);
        let after = lister::on_disk(&house.data());
        println!(
            "{what:<44} {:>6.1} MB, {:>6.1} after a compaction: {:.2}, at most {:.2} (commits waited {} ms)",
            before as f64 / 1e6,
            after as f64 / 1e6,
            before as f64 / after as f64,
            most.max(before) as f64 / after as f64,
            done.held_up_ms.unwrap(),
        );
    };
    lister::pull(&mut client, &connection);
    taken(&mut client, 0, &format!("{THINGS} things, pulled once"));
    for _ in 0..PASSES {
        let (_, ended) = lister::pull(&mut client, &connection);
        assert_eq!(ended.skipped, THINGS);
        looks(&mut most);
    }
    taken(
        &mut client,
        most,
        &format!("after {PASSES} passes with nothing changed"),
    );
    most = 0;
    let begun = Instant::now();
    for _ in 0..cycles {
        lister::disconnect(&mut client, &connection);
        lister::connect(&mut client, Some(&connection));
        looks(&mut most);
    }
    let each = begun.elapsed() / u32::try_from(cycles).unwrap();
    taken(
        &mut client,
        most,
        &format!("after {cycles} cycles of {each:.1?} each"),
    );
}
