//! What a subscription was told.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::domain::id::SubscriptionId;
use crate::wire::limits::Limits;
use crate::wire::view;

/// What a subscription was told last, is to be told, and did not take: newest first.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SubscriptionDeliveries {
    pub id: SubscriptionId,
}

impl Rpc for SubscriptionDeliveries {
    const KIND: &'static str = "subscription_deliveries";
    type Reply = Vec<view::Message>;

    fn limits(&self, _: &mut Limits) {}
}
