//! The providers room against vendors on loopback: real HTTP, real sockets, every way in which an answer can fail.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail by panicking"
)]

#[path = "providers_http/answers.rs"]
mod answers;
#[path = "providers_http/discovery.rs"]
mod discovery;
#[path = "providers_http/lists.rs"]
mod lists;
#[path = "providers_http/oauth.rs"]
mod oauth;
#[path = "providers_http/pools.rs"]
mod pools;
#[path = "providers_http/probes.rs"]
mod probes;
#[path = "providers_http/recipes.rs"]
mod recipes;
#[path = "providers_http/vendor.rs"]
mod vendor;
#[path = "providers_http/word.rs"]
mod word;
