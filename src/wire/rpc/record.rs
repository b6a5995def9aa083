//! One record.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::wire::Problem;
use crate::wire::limits::{Limits, NAME};
use crate::wire::need::{Gate, Right};
use crate::wire::view;

/// One record.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Record {
    /// Our name for it.
    pub id: String,
}

impl Rpc for Record {
    const KIND: &'static str = "record";
    type Reply = view::Record;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        gate.need("look", Right::Look)
    }

    fn limits(&self, limits: &mut Limits) {
        limits.text("the record", &self.id, NAME);
    }
}
