//! Begins to compact the store, or says what is under way.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::wire::Problem;
use crate::wire::limits::Limits;
use crate::wire::need::{Gate, Right, Subject};
use crate::wire::view;

/// Begins to compact the store, or says what is under way.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Compact;

impl Rpc for Compact {
    const KIND: &'static str = "compact";
    type Reply = view::Compaction;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        gate.need("store.compact", Right::Settings(Subject::Named("store")))
    }

    fn limits(&self, _: &mut Limits) {}
}
