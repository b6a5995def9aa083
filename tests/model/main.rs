//! A model of the whole, checked: every order in which authorizations, disconnects, refreshes, token reads, syncs, events, wipes,
//! tags, holds and a crash can come, within the bounds of `scenarios`, and what has to hold of all of them (`properties`).
//!
//! Nothing is decided here that the server decides by a rule of the domain. A state (`state`) says how the rows of the store stand;
//! `rows` makes the rows of it; a step (`steps`) asks the rule that the server's transaction asks, and writes what it says:
//! `Connection::after`, `serves`, `is_used`, `takes_events` and `may_be_authorized` behind it, `Flow::after` and
//! `Which::ended_with`, `Credential::after`, `is_used_by` and `may_leave`, `SyncJob::after`, `SyncExecution::after`, `writes` and
//! `is_of`, `Hold::after`, `ends_untried` and `is_before`, and of a run `next`, `next_revoke`, `decide`, `Keeping::of_token`,
//! `ends::revoking` and `ends::destroying`. What stands in no rule, the model has as the server has it, and each step names it: in
//! which transaction something is written, which lock is held, which calls exclude each other (`grants.rs`), what is given back
//! (`account::not_under_way`), that a tag and a wipe forbid what is new, and what a start takes up (`recover`).
//!
//! `races` takes one guard away at a time, most of them of faults that the server had, and asserts that the search finds it.
//!
//! The search is one file (`search`): breadth first, so that the way to a violation is the shortest, and with the steps
//! walked backwards for what must be able to end. `stateright` 0.31 does the same with more; it brings nine crates that
//! nothing else here needs, an HTTP server among them, and its steps and properties would be no shorter than these.
//!
//! What the model does not contain:
//!
//! - Time, but in `trial`. A proof's time is over at any moment between two tries; what ends in so many seconds ends. So it takes for
//!   granted that a refresh in flight is over before a disconnect stops waiting for its lock (a test of `server/tokens` holds that).
//! - The trial, but in `trial`, where one token is tried with time, alone: what is claimed there is so. Here a disconnect finds out
//!   what is so, at once or with time.
//! - Entries. The store's methods take the entry of what they write; nothing here looks whether each appends it.
//! - Statuses by what a vendor says (`Marked`, `Noticed`), lost answers other than by a crash, refusals, device links, several sets
//!   of tokens, refresh tokens as rows of their own, uninstalls, wider calls, walkthroughs but for their tag, backups, a full disk,
//!   and steps that fail and wait for a person.
//! - One authorization that waits for the lock of its connection lets calls pass meanwhile (`turn` in `finish.rs`): what it was
//!   issued may be dead when it is kept. It is asked about right after, and the badge says so; no property forbids it.
//! - Of the commits, that they are what the store says they are: a crash comes between two transactions, or between a call and the
//!   record of its answer. `src/store/power_cut.rs` cuts what is between.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod properties;
mod races;
mod rows;
mod scenarios;
mod search;
mod state;
mod steps;
mod trial;

use scenarios::Part;
use search::search;

macro_rules! parts {
    ($($name:ident: $part:ident;)*) => {$(
        #[test]
        fn $name() {
            every_property_holds(stringify!($name), Part::$part);
        }
    )*};
}

parts! {
    flows: FLOWS;
    flows_alone: ALONE;
    keys: KEYS;
    tokens: TOKENS;
    syncs: SYNCS;
    events: EVENTS;
    wipes: WIPES;
    tags: TAGS;
    retries: RETRIES;
    issued_again: AGAIN;
    one_token: SAME;
    one_token_each: APART;
    proofs: PROOFS;
    both: BOTH;
}

fn every_property_holds(name: &str, part: Part) {
    let found = search(&part.start(), None);
    println!("{name}: {} states", found.states);
    if let Some(violation) = found.violation {
        panic!("{name}: {:?}\n{}", violation.property, violation.way);
    }
}
