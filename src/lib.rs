//! Tagout: lockout/tagout for integrations.

pub mod console;
pub mod domain;
pub mod wire;
