//! The latest pages of an execution, the latest first.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::domain::id::ExecutionId;
use crate::domain::job::PulledPage;
use crate::wire::Problem;
use crate::wire::limits::Limits;
use crate::wire::need::{Gate, Right};

/// The latest hundred pages of an execution, the latest first, as far as this server remembers them: of the latest 64 executions
/// since it started.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ExecutionPages {
    pub execution: ExecutionId,
}

impl Rpc for ExecutionPages {
    const KIND: &'static str = "execution_pages";
    type Reply = Vec<PulledPage>;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        gate.need("look", Right::Look)
    }

    fn limits(&self, _: &mut Limits) {}
}
