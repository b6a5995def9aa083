//! The records of a run, from an index on.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::domain::disconnect::log::Record;
use crate::domain::id::RunId;
use crate::wire::Problem;
use crate::wire::limits::Limits;
use crate::wire::need::{Gate, Right};

/// The records of a run, from an index on.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RunRecords {
    pub id: RunId,
    /// The index of the first record wanted.
    pub from: usize,
}

impl Rpc for RunRecords {
    const KIND: &'static str = "run_records";
    type Reply = Vec<Record>;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        gate.need("look", Right::Look)
    }

    fn limits(&self, _: &mut Limits) {}
}
