//! The rows of a backup, back in a database.

use std::collections::BTreeMap;
use std::path::Path;

use super::verify::{Content, walk};
use super::{BackupError, BackupTotals};
use crate::store::restoring::{Filling, Restoring};
use crate::store::{LiveSize, StoreError};

/// Why a backup was not restored.
#[derive(Debug, thiserror::Error)]
pub enum NotFilled {
    /// The file cannot be used.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// The folder cannot be filled.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Restoring {
    /// Fills the folder with the rows of the backup that was verified, which is known by its end. What was touched while it was
    /// made is held in memory. `told` hears how much was written.
    ///
    /// # Errors
    /// When the file is not what it was, or the folder cannot be written to.
    pub fn fill_from(
        &self,
        file: &Path,
        verified: &BackupTotals,
        mut told: impl FnMut(LiveSize),
    ) -> Result<(), NotFilled> {
        let mut changes = BTreeMap::new();
        let (_, first, _) = walk::<NotFilled>(file, |content| {
            if let Content::Changes(rows) = content {
                changes.extend(rows);
            }
            Ok(())
        })?;
        let mut filling = self.fill()?;
        let (_, second, _) = walk::<NotFilled>(file, |content| {
            if let Content::Rows(rows) = content {
                let rows = rows
                    .into_iter()
                    .filter(|(key, _)| !changes.contains_key(key));
                let rows = rows.filter_map(|(key, value)| Some((key, value?)));
                filling.write(rows.collect())?;
                told(filling.live());
            }
            Ok(())
        })?;
        if [&first, &second] != [verified; 2] {
            return Err(BackupError::Replaced { path: file.into() }.into());
        }
        write(&mut filling, changes)?;
        told(filling.live());
        Ok(filling.close()?)
    }
}

/// So many rows at once.
const TOGETHER: usize = 500;

fn write(
    filling: &mut Filling,
    changes: BTreeMap<Vec<u8>, Option<Vec<u8>>>,
) -> Result<(), StoreError> {
    let mut rows = changes
        .into_iter()
        .filter_map(|(key, value)| Some((key, value?)));
    loop {
        let some: Vec<_> = rows.by_ref().take(TOGETHER).collect();
        if some.is_empty() {
            return Ok(());
        }
        filling.write(some)?;
    }
}
