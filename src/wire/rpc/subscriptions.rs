//! Who is told of events.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::wire::limits::Limits;
use crate::wire::view;

/// Who is told of events.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Subscriptions;

impl Rpc for Subscriptions {
    const KIND: &'static str = "subscriptions";
    type Reply = Vec<view::Subscription>;

    fn limits(&self, _: &mut Limits) {}
}
