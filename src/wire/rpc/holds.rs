//! Tokens kept sealed to retry their revocation, oldest first.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::wire::Problem;
use crate::wire::limits::{Limits, NAME};
use crate::wire::need::{Gate, Right};
use crate::wire::request::Window;
use crate::wire::view::{self, Page};

/// Tokens kept sealed to retry their revocation, oldest first.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Holds {
    /// Of which connection: id, prefix, provider or provider/name; none for all.
    pub connection: Option<String>,
    /// Which part of the list.
    pub window: Window,
}

impl Rpc for Holds {
    const KIND: &'static str = "holds";
    type Reply = Page<view::Hold>;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        gate.need("look", Right::Look)
    }

    fn limits(&self, limits: &mut Limits) {
        limits.maybe("the name", self.connection.as_deref(), NAME);
        limits.window(&self.window);
    }
}
