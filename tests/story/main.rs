//! The whole program, as people and crashes meet it: real processes, real HTTP to the sandbox, real signals. What the
//! server claims is held against the sandbox's own record of its tokens and calls.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod backing_up;
mod channels;
mod consoles;
mod crashes;
mod damage;
mod destroyed;
mod evidence;
mod folders;
mod following;
#[path = "../support/glass.rs"]
mod glass;
mod holds;
mod house;
#[path = "../support/memory.rs"]
mod in_memory;
#[path = "../support/pace_in_file.rs"]
mod pace_in_file;
#[path = "../support/receiver.rs"]
#[expect(dead_code, reason = "other tests use the rest of it")]
mod receiver;
#[path = "../support/sealed_values.rs"]
mod sealed_values;
mod serving;

mod in_line;
mod kills;
mod liars;
mod line;
mod logs;
mod mappings;
mod memory;
mod open_flows;
mod put_back;
mod refreshing;
mod restoring;
mod restoring_secrets;
mod routing;
mod swaps;
mod syncing;
mod together;
mod told;
mod whole;
mod wiping;
