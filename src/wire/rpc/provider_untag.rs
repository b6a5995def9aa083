//! Takes a provider's tag off.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::wire::Problem;
use crate::wire::limits::{Limits, NAME, NOTE};
use crate::wire::need::{Gate, Right, Subject};
use crate::wire::view;

/// Takes a provider's tag off.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ProviderUntag {
    /// The catalog's id.
    pub id: String,
    pub note: String,
}

impl Rpc for ProviderUntag {
    const KIND: &'static str = "provider_untag";
    type Reply = view::ProviderDetail;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        gate.need(
            "provider.untag",
            Right::Workspace(Subject::Provider(&self.id)),
        )
    }

    fn limits(&self, limits: &mut Limits) {
        limits.text("the name", &self.id, NAME);
        limits.text("the note", &self.note, NOTE);
    }
}
