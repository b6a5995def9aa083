//! The compaction that is under way, or the last one since the server started.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::wire::Problem;
use crate::wire::limits::Limits;
use crate::wire::need::{Gate, Right};
use crate::wire::view;

/// The compaction that is under way, or the last one since the server started.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Compaction;

impl Rpc for Compaction {
    const KIND: &'static str = "compaction";
    type Reply = Option<view::Compaction>;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        gate.need("look", Right::Look)
    }

    fn limits(&self, _: &mut Limits) {}
}
