//! Tagout: lockout/tagout for integrations.

pub mod audit;
pub mod domain;
pub mod providers;
pub mod sandbox;
pub mod server;
pub mod store;
pub mod vault;
pub mod wire;
