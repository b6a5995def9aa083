//! Tagout: lockout/tagout for integrations.

pub mod client;
pub mod config;
pub mod domain;
pub mod wire;
