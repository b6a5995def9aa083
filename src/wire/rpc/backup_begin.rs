//! Begins a backup.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::wire::Problem;
use crate::wire::limits::Limits;
use crate::wire::need::{Gate, Right, Subject};

/// Begins a backup; its number, by which its parts are asked for in this session.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct BackupBegin;

impl Rpc for BackupBegin {
    const KIND: &'static str = "backup_begin";
    type Reply = u64;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        gate.need("store.back_up", Right::Settings(Subject::Named("store")))
    }

    fn limits(&self, _: &mut Limits) {}
}
