//! Disconnects, newest first.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::wire::Problem;
use crate::wire::limits::Limits;
use crate::wire::need::{Gate, Right};
use crate::wire::request::Window;
use crate::wire::view::{self, Page};

/// Disconnects, newest first.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Runs(pub Window);

impl Rpc for Runs {
    const KIND: &'static str = "runs";
    type Reply = Page<view::RunRow>;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        gate.need("look", Right::Look)
    }

    fn limits(&self, limits: &mut Limits) {
        limits.window(&self.0);
    }
}
