//! Keys of secrets on their way into a backup, and out of one.

use std::io;
use std::path::Path;

use super::backup_key::BackupKey;
use super::cipher;
use super::error::VaultError;
use super::master::MasterKey;
use super::slots::{self, FIRST_SLOTS, SlotFile};
use super::{Vault, slot_id};
use crate::domain::sealed::{BackupSecret, SecretOwner};

impl Vault {
    /// The key of a secret, wrapped for a backup; none when its slot does not carry it any more.
    ///
    /// # Errors
    /// When the slot's key is not this owner's.
    pub fn for_backup(
        &self,
        of: SecretOwner,
        under: &BackupKey,
    ) -> Result<Option<BackupSecret>, VaultError> {
        let id = slot_id(&of.slot)?;
        let found = self.state().file.read(of.slot.slot)?;
        let Some((_, wrapped)) = found.filter(|(found, _)| *found == id) else {
            return Ok(None);
        };
        let binding = cipher::binding(&id, &of.owner, of.purpose);
        let key = cipher::unwrap(self.master.bytes(), &wrapped, &binding);
        let key = key.ok_or_else(|| VaultError::Forged {
            owner: of.owner.clone(),
        })?;
        under.wrap(of, &key).map(Some)
    }

    /// Overwrites each slot of a slot file that is to be removed: the blocks of a removed file keep what was in them. On the disk
    /// when this returns.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn overwrite_slots(path: &Path) -> io::Result<()> {
        slots::overwrite_file(path)
    }

    /// Makes the slot file of a folder that is being restored.
    ///
    /// # Errors
    /// When there is one, when a key does not open, and when the disk refuses.
    pub fn restore(
        path: &Path,
        master: &MasterKey,
        from: &BackupKey,
        secrets: &[BackupSecret],
    ) -> Result<(), VaultError> {
        let keys = secrets.iter().map(|it| from.rewrap(it, master.bytes()));
        let keys = keys.collect::<Result<Vec<_>, _>>()?;
        let last = keys.iter().map(|(slot, ..)| *slot).max();
        let needed = last.map_or(0, |last| last.saturating_add(1));
        let count = needed.max(FIRST_SLOTS);
        SlotFile::open_or_create(path, master.bytes(), count)?.write_all(&keys)
    }
}
