//! Has a subscription told elsewhere, or of other events.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::domain::id::SubscriptionId;
use crate::wire::Problem;
use crate::wire::limits::{Limits, NAME, VALUE};
use crate::wire::need::{Gate, Right, Subject};
use crate::wire::view;

/// Has a subscription told elsewhere, or of other events; what is left out stays as it was. Its secret stays.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SubscriptionEdit {
    pub id: SubscriptionId,
    /// Where events are sent. What waits goes there, too.
    pub url: Option<String>,
    /// Which are sent; an empty list for all.
    pub events: Option<Vec<String>>,
}

impl Rpc for SubscriptionEdit {
    const KIND: &'static str = "subscription_edit";
    type Reply = view::Subscription;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        gate.need(
            "subscription.edit",
            Right::Workspace(Subject::Named(self.id.as_str())),
        )
    }

    fn limits(&self, limits: &mut Limits) {
        let events = self.events.as_deref().unwrap_or_default();
        limits.maybe("the URL", self.url.as_deref(), VALUE);
        limits.each("the name of an event", events, NAME);
        limits.few("events", events.len());
    }
}
