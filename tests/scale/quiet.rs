//! Nobody presses a key, nothing is due: then nothing happens.
//!
//! The window is not a time that is slept away. The database's own threads wake every second whatever happens, and the
//! kernel counts it: when each of them has been woken [`TURNS`] times, everything else that wakes now and then had its
//! chance too.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::crowd;
use crate::glass::{Counted, Glass, count};
use crate::house::House;
use tagout::wire::rpc;

/// How many turns of the database's threads are watched.
const TURNS: u64 = 5;
/// How many are waited for first: how large the database is is looked at once, two seconds after a commit.
const AFTER_A_COMMIT: u64 = 4;
/// What sled calls its threads.
const CLOCKWORK: &str = "sled-io-";

/// How often the slowest of the database's threads was woken between two looks.
fn turns(before: &Counted, after: &Counted) -> u64 {
    let clockwork = before
        .wakes
        .iter()
        .filter(|(name, _)| name.starts_with(CLOCKWORK));
    let woken = clockwork.map(|(name, n)| after.wakes.get(name).copied().unwrap_or(*n) - n);
    woken.min().unwrap()
}

/// Everything but the database's threads.
fn others(counted: &Counted) -> BTreeMap<&str, u64> {
    let wakes = counted.wakes.iter().map(|(name, n)| (name.as_str(), *n));
    wakes
        .filter(|(name, _)| !name.starts_with(CLOCKWORK))
        .collect()
}

#[test]
fn an_idle_house_neither_writes_nor_wakes() {
    let house = House::new(env!("CARGO_BIN_EXE_tagout"));
    crowd::fill(&house.data(), 10);
    let server = house.serve();
    let mut asking = server.client();
    let mut glass = Glass::open(&house);
    glass.shows(&crowd::name(0));
    // What was looked at is kept once it has stood still for a while; only then there is nothing left to do.
    glass.press("jj").settle();
    let is_kept = |view: Option<String>| view.is_some_and(|v| v.contains(crowd::id(2).as_str()));
    while !is_kept(asking.ask(rpc::ViewLoad)) {
        assert_eq!(glass.within(Duration::from_millis(100)), None);
    }
    // It can be read before the disk has it, and the disk is asked three times.
    glass.settle();
    let syncs = asking.status().syncs;
    // Who has just answered still goes to sleep.
    glass.settle();
    let committed = count(server.pid());
    while turns(&committed, &count(server.pid())) < AFTER_A_COMMIT {
        let came = glass.within(Duration::from_millis(200));
        assert_eq!(came, None, "the console wrote while idle");
    }
    let before = (count(glass.pid()), count(server.pid()));
    let mut after = before.clone();
    while turns(&before.1, &after.1) < TURNS {
        let came = glass.within(Duration::from_millis(200));
        assert_eq!(came, None, "the console wrote while idle");
        after = (count(glass.pid()), count(server.pid()));
    }
    assert_eq!(before.0.written, after.0.written, "the console wrote");
    assert_eq!(before.0.wakes, after.0.wakes, "the console woke up");
    assert_eq!(before.1.written, after.1.written, "the server wrote");
    assert_eq!(before.1.writes, after.1.writes, "the server wrote");
    // A thread of the runtime that had nothing to do for ten seconds ends.
    let mut known = others(&before.1);
    known.retain(|name, _| after.1.wakes.contains_key(*name));
    assert_eq!(known, others(&after.1), "the server woke up");
    assert_eq!(asking.status().syncs, syncs, "the server synced");
}

#[test]
fn moving_the_selection_of_a_real_console_is_cheap() {
    let house = House::new(env!("CARGO_BIN_EXE_tagout"));
    crowd::fill(&house.data(), 1000);
    let _server = house.serve();
    let mut glass = Glass::open(&house);
    glass.shows(&crowd::name(0));
    glass.settle();
    for _ in 0..5 {
        let moved = glass.press("j").settle();
        assert!(
            (1..=300).contains(&moved),
            "{moved} bytes:\n{}",
            glass.text()
        );
    }
}
