//! The only room that changes anything. One process owns the store and does all work; consoles and verbs are
//! clients on its socket.

pub(crate) mod alarm;
pub(crate) mod answer;
mod backup;
pub mod bodies;
pub mod bounds;
pub mod brief;
pub mod change;
pub mod channels;
pub mod connect;
pub mod disconnect;
pub mod dispatch;
mod entry;
mod exposure;
mod follow_ups;
pub mod gate;
pub mod grants;
pub mod health;
pub mod holds;
pub mod http;
pub mod hub;
pub mod idle;
#[cfg(test)]
mod kept_folder;
mod kept_view;
mod left_over;
mod listen;
pub mod locks;
mod log_keys;
pub mod look;
pub mod metrics;
pub mod mint;
mod options;
mod presence;
mod problem;
mod public_keys;
pub mod reads;
pub mod refusals;
pub mod resolve;
pub mod restore;
mod seen;
pub mod socket;
mod start;
mod state;
mod stop;
#[cfg(test)]
mod stops;
pub mod subscriptions;
pub mod sync;
mod take_on;
pub mod tokens;
pub mod trial;
mod upgrade;
mod upkeep;
pub mod vendor;
pub mod walkthrough;
pub mod webhooks;
pub mod who;
mod wipe;
mod workers;

pub use options::{Moving, Options, StartError};
pub use start::run;
pub(crate) use state::AFTER_TROUBLE;
pub use state::{Server, VERSION};
