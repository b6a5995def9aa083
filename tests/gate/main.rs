//! Who may do what, on a real server with its own folder: the gate, permissions, token reads, bounds.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on stops"
)]

mod bounds;
mod examples;
mod fields;
mod filters;
mod frames;
mod golden;
mod house;
#[path = "../support/memory.rs"]
mod in_memory;
mod leaving;
mod memory;
mod outside;
#[path = "../support/pace.rs"]
mod pace;
mod permissions;
mod process;
mod reads;
mod refusals;
mod replies;
mod rights;
mod table;
mod tokens;
mod widening;
