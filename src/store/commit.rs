//! How a commit becomes durable. One thread takes everything that has been committed so far, and for all of it together:
//! one batch into the database, its flush, `fdatasync` of its file, the lines of `audit.log` and `fdatasync`, `head` and `fdatasync`. Then
//! everybody who waits is told. It sleeps without a timeout, so an idle store never wakes up and never syncs.

use std::fs::File;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};

use super::durable::{Point, QueuedCommits, Shared, lock};
use super::error::StoreError;
use super::flusher::Flusher;
use super::head::Head;
use super::log::Log;
use super::open;
use super::state::StoreState;
use super::swap::Swap;
use crate::disk;

/// The committing thread's own.
pub(crate) struct Committer {
    pub shared: Arc<Shared>,
    pub head: File,
    pub log: Log,
    pub flusher: Flusher,
}

/// What the committing thread does next.
enum CommitTask {
    Commit(QueuedCommits),
    Swap(Swap),
    Close(StoreState),
}

impl Committer {
    /// Works until the store is closed.
    pub(crate) fn run(mut self) {
        loop {
            let done = match self.next() {
                CommitTask::Close(state) => return self.close(&state),
                CommitTask::Commit(waiting) => self.commit(waiting),
                CommitTask::Swap(swap) => self.swap(swap),
            };
            let done = match done {
                Err(error) if error.is_full() => self.reopen(),
                done => done,
            };
            match done {
                Ok(()) => self.shared.tell(),
                Err(error) => self.shared.fail(&error),
            }
        }
    }

    fn next(&self) -> CommitTask {
        let mut progress = lock(&self.shared.progress);
        loop {
            if let Some(swap) = progress.swap.take() {
                return CommitTask::Swap(swap);
            }
            if progress.is_due()
                && let Some(waiting) = progress.take()
            {
                return CommitTask::Commit(waiting);
            }
            if progress.stop {
                return CommitTask::Close(progress.state.clone());
            }
            progress = self
                .shared
                .work
                .wait(progress)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Makes what waits durable.
    pub(crate) fn commit(&mut self, waiting: QueuedCommits) -> Result<(), StoreError> {
        self.keep(&waiting.state, &waiting.lines)?;
        let mut progress = lock(&self.shared.progress);
        progress.durable = waiting.state.commit;
        progress.bytes = progress.bytes.saturating_sub(waiting.bytes);
        Ok(())
    }

    fn keep(&mut self, state: &StoreState, lines: &[Vec<u8>]) -> Result<(), StoreError> {
        let shared = &self.shared;
        let (rows, data) = {
            let engine = shared.engine.read().unwrap_or_else(PoisonError::into_inner);
            engine
                .as_ref()
                .map(|engine| (engine.rows.clone(), engine.data.clone()))
                .ok_or_else(StoreError::closed)?
        };
        rows.settle()?;
        shared.reached(Point::Applied)?;
        self.flusher.flush(rows)?;
        shared.reached(Point::Flushed)?;
        shared.syncs.fetch_add(1, Ordering::Relaxed);
        disk::sync_data(&data).map_err(StoreError::io("sync", &shared.folder.data()))?;
        shared.reached(Point::DataSynced)?;
        if !lines.is_empty() {
            self.log.write(lines)?;
            shared.reached(Point::LogWritten)?;
            shared.syncs.fetch_add(1, Ordering::Relaxed);
            self.log.sync()?;
        }
        shared.reached(Point::LogSynced)?;
        shared.syncs.fetch_add(1, Ordering::Relaxed);
        Head::of(state, false).write(&self.head, &shared.folder.head(), || {
            shared.reached(Point::HeadWritten)
        })?;
        shared.reached(Point::HeadSynced)
    }

    /// After a full disk: the reserve is given up, the database opened anew, and what it still has is the truth.
    fn reopen(&mut self) -> Result<(), StoreError> {
        let shared = self.shared.clone();
        let mut writer = lock(&shared.writer);
        let mut engine = shared
            .engine
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        // While the engine is held nothing is read: who sees the new number reads what is there afterwards.
        shared.reopened.fetch_add(1, Ordering::SeqCst);
        *engine = None;
        shared.enter_emergency()?;
        let opened = open::OpenedStore::new(&shared.folder)?;
        self.head = opened.head;
        self.log = opened.log;
        *engine = Some(opened.engine);
        let mut progress = lock(&shared.progress);
        if opened.state.commit < progress.applied {
            let lost = opened.state.commit + 1..=progress.applied;
            tracing::warn!(?lost, "the disk was full before these commits were durable");
            progress.lost.push_back(lost);
        }
        progress.durable = opened.state.commit.max(progress.applied);
        progress.applied = progress.durable;
        progress.lines.clear();
        progress.bytes = 0;
        progress.state = opened.state.clone();
        *writer = opened.state;
        Ok(())
    }

    /// Everything is durable; `head` says that the rows need no adding up at the next start.
    fn close(self, state: &StoreState) {
        let progress = lock(&self.shared.progress);
        let whole = progress.failed.is_none() && progress.durable == progress.applied;
        drop(progress);
        if !whole {
            return;
        }
        if let Err(error) =
            Head::of(state, true).write(&self.head, &self.shared.folder.head(), || Ok(()))
        {
            tracing::warn!(%error, "the store could not note that it was closed; the next start will check every row");
        }
    }
}
