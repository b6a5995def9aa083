//! The console without a terminal and without a server: keys in, effects and pictures out.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

mod actions;
mod adopt;
mod arranged;
mod bytes;
mod configs;
mod connect;
mod desk;
mod disconnect;
mod doing;
mod events;
mod exports;
mod filters;
#[path = "../support/glass.rs"]
mod glass;
mod help;
mod holds;
mod items;
mod jobs;
mod keys;
mod links;
mod lists;
mod poor;
mod pty;
mod screens;
mod swaps;
mod talk;
mod told;
mod travel;
mod upkeep;
mod walks;
mod walkthrough;
mod workspace;
mod world;
