//! What is claimed of lists, against vendors that drop, cut, refuse, circle and change rows between pages.
//! The server runs in this process, with its own folder; nothing sleeps, notices say when to look.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod changes;
mod deletions;
mod ends;
mod engine;
mod house;
#[path = "../support/liar.rs"]
mod liar;
mod links;
mod mappings;
mod one;
#[path = "../support/pace.rs"]
mod pace;
mod parents;
mod positions;
#[path = "../support/receiver.rs"]
#[expect(dead_code, reason = "other tests use the rest of it")]
mod receiver;
mod routing;
mod trouble;
mod turns;
#[path = "../support/until.rs"]
mod until;
mod vendor;
mod watched;
mod wishes;
