//! The real binary against a server that gives the answers of each test.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on stops"
)]

mod adopt;
mod alone;
mod asks;
mod authorize;
mod explain;
mod facts;
mod lists;
mod mappings;
mod purge;
mod routing;
mod server;
mod stream;
mod takedown;
mod terminal;
