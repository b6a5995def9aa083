//! Begins a backup.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::wire::limits::Limits;

/// Begins a backup; its number, by which its parts are asked for in this session.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct BackupBegin;

impl Rpc for BackupBegin {
    const KIND: &'static str = "backup_begin";
    type Reply = u64;

    fn limits(&self, _: &mut Limits) {}
}
