//! Tagout: lockout/tagout for integrations.

pub mod audit;
pub mod cli;
pub mod client;
pub mod config;
pub mod console;
pub mod demo;
pub mod domain;
pub mod dumps;
pub mod notify;
pub mod providers;
pub mod sandbox;
pub mod serve;
pub mod server;
pub mod store;
pub mod vault;
pub mod verbs;
pub mod wire;
