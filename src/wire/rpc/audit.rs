//! The record, newest first; the window's `after` is a sequence number.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::domain::audit::AuditEntry;
use crate::wire::Problem;
use crate::wire::limits::Limits;
use crate::wire::need::{Gate, Right};
use crate::wire::request::Window;
use crate::wire::view::Page;

/// The record, newest first; the window's `after` is a sequence number.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Audit {
    /// Which part of the list.
    pub window: Window,
}

impl Rpc for Audit {
    const KIND: &'static str = "audit";
    type Reply = Page<AuditEntry>;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        gate.need("look", Right::Look)
    }

    fn limits(&self, limits: &mut Limits) {
        limits.window(&self.window);
    }
}
