//! Reading the whole store while it is written to: rows in batches, and then once more what was touched meanwhile.
//!
//! A commit notes the keys it touches from before the first batch on. So a row that no batch showed as it is now, because it
//! was changed, made or removed behind the copy's back, is among those that [`Copying::touched`] and [`Copying::rest`] hand
//! out, and once nothing is touched any more the copy is the store as of one commit.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use super::chunk::Change;
use super::durable::{Shared, lock};
use super::engine::{Pair, Rows};
use super::error::{GivenUp, StoreError};

/// So much is read while no commit can be staged.
const BATCH: usize = 128 << 10;
/// So many touched rows, of up to 4 KiB each, are read at once.
const TOGETHER: usize = 1000;
/// With fewer touched rows than this, the rest is read while commits wait.
const FEW: usize = 256;
/// Where rows are touched faster than they are read, the last round is as large as it is.
const ROUNDS: usize = 16;

/// A key, and its value at some time during the copy; none when there was no such row.
pub(crate) type Copied = (Vec<u8>, Option<Vec<u8>>);

/// What commits touch while a copy is made.
#[derive(Default)]
pub(crate) struct Touched {
    /// None while nobody copies.
    keys: Mutex<Option<BTreeSet<Vec<u8>>>>,
    /// Why the copy is not wanted any more.
    unwanted: Mutex<Option<GivenUp>>,
}

impl Touched {
    pub(crate) fn note(&self, changes: &[Change]) {
        if let Some(keys) = lock(&self.keys).as_mut() {
            keys.extend(changes.iter().map(|(key, _)| key.clone().into_bytes()));
        }
    }

    /// Ends the copy that is under way, at its next batch.
    pub(crate) fn give_up(&self, why: GivenUp) {
        *lock(&self.unwanted) = Some(why);
    }
}

/// A copy that is being made; the only one. What commits touch is noted until it is dropped.
pub(crate) struct Copying {
    shared: Arc<Shared>,
    after: Option<Vec<u8>>,
    /// What was touched before this round of looking once more began, and is not handed out yet.
    round: BTreeSet<Vec<u8>>,
    rounds: usize,
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
        *lock(&shared.touched.unwanted) = None;
        Ok(Self {
            shared: shared.clone(),
            after: None,
            round: BTreeSet::new(),
            rounds: 0,
        })
    }

    /// The next rows, in the order of their keys; none at the end.
    pub(crate) fn batch(&mut self) -> Result<Vec<Pair>, StoreError> {
        self.wanted()?;
        let rows = self.read(|rows| rows.settled(self.after.as_deref(), BATCH))?;
        if let Some((last, _)) = rows.last() {
            self.after = Some(last.clone());
        }
        Ok(rows)
    }

    /// Rows that were touched, as they are now, while commits go on; none once so few are left, or so often was looked once
    /// more, that the others are to be read with [`Copying::rest`].
    pub(crate) fn touched(&mut self) -> Result<Option<Vec<Copied>>, StoreError> {
        self.wanted()?;
        if self.round.is_empty() {
            if self.waiting() < FEW || self.rounds == ROUNDS {
                return Ok(None);
            }
            self.rounds += 1;
            self.round = self.take();
        }
        self.some().map(Some)
    }

    /// Under the writer's lock: some of the last rows that were touched; empty at the end.
    pub(crate) fn rest(&mut self) -> Result<Vec<Copied>, StoreError> {
        self.wanted()?;
        if self.round.is_empty() {
            self.round = self.take();
        }
        self.some()
    }

    fn wanted(&self) -> Result<(), StoreError> {
        match *lock(&self.shared.touched.unwanted) {
            Some(why) => Err(StoreError::CopyGivenUp(why)),
            None => Ok(()),
        }
    }

    fn waiting(&self) -> usize {
        lock(&self.shared.touched.keys)
            .as_ref()
            .map_or(0, BTreeSet::len)
    }

    fn take(&self) -> BTreeSet<Vec<u8>> {
        lock(&self.shared.touched.keys)
            .replace(BTreeSet::new())
            .unwrap_or_default()
    }

    fn some(&mut self) -> Result<Vec<Copied>, StoreError> {
        let keys: Vec<_> = std::iter::from_fn(|| self.round.pop_first())
            .take(TOGETHER)
            .collect();
        self.read(|rows| {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;
    use crate::store::disk_fault_tests::signer;

    const TOUCHED: usize = 5 * TOGETHER / 2;

    fn touch(store: &Store) {
        let written = store.write(|tx| {
            (0..TOUCHED).try_for_each(|n| tx.put_index(&format!("some/{n}"), "touched"))
        });
        store.durable_blocking(written.unwrap().commit).unwrap();
    }

    #[test]
    fn what_was_touched_comes_in_parts_and_all_of_it() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join("data"), signer()).unwrap();
        let mut copying = Copying::begin(&store.inner.shared).unwrap();
        touch(&store);
        let (mut parts, mut keys) = (0, BTreeSet::new());
        while let Some(rows) = copying.touched().unwrap() {
            assert!(rows.len() <= TOGETHER, "{}", rows.len());
            parts += 1;
            keys.extend(rows.into_iter().map(|(key, _)| key));
        }
        // And the store's state.
        assert_eq!((parts, keys.len()), (3, TOUCHED + 1));
        touch(&store);
        assert_eq!(copying.rest().unwrap().len(), 0, "nothing was changed");

        store.give_up_copy(GivenUp::Stopping);
        let ended = copying.touched().unwrap_err();
        let is_meant = matches!(ended, StoreError::CopyGivenUp(GivenUp::Stopping));
        assert!(is_meant && !ended.to_string().contains("full"), "{ended}");
    }
}
