//! Tagout: lockout/tagout for integrations.
//!
//! The map, from what is true to what is seen; nothing on a line uses anything below it but where it says so.
//!
//! - [`domain`] what is true: no IO, no async, no clock, no randomness; uses nothing of ours.
//! - [`audit`] the log as mathematics, and its offline verifier; [`wire`] what crosses the socket; [`vault`] the only room
//!   that sees a stored token; [`providers`] the only room that speaks to vendors.
//! - [`outbound`] the only room that speaks to subscribers; uses [`domain`] alone.
//! - [`store`] the only room that says `sled`: one method for each durable fact.
//! - [`server`] the only room that changes anything.
//! - [`evidence`] the auditor's bundle, written and checked; uses [`domain`], [`audit`] and [`wire`].
//! - [`client`] the socket's other end; [`verbs`] one file a verb; [`console`] what is seen and asked for.
//! - [`sandbox`] vendors on loopback, which share no code with [`providers`]; [`demo`] a house of throw-away things.
//! - [`config`] and [`cli`] what was asked for, [`gateway`] and [`help`] what the command line allows and says of itself;
//!   [`serve`] and [`notify`] a server as a process; [`dumps`] what it never leaves.

pub mod audit;
pub mod cli;
pub mod client;
pub mod config;
pub mod console;
pub mod demo;
mod disk;
pub mod domain;
pub mod dumps;
pub mod evidence;
pub mod files;
pub mod gateway;
pub mod help;
pub mod notify;
pub mod outbound;
pub mod providers;
pub mod sandbox;
pub mod serve;
pub mod server;
pub mod store;
pub mod vault;
pub mod verbs;
pub mod wire;
