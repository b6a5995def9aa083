//! One of the catalog in full.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::wire::Problem;
use crate::wire::limits::{Limits, NAME};
use crate::wire::need::{Gate, Right};
use crate::wire::view;

/// One of the catalog in full.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Provider {
    /// The catalog's id.
    pub id: String,
}

impl Rpc for Provider {
    const KIND: &'static str = "provider";
    type Reply = view::ProviderDetail;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        gate.need("look", Right::Look)
    }

    fn limits(&self, limits: &mut Limits) {
        limits.text("the name", &self.id, NAME);
    }
}
