//! Has somebody told no more.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::domain::id::SubscriptionId;
use crate::wire::Problem;
use crate::wire::limits::Limits;
use crate::wire::need::{Gate, Right, Subject};

/// Has somebody told no more.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SubscriptionRemove {
    pub id: SubscriptionId,
}

impl Rpc for SubscriptionRemove {
    const KIND: &'static str = "subscription_remove";
    type Reply = ();

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        gate.need(
            "subscription.remove",
            Right::Workspace(Subject::Named(self.id.as_str())),
        )
    }

    fn limits(&self, _: &mut Limits) {}
}
