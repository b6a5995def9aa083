//! The redirected URL, or a bare code, of an authorization.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::domain::id::FlowId;
use crate::wire::Problem;
use crate::wire::limits::{Limits, SECRET};
use crate::wire::need::{Gate, Right};
use crate::wire::request::Secret;
use crate::wire::view;

/// The redirected URL, or a bare code, of an authorization.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FlowPaste {
    pub id: FlowId,
    /// What was pasted.
    pub text: Secret,
}

impl Rpc for FlowPaste {
    const KIND: &'static str = "flow_paste";
    type Reply = view::Flow;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        gate.need("flow.paste", Right::OwnFlow(&self.id))
    }

    fn limits(&self, limits: &mut Limits) {
        limits.text("what was pasted", &self.text.0, SECRET);
    }
}
