//! Enables the jobs that ran before the disconnect.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::wire::Problem;
use crate::wire::limits::{Limits, NAME};
use crate::wire::need::{Gate, Right};
use crate::wire::view;

/// Enables the jobs that ran before the disconnect.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EnableBefore {
    /// Id, prefix, provider or provider/name.
    pub connection: String,
}

impl Rpc for EnableBefore {
    const KIND: &'static str = "enable_before";
    type Reply = Vec<view::Job>;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        gate.need("job.enable", Right::Manage(&mut self.connection))
    }

    fn limits(&self, limits: &mut Limits) {
        limits.text("the name", &self.connection, NAME);
    }
}
