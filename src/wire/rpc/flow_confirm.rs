//! The account that a flow shows is the one that is meant.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::domain::id::FlowId;
use crate::wire::Problem;
use crate::wire::limits::Limits;
use crate::wire::need::{Gate, Right};
use crate::wire::view;

/// The account that a flow shows is the one that is meant: it is kept. [`super::FlowCancel`] says the opposite.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FlowConfirm {
    pub id: FlowId,
}

impl Rpc for FlowConfirm {
    const KIND: &'static str = "flow_confirm";
    type Reply = view::Flow;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        gate.need("flow.confirm", Right::OwnFlow(&self.id))
    }

    fn limits(&self, _: &mut Limits) {}
}
