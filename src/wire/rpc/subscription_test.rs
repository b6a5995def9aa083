//! Whether messages arrive.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::domain::id::SubscriptionId;
use crate::wire::limits::Limits;
use crate::wire::view;

/// Sends a subscription a message at once, and says what came of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SubscriptionTest {
    pub id: SubscriptionId,
}

impl Rpc for SubscriptionTest {
    const KIND: &'static str = "subscription_test";
    type Reply = view::Message;

    fn limits(&self, _: &mut Limits) {}
}
