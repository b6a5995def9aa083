//! The embedded database: sled 0.34.7, one tree, wrapped to what the store needs of it.

use std::collections::BTreeSet;
use std::ops::Bound;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::chunk::{self, Change};
use super::error::StoreError;
use super::pending::PendingRows;

/// Enough for every row that is looked at often; the rest is read from the file, which the system caches too.
const CACHE: u64 = 64 << 20;
const CACHE_TO_FILL: u64 = 8 << 20;

pub(crate) type Range = (Bound<Vec<u8>>, Bound<Vec<u8>>);
/// A key and its value, as the database holds them.
pub(crate) type Pair = (Vec<u8>, Vec<u8>);
pub(crate) type RawRow = Result<Pair, StoreError>;

/// An open database. Clones share it; its file is let go with the last of them.
#[derive(Clone)]
pub(crate) struct Rows {
    db: sled::Db,
    pending: Arc<PendingRows>,
    read: Arc<AtomicU64>,
}

impl Rows {
    /// Opens the database in `folder`, to work with.
    pub(crate) fn open(folder: &Path) -> Result<Self, StoreError> {
        Self::open_with(folder, CACHE)
    }

    /// Opens the database in `folder`, to be filled: what was written is hardly read again.
    pub(crate) fn open_to_fill(folder: &Path) -> Result<Self, StoreError> {
        Self::open_with(folder, CACHE_TO_FILL)
    }

    fn open_with(folder: &Path, cache: u64) -> Result<Self, StoreError> {
        // LowSpace is what sled does anyway when its flusher is off. The flusher would wake every 500 ms and fsync.
        let config = sled::Config::new()
            .path(folder)
            .mode(sled::Mode::LowSpace)
            .cache_capacity(cache)
            .flush_every_ms(None);
        let db = sound(|| config.open().map_err(StoreError::engine("open")))?;
        Ok(Self {
            db,
            pending: Arc::default(),
            read: Arc::default(),
        })
    }

    /// How many rows were looked up or passed in a range since it was opened.
    pub(crate) fn read(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }

    /// What the database holds under `key`: the value, or what stands for its pieces.
    pub(crate) fn raw(&self, key: impl AsRef<[u8]>) -> Result<Option<Vec<u8>>, StoreError> {
        self.read.fetch_add(1, Ordering::Relaxed);
        if let Some(value) = self.pending.get(key.as_ref()) {
            return Ok(value);
        }
        let value = self.db.get(key).map_err(StoreError::engine("read"))?;
        Ok(value.map(|value| value.to_vec()))
    }

    /// The whole value under `key`.
    pub(crate) fn value(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.raw(key)?
            .map(|raw| chunk::join(self, key, &raw))
            .transpose()
    }

    /// Whole values with their keys, in order.
    pub(crate) fn range(
        &self,
        range: Range,
        reverse: bool,
    ) -> impl Iterator<Item = Result<(String, Vec<u8>), StoreError>> + '_ {
        self.pending
            .over(range, reverse, |range| self.db.range(range))
            .map(|row| {
                self.read.fetch_add(1, Ordering::Relaxed);
                let (key, raw) = row?;
                let key = String::from_utf8(key)
                    .map_err(|_| StoreError::Damaged("a key is not UTF-8".to_owned()))?;
                let value = chunk::join(self, &key, &raw)?;
                Ok((key, value))
            })
    }

    /// All changes or none: from now on they are read, and the next [`Rows::settle`] hands them to the database.
    pub(crate) fn stage(&self, changes: Vec<Change>) {
        self.pending.add(changes);
    }

    /// Hands everything that was staged to the database, in one batch. sled writes its buffer, and waits for the disk, at
    /// the beginning of every batch (`PageCache::pin_log`): sixty-four commits in one batch cost one such wait.
    pub(crate) fn settle(&self) -> Result<(), StoreError> {
        self.pending.settle(|changes| {
            let changes = changes.iter();
            self.apply(changes.map(|(key, value)| (key.clone(), value.clone())))
        })
    }

    /// The keys of what was staged and is not yet in the database.
    pub(crate) fn staged(&self) -> BTreeSet<Vec<u8>> {
        self.pending.keys()
    }

    /// Rows behind the key `after`, in the order of keys, until they are about `bytes`: as the database holds them,
    /// without what was staged.
    pub(crate) fn settled(
        &self,
        after: Option<&[u8]>,
        bytes: usize,
    ) -> Result<Vec<Pair>, StoreError> {
        let start = after.map_or(Bound::Unbounded, Bound::Excluded);
        let (mut found, mut size) = (Vec::new(), 0);
        for row in self.db.range::<&[u8], _>((start, Bound::Unbounded)) {
            let (key, value) = row.map_err(StoreError::engine("read"))?;
            size += key.len() + value.len();
            found.push((key.to_vec(), value.to_vec()));
            if size >= bytes {
                break;
            }
        }
        Ok(found)
    }

    /// Everything, as the database holds it.
    pub(crate) fn all(&self) -> impl Iterator<Item = RawRow> + '_ {
        self.db.iter().map(|row| {
            let (key, value) = row.map_err(StoreError::engine("read"))?;
            Ok((key.to_vec(), value.to_vec()))
        })
    }

    /// All changes or none, at once.
    pub(crate) fn apply<K: Into<sled::IVec>>(
        &self,
        changes: impl IntoIterator<Item = (K, Option<Vec<u8>>)>,
    ) -> Result<(), StoreError> {
        let mut batch = sled::Batch::default();
        for (key, value) in changes {
            match value {
                Some(value) => batch.insert(key, value),
                None => batch.remove(key),
            }
        }
        self.db
            .apply_batch(batch)
            .map_err(StoreError::engine("write"))
    }

    /// Hands everything to the system. `sync_file_range` is all sled does, so the caller syncs the file.
    pub(crate) fn flush(&self) -> Result<(), StoreError> {
        self.db
            .flush()
            .map(|_| ())
            .map_err(StoreError::engine("flush"))
    }

    /// Wakes a flush that waits for a write which has failed. sled stores the error of a write that a batch handed to
    /// its threads without telling who waits for it (`Log::exit_reservation`); a second flush tells them, and returns.
    pub(crate) fn wake_failed_flush(&self) {
        if self.db.context.global_error().is_err() {
            // The error is the one the woken flush reports.
            let _ = self.db.flush();
        }
    }
}

/// sled meets a damaged file with its own assertions (a segment found twice, a page without a beginning). At start they
/// become an error.
pub(crate) fn sound<T>(read: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| {
        Err(StoreError::Damaged(
            "the embedded database stopped over its own file".to_owned(),
        ))
    })
}
