//! Adds a provider file.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::wire::Problem;
use crate::wire::limits::{FILE, Limits, NAME};
use crate::wire::need::{Gate, Right, Subject};
use crate::wire::view;

/// Adds a provider file.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ProviderAdd {
    /// The text of the file.
    pub toml: String,
    /// What the file is called, for messages and the record.
    pub file_name: String,
}

impl Rpc for ProviderAdd {
    const KIND: &'static str = "provider_add";
    type Reply = view::ProviderDetail;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        gate.need(
            "provider.add",
            Right::Direct(Subject::Named(&self.file_name)),
        )
    }

    fn limits(&self, limits: &mut Limits) {
        limits.text("the provider file", &self.toml, FILE);
        limits.text("the name of the file", &self.file_name, NAME);
    }
}
