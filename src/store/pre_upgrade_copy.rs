//! The store as it was before its format was upgraded, in `db.FORMAT`: what an older program can go on with. It has no key
//! slots, so that a secret whose slot was overwritten since is dead in it, too.
//!
//! It is made as `db.new`, and gets its name once it is whole and on the disk; a start removes what is left of one that was cut
//! short. In it lies `whole`, the head that belongs to it.

use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use super::copying::Copying;
use super::durable::lock;
use super::folder::Folder;
use super::format::FORMAT;
use super::swap::{completed, remove, rename};
use super::{Store, StoreError};

impl Store {
    /// Copies the store to `db.FORMAT`, by the older format that it has, and waits for the disk; one of an upgrade that did not
    /// come about is replaced. Blocks. Returns where it is; none of a store that has the present format, or no entry yet.
    ///
    /// # Errors
    /// When there is no room for it, and when the disk fails; the store is then as it was.
    pub fn keep_former(&self) -> Result<Option<PathBuf>, StoreError> {
        let Some(format) = self.older_format()? else {
            return Ok(None);
        };
        let (tree, commit) = self.applied();
        if tree.size() == 0 {
            return Ok(None);
        }
        self.durable_blocking(commit)?;
        let folder = &self.inner.shared.folder;
        let kept = folder.former(format);
        let copying = Copying::begin(&self.inner.shared)?;
        discard(folder, &kept)?;
        let (needed, free) = (self.size()?.to_copy(), folder.free()?);
        if free < needed {
            return Err(StoreError::NoRoomToUpgrade {
                path: folder.root.clone(),
                from: format,
                to: FORMAT,
                needed,
                free,
            });
        }
        if let Err(error) = self.copied(copying) {
            remove(folder, &folder.new_db())?;
            return Err(error);
        }
        rename(folder, &folder.new_db(), &kept)?;
        Ok(Some(kept))
    }

    fn copied(&self, mut copying: Copying) -> Result<(), StoreError> {
        let target = self.filled(&mut copying, |_| Ok(()))?;
        let state = lock(&self.inner.shared.writer);
        completed(copying, target, &state).map(drop)
    }
}

/// Whether one is kept.
pub(crate) fn is_kept(folder: &Folder) -> Result<bool, StoreError> {
    Ok(!all(folder)?.is_empty())
}

/// The bytes that are free once none is kept any more.
pub(crate) fn size(folder: &Folder) -> Result<u64, StoreError> {
    all(folder)?.iter().map(|path| size_of(path)).sum()
}

fn size_of(path: &Path) -> Result<u64, StoreError> {
    let look = || StoreError::io("look at", path);
    let found = std::fs::symlink_metadata(path).map_err(look())?;
    if !found.is_dir() {
        return Ok(found.blocks() * 512);
    }
    let entries = std::fs::read_dir(path).map_err(look())?;
    let below = entries.map(|entry| size_of(&entry.map_err(look())?.path()));
    below.sum()
}

/// Removes every one that is kept.
pub(crate) fn discard_all(folder: &Folder) -> Result<(), StoreError> {
    for path in all(folder)? {
        tracing::info!(path = %path.display(), "the store of before an upgrade is removed");
        discard(folder, &path)?;
    }
    Ok(())
}

/// Wherever this is cut, what has the name is whole.
fn discard(folder: &Folder, path: &Path) -> Result<(), StoreError> {
    let going = folder.new_db();
    remove(folder, &going)?;
    if path.exists() {
        rename(folder, path, &going)?;
        remove(folder, &going)?;
    }
    Ok(())
}

fn all(folder: &Folder) -> Result<Vec<PathBuf>, StoreError> {
    let list = StoreError::io("list", &folder.root);
    let entries = std::fs::read_dir(&folder.root).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let paths = entries.map_err(list)?.into_iter().map(|it| it.path());
    Ok(paths.filter(|path| is_one(path)).collect())
}

fn is_one(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    let format = name.and_then(|name| name.strip_prefix("db."));
    format.is_some_and(|format| format.parse::<u32>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::disk_fault_tests::signer;

    /// What this program says of a folder that a newer one has upgraded.
    #[test]
    fn a_newer_folder_is_refused_by_name() {
        let dir = tempfile::tempdir().unwrap();
        let open = || Store::open(&dir.path().join("data"), signer());
        open().unwrap().take_for(FORMAT + 1);
        let refused = open().err().unwrap();
        let is_meant =
            matches!(refused, StoreError::NewerFormat { found, known } if found == known + 1);
        let says = refused.to_string();
        assert!(is_meant && says.contains("Use the newer program"), "{says}");
        assert!(says.contains("Going back"), "{says}");
    }
}
