//! Declares that something depends on a provider.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::wire::Problem;
use crate::wire::limits::{Limits, NAME};
use crate::wire::need::{Gate, Right, Subject};
use crate::wire::view;

/// Declares that something depends on a provider.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DependentAdd {
    /// The catalog's id.
    pub provider: String,
    /// What people call it.
    pub feature: String,
    /// What happens to it without the provider.
    pub effect: String,
}

impl Rpc for DependentAdd {
    const KIND: &'static str = "dependent_add";
    type Reply = view::DependentRow;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        gate.need(
            "dependent.add",
            Right::Workspace(Subject::Provider(&self.provider)),
        )
    }

    fn limits(&self, limits: &mut Limits) {
        limits.text("the name of the provider", &self.provider, NAME);
        limits.text("the name", &self.feature, NAME);
        limits.text("the effect", &self.effect, NAME);
    }
}
