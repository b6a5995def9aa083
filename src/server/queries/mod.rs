//! What clients see: rows turned into the JSON of the contract. Nothing here changes anything.

pub mod catalog;
pub mod connections;
pub mod dependents;
pub mod fields;
mod gaps;
mod handlers;
pub mod jobs;
pub mod lists;
pub mod log;
pub mod plans;
mod proofs;
pub mod records;
pub mod routing;
mod routing_test;
pub mod run_tokens;
pub mod runs;
pub mod status;
pub mod swaps;
pub mod window;

#[cfg(test)]
mod sorted_tests;
