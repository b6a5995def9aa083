//! The next part of a backup.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::wire::limits::Limits;
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

    fn limits(&self, _: &mut Limits) {}
}
