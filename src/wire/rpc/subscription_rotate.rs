//! Another signing secret.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::domain::id::SubscriptionId;
use crate::wire::Problem;
use crate::wire::limits::Limits;
use crate::wire::need::{Gate, Right, Subject};
use crate::wire::view;

/// Gives a subscription another signing secret, which is shown in the reply and never again. The old one signs beside it for a day.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SubscriptionRotate {
    pub id: SubscriptionId,
}

impl Rpc for SubscriptionRotate {
    const KIND: &'static str = "subscription_rotate";
    type Reply = view::SubscriptionSecret;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        gate.need(
            "subscription.rotate",
            Right::Workspace(Subject::Named(self.id.as_str())),
        )
    }

    fn limits(&self, _: &mut Limits) {}
}
