//! Reading the whole store while it is written to: rows in batches, and then once more what was touched meanwhile.
//!
//! A commit notes the keys it touches from before the first batch on. So a row that no batch showed as it is now, because it
//! was changed, made or removed behind the copy's back, is among those that [`Copying::touched`] hands out, and once nothing
//! is touched any more the copy is the store as of one commit.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::chunk::Change;
use super::durable::{Shared, lock};
use super::engine::{Pair, Rows};
use super::error::StoreError;

/// So much is read while no commit can be staged.
const BATCH: usize = 128 << 10;

/// A key, and its value at some time during the copy; none when there was no such row.
pub(crate) type Copied = (Vec<u8>, Option<Vec<u8>>);

/// What commits touch while a copy is made.
#[derive(Default)]
pub(crate) struct Touched {
    /// None while nobody copies.
    keys: Mutex<Option<BTreeSet<Vec<u8>>>>,
    /// The space that the copy takes is needed.
    is_unwanted: AtomicBool,
}

impl Touched {
    pub(crate) fn note(&self, changes: &[Change]) {
        if let Some(keys) = lock(&self.keys).as_mut() {
            keys.extend(changes.iter().map(|(key, _)| key.clone().into_bytes()));
        }
    }

    /// Ends the copy that is under way, at its next batch.
    pub(crate) fn give_up(&self) {
        self.is_unwanted.store(true, Ordering::Release);
    }
}

/// A copy that is being made; the only one. What commits touch is noted until it is dropped.
pub(crate) struct Copying {
    shared: Arc<Shared>,
    after: Option<Vec<u8>>,
}

impl Copying {
    pub(crate) fn begin(shared: &Arc<Shared>) -> Result<Self, StoreError> {
        // No commit is between its staging and the note of it.
        let _writer = lock(&shared.writer);
        let engine = shared.engine.read().unwrap_or_else(PoisonError::into_inner);
        let engine = engine.as_ref().ok_or_else(StoreError::closed)?;
        let mut keys = lock(&shared.touched.keys);
        if keys.is_some() {
            return Err(StoreError::CopyUnderWay);
        }
        // What the database does not have yet is not in a batch.
        *keys = Some(engine.rows.staged());
        shared.touched.is_unwanted.store(false, Ordering::Release);
        Ok(Self {
            shared: shared.clone(),
            after: None,
        })
    }

    /// The next rows, in the order of their keys; none at the end.
    pub(crate) fn batch(&mut self) -> Result<Vec<Pair>, StoreError> {
        if self.shared.touched.is_unwanted.load(Ordering::Acquire) {
            return Err(StoreError::CopyGivenUp);
        }
        let rows = self.read(|rows| rows.settled(self.after.as_deref(), BATCH))?;
        if let Some((last, _)) = rows.last() {
            self.after = Some(last.clone());
        }
        Ok(rows)
    }

    /// How many keys wait to be handed out by [`Copying::touched`].
    pub(crate) fn waiting(&self) -> usize {
        lock(&self.shared.touched.keys)
            .as_ref()
            .map_or(0, BTreeSet::len)
    }

    /// The rows that were touched since the last call, as they are now. Under the writer's lock they are the last ones.
    pub(crate) fn touched(&self) -> Result<Vec<Copied>, StoreError> {
        self.read(|rows| {
            let keys = lock(&self.shared.touched.keys)
                .replace(BTreeSet::new())
                .unwrap_or_default();
            let now = |key: Vec<u8>| rows.raw(&key).map(|value| (key, value));
            keys.into_iter().map(now).collect()
        })
    }

    /// No handle of the database is kept from one batch to the next, so that a full disk can have it closed.
    fn read<T>(&self, read: impl FnOnce(&Rows) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let engine = &self.shared.engine;
        let engine = engine.read().unwrap_or_else(PoisonError::into_inner);
        read(&engine.as_ref().ok_or_else(StoreError::closed)?.rows)
    }
}

impl Drop for Copying {
    fn drop(&mut self) {
        *lock(&self.shared.touched.keys) = None;
    }
}
