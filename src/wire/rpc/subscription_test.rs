//! Whether messages arrive.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::domain::id::SubscriptionId;
use crate::wire::Problem;
use crate::wire::limits::Limits;
use crate::wire::need::{Gate, Right, Subject};
use crate::wire::view;

/// Sends a subscription a message at once, and says what came of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SubscriptionTest {
    pub id: SubscriptionId,
}

impl Rpc for SubscriptionTest {
    const KIND: &'static str = "subscription_test";
    type Reply = view::Message;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        gate.need(
            "subscription.test",
            Right::Workspace(Subject::Named(self.id.as_str())),
        )
    }

    fn limits(&self, _: &mut Limits) {}
}
