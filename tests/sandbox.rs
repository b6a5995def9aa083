//! The sandbox, called over real HTTP on loopback as a client of its vendors calls it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

#[path = "sandbox/client.rs"]
mod client;
#[path = "sandbox/control.rs"]
mod control;
#[path = "sandbox/device.rs"]
mod device;
#[path = "sandbox/faults.rs"]
mod faults;
#[path = "sandbox/github.rs"]
mod github;
#[path = "sandbox/github_app.rs"]
mod github_app;
#[path = "sandbox/google.rs"]
mod google;
#[path = "sandbox/hubspot.rs"]
mod hubspot;
#[path = "sandbox/ledger.rs"]
mod ledger;
#[path = "sandbox/linear.rs"]
mod linear;
#[path = "sandbox/microsoft.rs"]
mod microsoft;
#[path = "sandbox/pipedrive.rs"]
mod pipedrive;
#[path = "sandbox/postmark.rs"]
mod postmark;
#[path = "sandbox/salesforce.rs"]
mod salesforce;
#[path = "sandbox/shopify.rs"]
mod shopify;
#[path = "sandbox/slack.rs"]
mod slack;
#[path = "sandbox/stripe.rs"]
mod stripe;
#[path = "sandbox/trouble.rs"]
mod trouble;
