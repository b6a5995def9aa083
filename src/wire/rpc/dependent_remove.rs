//! What was declared to depend on a provider does so no more.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::domain::id::DependentId;
use crate::wire::Problem;
use crate::wire::limits::Limits;
use crate::wire::need::{Gate, Right, Subject};

/// What was declared to depend on a provider does so no more.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DependentRemove {
    pub id: DependentId,
}

impl Rpc for DependentRemove {
    const KIND: &'static str = "dependent_remove";
    type Reply = ();

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        gate.need(
            "dependent.remove",
            Right::Workspace(Subject::Dependent(&self.id)),
        )
    }

    fn limits(&self, _: &mut Limits) {}
}
