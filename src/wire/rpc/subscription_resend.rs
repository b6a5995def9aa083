//! A dead letter is sent again.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::domain::id::MessageId;
use crate::wire::limits::Limits;
use crate::wire::view;

/// Sends a dead letter again, with the id that it had, after what waits already.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SubscriptionResend {
    pub id: MessageId,
}

impl Rpc for SubscriptionResend {
    const KIND: &'static str = "subscription_resend";
    type Reply = view::Message;

    fn limits(&self, _: &mut Limits) {}
}
