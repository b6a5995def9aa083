//! Sending messages to subscribers: signed as Standard Webhooks has it, to no address inside, no redirects followed, replies
//! bounded. The only room that speaks to them.

mod client;
mod resolve;
pub mod signature;

pub use client::{Envelope, Outbound, ReceiverReply, SendError, UrlRefused};
