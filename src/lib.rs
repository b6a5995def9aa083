//! Tagout: lockout/tagout for integrations.

pub mod audit;
pub mod domain;
pub mod store;
pub mod vault;
