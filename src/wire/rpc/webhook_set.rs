//! Lets an inbound endpoint take events, or not.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::domain::id::WebhookId;
use crate::wire::Problem;
use crate::wire::limits::Limits;
use crate::wire::need::{Belonging, Gate, Right};
use crate::wire::view;

/// Lets an inbound endpoint take events, or not.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WebhookSet {
    pub id: WebhookId,
    /// Whether it takes events.
    pub enabled: bool,
}

impl Rpc for WebhookSet {
    const KIND: &'static str = "webhook_set";
    type Reply = view::Webhook;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        gate.need(
            "webhook.set",
            Right::OfConnection(Belonging::Endpoint(&self.id)),
        )
    }

    fn limits(&self, _: &mut Limits) {}
}
