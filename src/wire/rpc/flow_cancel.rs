//! Ends an authorization, one's own or that of a connection one may manage.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::domain::id::FlowId;
use crate::wire::Problem;
use crate::wire::limits::Limits;
use crate::wire::need::{Gate, Right};

/// Ends an authorization, one's own or that of a connection one may manage.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FlowCancel {
    pub id: FlowId,
}

impl Rpc for FlowCancel {
    const KIND: &'static str = "flow_cancel";
    type Reply = ();

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        gate.need("flow.cancel", Right::Flow(&self.id))
    }

    fn limits(&self, _: &mut Limits) {}
}
