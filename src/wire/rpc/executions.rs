//! Executions of sync jobs, newest first.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::wire::Problem;
use crate::wire::limits::{Limits, NAME};
use crate::wire::need::{Gate, Right};
use crate::wire::request::Window;
use crate::wire::view::{self, Page};

/// Executions of sync jobs, newest first.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Executions {
    /// Of which job: its id, or the beginning of it; none for all.
    pub job: Option<String>,
    /// Which part of the list.
    pub window: Window,
}

impl Rpc for Executions {
    const KIND: &'static str = "executions";
    type Reply = Page<view::Execution>;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        gate.need("look", Right::Look)
    }

    fn limits(&self, limits: &mut Limits) {
        limits.maybe("the name", self.job.as_deref(), NAME);
        limits.window(&self.window);
    }
}
