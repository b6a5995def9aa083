//! The latest checkpoint of the record, and the key that signs.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::wire::Problem;
use crate::wire::limits::Limits;
use crate::wire::need::{Gate, Right};
use crate::wire::view;

/// The latest checkpoint of the record, and the key that signs.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Checkpoint;

impl Rpc for Checkpoint {
    const KIND: &'static str = "checkpoint";
    type Reply = view::Checkpoint;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        gate.need("look", Right::Look)
    }

    fn limits(&self, _: &mut Limits) {}
}
