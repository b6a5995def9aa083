//! What was received from vendors.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::wire::Problem;
use crate::wire::limits::{Limits, NAME};
use crate::wire::need::{Gate, Right};
use crate::wire::request::Window;
use crate::wire::view::{self, Page};

/// What was received from vendors.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Records {
    /// Of which connection: id, prefix, provider or provider/name; none for all.
    pub connection: Option<String>,
    /// Which part of the list.
    pub window: Window,
}

impl Rpc for Records {
    const KIND: &'static str = "records";
    type Reply = Page<view::Record>;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        gate.need("look", Right::Look)
    }

    fn limits(&self, limits: &mut Limits) {
        limits.maybe("the name", self.connection.as_deref(), NAME);
        limits.window(&self.window);
    }
}
