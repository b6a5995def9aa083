//! Tagout: lockout/tagout for integrations.

pub mod domain;
pub mod sandbox;
