//! Removes an added provider file.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::wire::Problem;
use crate::wire::limits::{Limits, NAME};
use crate::wire::need::{Gate, Right, Subject};

/// Removes an added provider file.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ProviderRemove {
    /// The catalog's id.
    pub id: String,
}

impl Rpc for ProviderRemove {
    const KIND: &'static str = "provider_remove";
    type Reply = ();

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        gate.need(
            "provider.remove",
            Right::Settings(Subject::Provider(&self.id)),
        )
    }

    fn limits(&self, limits: &mut Limits) {
        limits.text("the name", &self.id, NAME);
    }
}
