//! What a subscription was told.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::domain::id::SubscriptionId;
use crate::wire::Problem;
use crate::wire::limits::Limits;
use crate::wire::need::{Gate, Right};
use crate::wire::view;

/// What a subscription was told last, is to be told, and did not take: newest first.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SubscriptionDeliveries {
    pub id: SubscriptionId,
}

impl Rpc for SubscriptionDeliveries {
    const KIND: &'static str = "subscription_deliveries";
    type Reply = Vec<view::Message>;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        gate.need("look", Right::Look)
    }

    fn limits(&self, _: &mut Limits) {}
}
