//! The next part of a backup.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::wire::Problem;
use crate::wire::limits::Limits;
use crate::wire::need::{Gate, Right, Subject};
use crate::wire::view;

/// The next part of a backup.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct BackupNext {
    /// Of which.
    pub number: u64,
}

impl Rpc for BackupNext {
    const KIND: &'static str = "backup_next";
    type Reply = view::BackupPart;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        gate.need(
            "store.back_up_part",
            Right::Settings(Subject::Named("store")),
        )
    }

    fn limits(&self, _: &mut Limits) {}
}
