//! Begins to compact the store, or says what is under way.

use serde::{Deserialize, Serialize};

use super::Ask;
use crate::wire::limits::Limits;
use crate::wire::view;

/// Begins to compact the store, or says what is under way.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Compact;

impl Ask for Compact {
    const KIND: &'static str = "compact";
    type Reply = view::Compaction;

    fn limits(&self, _: &mut Limits) {}
}
