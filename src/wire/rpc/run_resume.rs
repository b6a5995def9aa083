//! Goes on with a run that waits for a person.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::domain::id::RunId;
use crate::wire::Problem;
use crate::wire::limits::Limits;
use crate::wire::need::{Gate, Right};

/// Goes on with a run that waits for a person.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RunResume {
    pub id: RunId,
}

impl Rpc for RunResume {
    const KIND: &'static str = "run_resume";
    type Reply = ();

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        gate.need("run.resume", Right::Resume(&self.id))
    }

    fn limits(&self, _: &mut Limits) {}
}
