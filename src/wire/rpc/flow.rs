//! Where an authorization stands.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::domain::id::FlowId;
use crate::wire::Problem;
use crate::wire::limits::Limits;
use crate::wire::need::{Gate, Right};
use crate::wire::view;

/// Where an authorization stands.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Flow {
    pub id: FlowId,
}

impl Rpc for Flow {
    const KIND: &'static str = "flow";
    type Reply = view::Flow;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        gate.need("look", Right::Look)
    }

    fn limits(&self, _: &mut Limits) {}
}
