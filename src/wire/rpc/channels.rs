//! The channels that a vendor has, watched or not.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::wire::Problem;
use crate::wire::limits::{Limits, NAME};
use crate::wire::need::{Gate, Right};
use crate::wire::request::Window;
use crate::wire::view::{self, Page};

/// The channels that a vendor has, watched or not.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Channels {
    /// Of which connection: id, prefix, provider or provider/name.
    pub connection: String,
    /// Which part of the list.
    pub window: Window,
}

impl Rpc for Channels {
    const KIND: &'static str = "channels";
    type Reply = Page<view::Channel>;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        gate.need("look", Right::Look)
    }

    fn limits(&self, limits: &mut Limits) {
        limits.text("the name", &self.connection, NAME);
        limits.window(&self.window);
    }
}
