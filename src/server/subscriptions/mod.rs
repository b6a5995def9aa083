//! The organisation's subscriptions: what happens here is told outside, to whoever asked to be told. No disconnect touches them.

mod deliver;
mod handlers;
mod senders;
mod subscription_commands;

pub use deliver::keep;
pub use senders::{Senders, Sending};
