//! Tagout: lockout/tagout for integrations.

pub mod audit;
pub mod domain;
pub mod providers;
pub mod store;
pub mod vault;
pub mod wire;
pub mod sandbox;
