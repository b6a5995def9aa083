//! Sync jobs.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::wire::Problem;
use crate::wire::limits::{Limits, NAME};
use crate::wire::need::{Gate, Right};
use crate::wire::request::Window;
use crate::wire::view::{self, Page};

/// Sync jobs.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Jobs {
    /// Of which connection: id, prefix, provider or provider/name; none for all.
    pub connection: Option<String>,
    /// Which part of the list.
    pub window: Window,
}

impl Rpc for Jobs {
    const KIND: &'static str = "jobs";
    type Reply = Page<view::Job>;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        gate.need("look", Right::Look)
    }

    fn limits(&self, limits: &mut Limits) {
        limits.maybe("the name", self.connection.as_deref(), NAME);
        limits.window(&self.window);
    }
}
