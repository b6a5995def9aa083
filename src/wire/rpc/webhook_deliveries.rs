//! What came in at an endpoint.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::domain::id::WebhookId;
use crate::wire::Problem;
use crate::wire::limits::Limits;
use crate::wire::need::{Gate, Right};
use crate::wire::view;

/// The latest deliveries of an endpoint, newest first.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WebhookDeliveries {
    /// Which endpoint.
    pub id: WebhookId,
}

impl Rpc for WebhookDeliveries {
    const KIND: &'static str = "webhook_deliveries";
    type Reply = Vec<view::Delivery>;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        gate.need("look", Right::Look)
    }

    fn limits(&self, _: &mut Limits) {}
}
