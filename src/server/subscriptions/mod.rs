//! The organisation's subscriptions: what happens here is told outside, to whoever asked to be told. No disconnect touches them.

mod acts;
mod answers;
mod keep;
mod senders;

pub use keep::keep;
pub use senders::{Senders, Sending};
