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
#[path = "sandbox/control.rs"]
mod control;
#[path = "sandbox/device.rs"]
mod device;
#[path = "sandbox/faults.rs"]
mod faults;
#[path = "sandbox/github.rs"]
mod github;
#[path = "sandbox/hubspot.rs"]
mod hubspot;
#[path = "sandbox/ledger.rs"]
mod ledger;
#[path = "sandbox/postmark.rs"]
mod postmark;
#[path = "sandbox/slack.rs"]
mod slack;
