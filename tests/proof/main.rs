//! The truth about revocation, against the sandbox: what is held, proven, lost, shared, authorized elsewhere.
//! The server runs in this process, with its own folder and port; nothing sleeps, notices say when to look.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod adopt;
mod again;
mod app_install;
mod dependents;
mod device;
mod exposure;
mod flows;
mod follow_ups;
mod forecast;
mod gateways;
mod given_back;
mod health;
mod holds;
mod house;
mod keys;
#[path = "../support/liar.rs"]
mod liar;
mod lost;
mod moved;
mod other_account;
mod own;
#[path = "../support/pace.rs"]
mod pace;
mod proving;
mod public_address;
#[path = "../support/receiver.rs"]
mod receiver;
mod reconnected;
mod refused;
mod repeated;
mod replaced;
mod same_token;
mod sets;
mod shared;
mod signed_events;
mod subscriptions;
mod swap;
mod tried;
mod uninstalled;
#[path = "../support/until.rs"]
mod until;
mod vendors;
mod webhooks;
mod word;
