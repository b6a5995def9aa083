//! The record from a sequence number on, oldest first.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::domain::audit::AuditEntry;
use crate::wire::Problem;
use crate::wire::limits::Limits;
use crate::wire::need::{Gate, Right};

/// The record from a sequence number on, oldest first.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AuditFrom {
    /// The first sequence number wanted.
    pub seq: u64,
    /// No entries before this moment.
    pub since: Option<Timestamp>,
    /// How many at most; the server gives no more than [`MAX_ROWS`](crate::wire::request::MAX_ROWS).
    pub limit: u16,
}

impl Rpc for AuditFrom {
    const KIND: &'static str = "audit_from";
    type Reply = Vec<AuditEntry>;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        gate.need("look", Right::Look)
    }

    fn limits(&self, _: &mut Limits) {}
}
