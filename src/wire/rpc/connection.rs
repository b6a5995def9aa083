//! One connection in full.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::wire::Problem;
use crate::wire::limits::{Limits, NAME};
use crate::wire::need::{Gate, Right};
use crate::wire::view;

/// One connection in full.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Connection {
    /// Id, prefix, provider or provider/name.
    pub name: String,
}

impl Rpc for Connection {
    const KIND: &'static str = "connection";
    type Reply = view::Connection;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        gate.need("look", Right::Look)
    }

    fn limits(&self, limits: &mut Limits) {
        limits.text("the name", &self.name, NAME);
    }
}
