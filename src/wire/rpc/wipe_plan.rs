//! What a wipe would remove.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::domain::wipe::Wipe;
use crate::wire::Problem;
use crate::wire::limits::{Limits, NAME};
use crate::wire::need::{Gate, Right, Subject};
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

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        let of = self.provider.as_deref();
        let subject = of.map_or(Subject::Named(Wipe::target(None)), Subject::Provider);
        gate.need("data.wipe_plan", Right::Irreversible(subject))
    }

    fn limits(&self, limits: &mut Limits) {
        limits.maybe("the name", self.provider.as_deref(), NAME);
    }
}
