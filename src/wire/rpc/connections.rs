//! Connections, what needs a person first.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::wire::Problem;
use crate::wire::limits::Limits;
use crate::wire::need::{Gate, Right};
use crate::wire::request::Window;
use crate::wire::view::{self, Page};

/// Connections, what needs a person first.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Connections(pub Window);

impl Rpc for Connections {
    const KIND: &'static str = "connections";
    type Reply = Page<view::Connection>;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        gate.need("look", Right::Look)
    }

    fn limits(&self, limits: &mut Limits) {
        limits.window(&self.0);
    }
}
