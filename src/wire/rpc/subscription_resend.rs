//! A dead letter is sent again.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::domain::id::MessageId;
use crate::wire::Problem;
use crate::wire::limits::Limits;
use crate::wire::need::{Gate, Right, Subject};
use crate::wire::view;

/// Sends a dead letter again, with the id that it had, after what waits already.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SubscriptionResend {
    pub id: MessageId,
}

impl Rpc for SubscriptionResend {
    const KIND: &'static str = "subscription_resend";
    type Reply = view::Message;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        gate.need(
            "subscription.resend",
            Right::Workspace(Subject::Named(self.id.as_str())),
        )
    }

    fn limits(&self, _: &mut Limits) {}
}
