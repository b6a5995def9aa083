//! Where a wipe stands.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::domain::id::WipeId;
use crate::domain::wipe;
use crate::wire::Problem;
use crate::wire::limits::Limits;
use crate::wire::need::{Gate, Right};

/// Where a wipe stands.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Wipe {
    pub id: WipeId,
}

impl Rpc for Wipe {
    const KIND: &'static str = "wipe";
    type Reply = wipe::Wipe;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        gate.need("look", Right::Look)
    }

    fn limits(&self, _: &mut Limits) {}
}
