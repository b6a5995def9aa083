//! One disconnect in full.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::wire::Problem;
use crate::wire::limits::{Limits, NAME};
use crate::wire::need::{Gate, Right};
use crate::wire::view;

/// One disconnect in full.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Run {
    /// Its id, or the beginning of it.
    pub id: String,
}

impl Rpc for Run {
    const KIND: &'static str = "run";
    type Reply = view::Run;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        gate.need("look", Right::Look)
    }

    fn limits(&self, limits: &mut Limits) {
        limits.text("the name", &self.id, NAME);
    }
}
