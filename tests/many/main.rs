//! Several connections taken out of service as one thing, over a real server and real HTTP on loopback.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first failure"
)]

mod fleet;
mod gate;
mod kills;
mod later;
#[path = "../support/pace.rs"]
mod pace;
#[path = "../support/pace_in_file.rs"]
mod pace_in_file;
mod swaps;
mod vendor;
mod verbs;
mod walks;
