//! Has somebody told of events.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::wire::Problem;
use crate::wire::limits::{Limits, NAME, VALUE};
use crate::wire::need::{Gate, Right, Subject};
use crate::wire::view;

/// Has somebody told of events. The secret that messages are signed with is in the reply and never shown again.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SubscriptionAdd {
    /// Where they are sent.
    pub url: String,
    /// Which; none for all.
    pub events: Vec<String>,
}

impl Rpc for SubscriptionAdd {
    const KIND: &'static str = "subscription_add";
    type Reply = view::SubscriptionSecret;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        gate.need(
            "subscription.add",
            Right::Workspace(Subject::Named(&self.url)),
        )
    }

    fn limits(&self, limits: &mut Limits) {
        limits.text("the URL", &self.url, VALUE);
        limits.each("the name of an event", &self.events, NAME);
        limits.few("events", self.events.len());
    }
}
