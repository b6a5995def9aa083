//! Commits what is under way and stops.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::wire::Problem;
use crate::wire::limits::Limits;
use crate::wire::need::{Gate, Right, Subject};
use crate::wire::view;

/// Commits what is under way and stops.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Stop;

impl Rpc for Stop {
    const KIND: &'static str = "stop";
    /// What was kept sealed for its proof alone.
    type Reply = Vec<view::Hold>;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        gate.need("server.stop", Right::Settings(Subject::Named("server")))
    }

    fn limits(&self, _: &mut Limits) {}
}
