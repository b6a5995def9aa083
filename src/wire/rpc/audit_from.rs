//! The record from a sequence number on, oldest first.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::domain::audit::AuditEntry;
use crate::wire::limits::Limits;

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

    fn limits(&self, _: &mut Limits) {}
}
