//! What a wipe would remove.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::wire::limits::{Limits, NAME};
use crate::wire::view;

/// What a wipe would remove.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WipePlan {
    /// Of which provider; none for all.
    pub provider: Option<String>,
}

impl Rpc for WipePlan {
    const KIND: &'static str = "wipe_plan";
    type Reply = view::WipePlan;

    fn limits(&self, limits: &mut Limits) {
        limits.maybe("the name", self.provider.as_deref(), NAME);
    }
}
