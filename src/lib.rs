//! Tagout: lockout/tagout for integrations.

pub mod cli;
pub mod client;
pub mod config;
pub mod domain;
pub mod verbs;
pub mod wire;
