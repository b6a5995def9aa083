//! What is true. No IO, no async, no clock, no randomness.

pub mod audit;
pub mod binding;
pub mod connection;
pub mod credential;
pub mod delivery;
pub mod disconnect;
pub mod flow;
pub mod hold;
pub mod id;
pub mod job;
pub mod leaving;
pub mod network;
pub mod origin;
pub mod provider;
pub mod refusals;
pub mod sealed;
pub mod seen;
pub mod sync;
pub mod tag;
pub mod text;
pub mod trial;
pub mod user;
pub mod walkthrough;
pub mod webhook;
pub mod wipe;
