//! The sandbox, called over real HTTP on loopback as a client of its vendors calls it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

#[path = "sandbox/client.rs"]
mod client;
#[path = "sandbox/ledger.rs"]
mod ledger;
