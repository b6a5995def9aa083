//! Lets an inbound endpoint take events, or not.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::domain::id::WebhookId;
use crate::wire::limits::Limits;
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

    fn limits(&self, _: &mut Limits) {}
}
