//! The only room that changes anything. One process owns the store and does all work; consoles and verbs are
//! clients on its socket.

pub(crate) mod alarm;
mod backup;
pub mod caller;
pub mod channels;
pub mod clock_and_ids;
pub mod commands;
mod compaction;
pub mod connect;
pub mod disconnect;
pub mod dispatch;
mod exposure;
mod folder_adoption;
#[cfg(test)]
mod folder_fixture;
mod follow_ups;
mod for_you;
pub mod gate;
pub mod grants;
pub(crate) mod handler;
pub mod health;
pub mod holds;
pub mod http;
pub mod http_connections;
pub mod hub;
pub mod idle;
mod interrupted_disconnects;
mod listen;
pub mod locks;
mod log_keys;
pub mod master_key;
pub mod metrics;
mod options;
mod presence;
mod problem;
mod public_keys;
pub mod queries;
pub mod rate_limits;
pub mod refusals;
pub mod request_bodies;
pub mod resolve;
pub mod restore;
#[cfg(test)]
mod resume_tests;
mod rollback_guard;
mod run_entries;
mod saved_view;
mod shutdown;
pub mod socket;
mod start;
mod state;
pub mod subscriptions;
pub mod sync;
pub mod token_reads;
pub mod tokens;
pub mod trial;
mod upgrade;
pub mod vendor;
pub mod walkthrough;
pub mod webhooks;
mod wipe;
mod workers;

pub use options::{Moving, Options, StartError};
pub use start::run;
pub(crate) use state::AFTER_TROUBLE;
pub use state::{Server, VERSION};
