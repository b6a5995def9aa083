//! Compaction. The database never shrinks and keeps what was overwritten, so what lives is copied into a new one while work
//! goes on, and the two are exchanged.

use std::sync::mpsc;
use std::time::Duration;

use super::Store;
use super::compaction_target::CompactionTarget;
use super::copying::Copying;
use super::durable::{Shared, lock};
use super::error::{GivenUp, StoreError};
use super::folder::Folder;
use super::live_size::LiveSize;
use super::pre_upgrade_copy;
use super::swap::{self, Swap, Swapped};

/// A smaller file is never compacted by itself.
const SMALLEST: u64 = 64 << 20;
/// What stays free beside a copy, for those who work meanwhile.
const MARGIN: u64 = 64 << 20;

/// What the database takes, and what of it lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Bytes of its file.
    pub file: u64,
    /// What lives; none in a folder of a program that did not count it, until it is compacted.
    pub live: Option<LiveSize>,
}

impl Size {
    /// Whether more than half of the file is what was overwritten or removed.
    #[must_use]
    pub fn is_wasteful(&self) -> bool {
        let lives = self.live.map_or(0, on_disk);
        self.file >= SMALLEST && self.file >= lives.saturating_mul(2)
    }

    /// Bytes that a copy of what lives takes.
    pub(crate) fn to_copy(self) -> u64 {
        self.live.map_or(self.file, on_disk)
    }
}

/// What a compaction did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Compacted {
    /// Bytes of the file that was replaced.
    pub before: u64,
    /// Bytes of the new file.
    pub after: u64,
    /// What lives.
    pub live: LiveSize,
    /// How long no commit could be made.
    pub held_up: Duration,
}

impl Store {
    /// What the database takes.
    ///
    /// # Errors
    /// When its file cannot be looked at.
    pub fn size(&self) -> Result<Size, StoreError> {
        let shared = &self.inner.shared;
        let live = lock(&shared.writer).live;
        Ok(Size {
            file: file_size(shared)?,
            live,
        })
    }

    /// Copies what lives into a new database and exchanges the two; what was overwritten or removed is in no file afterwards.
    /// Blocks until that is durable, while others read and write. `told` hears how much was copied.
    ///
    /// # Errors
    /// When there is no room, when another copy is being made, when a full disk ended it; the store is then as it was.
    pub fn compact(&self, told: impl FnMut(LiveSize)) -> Result<Compacted, StoreError> {
        let shared = &self.inner.shared;
        let copying = Copying::begin(shared)?;
        let before = self.size()?;
        let folder = &shared.folder;
        swap::remove(folder, &folder.old_db())?;
        if let Err(no_room) = room(folder, before.to_copy()) {
            let given_up = pre_upgrade_copy::size(folder)?;
            room(folder, before.to_copy().saturating_sub(given_up)).map_err(|_| no_room)?;
            pre_upgrade_copy::discard_all(folder)?;
        }
        let swapped = self.copy(copying, told);
        let swapped = match swapped {
            Ok(swapped) => swapped,
            Err(error) => {
                swap::remove(folder, &folder.new_db())?;
                return Err(error);
            }
        };
        drop(swapped.before);
        swap::remove(folder, &folder.old_db())?;
        // They hold what is to be in no file afterwards.
        pre_upgrade_copy::discard_all(folder)?;
        Ok(Compacted {
            before: before.file,
            after: file_size(shared)?,
            live: lock(&shared.writer).live.unwrap_or_default(),
            held_up: swapped.held_up,
        })
    }

    /// Ends the copy that is being made, should there be one.
    pub fn give_up_copy(&self, why: GivenUp) {
        self.inner.shared.touched.give_up(why);
    }

    fn copy(
        &self,
        mut copying: Copying,
        mut told: impl FnMut(LiveSize),
    ) -> Result<Swapped, StoreError> {
        let shared = &self.inner.shared;
        let mut target = self.filled(&mut copying, |live| {
            told(live);
            room(&shared.folder, 0)
        })?;
        while let Some(rows) = copying.touched()? {
            target.change(rows)?;
            room(&shared.folder, 0)?;
        }
        let (reply, answer) = mpsc::channel();
        lock(&shared.progress).swap = Some(Swap {
            copying,
            target,
            reply,
        });
        shared.work.notify_one();
        answer.recv().map_err(|_| StoreError::closed())?
    }

    /// A new database with everything but what is touched meanwhile; `go_on` hears of each part.
    pub(crate) fn filled(
        &self,
        copying: &mut Copying,
        mut go_on: impl FnMut(LiveSize) -> Result<(), StoreError>,
    ) -> Result<CompactionTarget, StoreError> {
        let mut target = CompactionTarget::make(&self.inner.shared.folder)?;
        loop {
            let rows = copying.batch()?;
            if rows.is_empty() {
                return target.reopen();
            }
            target.fill(rows)?;
            go_on(target.live())?;
        }
    }
}

/// What lives takes so much in a database that was just filled. Measured with rows of 82, 322 and 3,056 bytes: 290, 602 and
/// 5,400 bytes each.
fn on_disk(live: LiveSize) -> u64 {
    live.bytes.saturating_mul(17) / 10 + live.rows.saturating_mul(150)
}

/// Whether `bytes` more, and the margin, are free.
fn room(folder: &Folder, bytes: u64) -> Result<(), StoreError> {
    let (needed, free) = (bytes + MARGIN, folder.free()?);
    match free >= needed {
        true => Ok(()),
        false => Err(StoreError::NoRoomToCopy {
            path: folder.root.clone(),
            needed,
            free,
        }),
    }
}

fn file_size(shared: &Shared) -> Result<u64, StoreError> {
    let path = shared.folder.data();
    let found = std::fs::metadata(&path).map_err(StoreError::io("look at", &path))?;
    Ok(found.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::disk_fault_tests::{entry, signer};

    fn keep(store: &Store, action: &str) {
        let written = store.write(|tx| tx.append(entry(action)).map(drop));
        store.durable_blocking(written.unwrap().commit).unwrap();
    }

    fn counted(store: &Store) -> Option<LiveSize> {
        store.size().unwrap().live
    }

    /// The folder of a program that did not count: it would otherwise be due for a compaction for ever.
    #[test]
    fn what_lives_is_known_from_the_first_compaction_on() {
        let dir = tempfile::tempdir().unwrap();
        let open = || Store::open(&dir.path().join("data"), signer()).unwrap();
        let store = open();
        keep(&store, "before.it");
        let lives = counted(&store);
        lock(&store.inner.shared.writer).live = None;
        keep(&store, "in.between");
        drop(store);
        let store = open();
        assert_eq!(counted(&store), None);
        let done = store.compact(|_| {}).unwrap();
        assert!(lives.is_some_and(|it| it.rows < done.live.rows), "{done:?}");
        assert_eq!(counted(&store), Some(done.live));
        // Also when nothing is written before the next start.
        drop(store);
        let store = open();
        assert_eq!(counted(&store), Some(done.live));
        keep(&store, "after.it");
        let then = counted(&store);
        assert_eq!(Some(store.compact(|_| {}).unwrap().live), then);
    }
}
