//! What is true. No IO, no async, no clock, no randomness.

pub mod audit;
pub mod id;
pub mod provider;
pub mod sealed;
