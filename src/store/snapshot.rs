//! sled's snapshots: a cache of where its pages lie in the file. Without any, opening reads the whole file and finds the
//! same pages.
//!
//! sled 0.34.7 takes a snapshot that it was still writing (`snap.LSN.generating`) for a finished one and refuses to open
//! for ever (its issue 1527: what it filters is another name than what it writes).

use std::path::{Path, PathBuf};

use super::error::StoreError;

const PREFIX: &str = "snap.";
const UNFINISHED: &str = ".generating";

/// Removes the snapshots that a process left behind while it was writing them. The caller holds the folder's lock.
pub(crate) fn remove_unfinished(db: &Path) -> Result<(), StoreError> {
    let removed = remove(db, |name| name.ends_with(UNFINISHED))?;
    if removed > 0 {
        tracing::warn!(
            removed,
            "unfinished snapshots of the embedded database were removed"
        );
    }
    Ok(())
}

/// Removes every snapshot, and says how many there were. The caller holds the folder's lock.
pub(crate) fn remove_all(db: &Path) -> Result<usize, StoreError> {
    remove(db, |_| true)
}

fn remove(db: &Path, is_meant: impl Fn(&str) -> bool) -> Result<usize, StoreError> {
    let mut removed = 0;
    for path in all(db)? {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if is_meant(&name) {
            std::fs::remove_file(&path).map_err(StoreError::io("remove", &path))?;
            removed += 1;
        }
    }
    Ok(removed)
}

fn all(db: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(db).map_err(StoreError::io("list", db))? {
        let entry = entry.map_err(StoreError::io("list", db))?;
        if entry.file_name().to_string_lossy().starts_with(PREFIX) {
            found.push(entry.path());
        }
    }
    Ok(found)
}
