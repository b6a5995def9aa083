//! Has somebody told no more.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::domain::id::SubscriptionId;
use crate::wire::limits::Limits;

/// Has somebody told no more.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SubscriptionRemove {
    pub id: SubscriptionId,
}

impl Rpc for SubscriptionRemove {
    const KIND: &'static str = "subscription_remove";
    type Reply = ();

    fn limits(&self, _: &mut Limits) {}
}
