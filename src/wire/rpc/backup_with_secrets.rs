//! Begins a backup with secrets.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::wire::Problem;
use crate::wire::limits::{Limits, SECRET};
use crate::wire::need::{Gate, Right, Subject};
use crate::wire::request::Secret;

/// Begins a backup whose secrets are sealed to a passphrase; its number, by which [`super::BackupNext`] asks for its parts.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct BackupWithSecrets {
    /// What the key of the file is derived from.
    pub passphrase: Secret,
}

impl Rpc for BackupWithSecrets {
    const KIND: &'static str = "backup_with_secrets";
    type Reply = u64;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        gate.need(
            "store.back_up_secrets",
            Right::Irreversible(Subject::Named("store")),
        )
    }

    fn limits(&self, limits: &mut Limits) {
        limits.text("the passphrase", &self.passphrase.0, SECRET);
    }
}
