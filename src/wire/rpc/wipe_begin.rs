//! Begins a wipe.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::domain::wipe;
use crate::domain::wipe::Wipe;
use crate::wire::Problem;
use crate::wire::limits::{Limits, NAME};
use crate::wire::need::{Gate, Right, Subject};

/// Begins a wipe.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WipeBegin {
    /// Of which provider; none for all.
    pub provider: Option<String>,
    /// The name of the workspace, as a confirmation.
    pub confirm: String,
}

impl Rpc for WipeBegin {
    const KIND: &'static str = "wipe_begin";
    type Reply = wipe::Wipe;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        let of = self.provider.as_deref();
        let subject = of.map_or(Subject::Named(Wipe::target(None)), Subject::Provider);
        gate.need("data.wipe", Right::Irreversible(subject))
    }

    fn limits(&self, limits: &mut Limits) {
        limits.maybe("the name", self.provider.as_deref(), NAME);
        limits.text("the name of the workspace", &self.confirm, NAME);
    }
}
