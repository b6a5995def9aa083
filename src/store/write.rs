//! Writing: one writer at a time, all or nothing.

use std::sync::PoisonError;
use std::sync::atomic::Ordering;

use super::durable::{Engine, Point, Shared, lock};
use super::error::StoreError;
use super::tx::{Tx, TxOutcome};
use super::{SpaceMode, Store, reserve};
use crate::audit::Signer;

/// A place in the order of commits; [`Store::durable`] waits for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Commit(pub(crate) u64);

impl Commit {
    /// Its number, from 1.
    #[must_use]
    pub fn number(self) -> u64 {
        self.0
    }
}

/// What a write returned, and the commit that made it so. It is not durable yet.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "nothing may be acknowledged before its commit is durable"]
pub struct Written<T> {
    /// What the closure returned.
    pub value: T,
    /// What to wait for. When the closure changed nothing, the last commit it could have seen.
    pub commit: Commit,
}

/// What a write is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WriteClass {
    /// Refused while the disk is full.
    Normal,
    /// A disconnect and what belongs to it: goes on, out of the reserve.
    Disconnect,
}

impl Store {
    /// [`Store::write_as`] for everything that is not a disconnect.
    pub fn write<T>(
        &self,
        change: impl FnOnce(&mut Tx<'_>) -> Result<T, StoreError>,
    ) -> Result<Written<T>, StoreError> {
        self.write_as(WriteClass::Normal, change)
    }

    /// Runs `change` and commits what it wrote, with its audit entries, the log's new tree and its signed checkpoint, all
    /// or nothing. The closure must not call the store: it holds the one writer's lock.
    ///
    /// # Errors
    /// What the closure returned, and then nothing was applied; [`StoreError::DiskFull`], after which a disconnect may
    /// try once more, because the reserve has then been given up; [`StoreError::Stopped`].
    pub fn write_as<T>(
        &self,
        class: WriteClass,
        change: impl FnOnce(&mut Tx<'_>) -> Result<T, StoreError>,
    ) -> Result<Written<T>, StoreError> {
        self.write_signed(class, None, change)
    }

    /// [`Store::write_as`]; with a signer, the log that begins in it is that signer's.
    pub(crate) fn write_signed<T>(
        &self,
        class: WriteClass,
        begins: Option<&Signer>,
        change: impl FnOnce(&mut Tx<'_>) -> Result<T, StoreError>,
    ) -> Result<Written<T>, StoreError> {
        let shared = &*self.inner.shared;
        if class == WriteClass::Normal && shared.mode() == SpaceMode::Emergency {
            self.try_recover()?;
        }
        shared.admit(class)?;
        shared.wait_for_turn()?;
        let _queued = shared.queue();
        let mut state = lock(&shared.writer);
        let (value, outcome) = {
            let engine = shared.engine.read().unwrap_or_else(PoisonError::into_inner);
            let engine = engine.as_ref().ok_or_else(StoreError::closed)?;
            let number = state.commit.max(lock(&shared.progress).applied) + 1;
            let mut tx = Tx::new(&engine.rows, &state);
            let value = change(&mut tx)?;
            let Some(outcome) = tx.finish(&state, number, begins.unwrap_or(&shared.signer))? else {
                return Ok(Written {
                    value,
                    commit: Commit(state.commit),
                });
            };
            shared.make_room(engine, &outcome, class)?;
            (value, outcome)
        };
        let TxOutcome {
            changes,
            bytes,
            lines,
            state: after,
            tells,
        } = outcome;
        shared.stage(changes)?;
        *state = after.clone();
        let commit = Commit(after.commit);
        // The open file is that of the log before: the next start writes the line of the first entry.
        let lines = if begins.is_none() { lines } else { Vec::new() };
        shared.applied(after, lines, bytes);
        if tells {
            shared.outgoing.send_replace(());
        }
        Ok(Written { value, commit })
    }

    /// Whether there is space to work with.
    #[must_use]
    pub fn mode(&self) -> SpaceMode {
        self.inner.shared.mode()
    }

    /// Leaves the emergency when there is space for the reserve again, and says in which mode the store then is.
    ///
    /// # Errors
    /// When the reserve cannot be made for another reason than space.
    pub fn try_recover(&self) -> Result<SpaceMode, StoreError> {
        let shared = &*self.inner.shared;
        let _writer = lock(&shared.writer);
        if shared.mode() == SpaceMode::Emergency && reserve::make(&shared.folder)? {
            let room = {
                let engine = shared.engine.read().unwrap_or_else(PoisonError::into_inner);
                engine
                    .as_ref()
                    .map_or(Ok(()), |engine| shared.take_blocks(engine, 0))
            };
            match room {
                Ok(()) => shared.emergency.store(false, Ordering::Release),
                Err(error) if error.is_full() => reserve::give_up(&shared.folder)?,
                Err(error) => return Err(error),
            }
        }
        Ok(shared.mode())
    }
}

impl Shared {
    fn admit(&self, class: WriteClass) -> Result<(), StoreError> {
        if class == WriteClass::Normal && self.mode() == SpaceMode::Emergency {
            return Err(StoreError::disk_full());
        }
        Ok(())
    }

    /// Takes the blocks this write may need before the database sees it.
    fn make_room(
        &self,
        engine: &Engine,
        outcome: &TxOutcome,
        class: WriteClass,
    ) -> Result<(), StoreError> {
        // What waits for the disk may not have taken its blocks yet.
        let bytes = (outcome.bytes + lock(&self.progress).bytes) as u64;
        match self.take_blocks(engine, bytes) {
            Err(error) if error.is_full() => {
                self.enter_emergency()?;
                self.admit(class)?;
                self.take_blocks(engine, bytes).map_err(|error| {
                    if error.is_full() {
                        StoreError::disk_full()
                    } else {
                        error
                    }
                })
            }
            taken => taken,
        }
    }

    fn take_blocks(&self, engine: &Engine, bytes: u64) -> Result<(), StoreError> {
        self.reached(Point::Room)?;
        // A changed row can make the database write its whole page of sixteen rows again.
        reserve::make_room(&engine.data, &self.folder.data(), bytes.saturating_mul(8))?;
        reserve::make_room(&engine.log, &self.folder.log(), bytes)
    }

    fn stage(&self, changes: Vec<super::chunk::Change>) -> Result<(), StoreError> {
        // Held for writing, so that a reader never sees half of a transaction.
        let engine = self.engine.write().unwrap_or_else(PoisonError::into_inner);
        let engine = engine.as_ref().ok_or_else(StoreError::closed)?;
        self.touched.note(&changes);
        engine.rows.stage(changes);
        Ok(())
    }
}
