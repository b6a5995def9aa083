//! What it costs: how much is read for what is shown, and that nothing happens while nothing happens. Everything is
//! counted; no test here is about time.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on stops"
)]

mod crowd;
mod glass;
mod house;
mod lists;
mod printed;
mod quiet;
