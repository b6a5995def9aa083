//! The server as a whole.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::wire::Problem;
use crate::wire::limits::Limits;
use crate::wire::need::{Gate, Right};
use crate::wire::view;

/// The server as a whole.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Status;

impl Rpc for Status {
    const KIND: &'static str = "status";
    type Reply = view::Status;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        gate.need("look", Right::Look)
    }

    fn limits(&self, _: &mut Limits) {}
}
