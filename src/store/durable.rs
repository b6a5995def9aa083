//! How far everything is, and waiting for it.

use std::collections::VecDeque;
use std::fs::File;
use std::ops::RangeInclusive;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, RwLock};

use tokio::sync::watch;

use super::copying::Touched;
use super::engine::Rows;
use super::error::{GivenUp, StoreError};
use super::folder::{Folder, Owned};
use super::state::StoreState;
use super::swap::Swap;
use super::write::Commit;
use super::{SpaceMode, Store, reserve};
use crate::audit::Signer;
use crate::domain::audit::log::LogNumber;

/// Writers wait when more than this is not yet durable. The database may reuse space one segment (512 KiB) after it has
/// written what replaces it, believing that it is on the disk; below that amount, it is.
const BACKLOG: usize = 256 << 10;

/// With so many commits waiting for the disk, it is not kept waiting for more.
const GROUP: u64 = 64;

/// What the store's handles and its committing thread share. Locks are taken in the order of the fields.
pub(crate) struct Shared {
    pub folder: Folder,
    pub signer: Signer,
    /// Which of the folder's logs is added to. A new one begins in a folder that is closed afterwards.
    pub log: LogNumber,
    /// The last applied commit. Who holds it is the one writer.
    pub writer: Mutex<StoreState>,
    /// `None` while it is being reopened, and after it has failed for good.
    pub engine: RwLock<Option<Engine>>,
    pub progress: Mutex<DurableProgress>,
    pub work: Condvar,
    pub done: Condvar,
    pub told: watch::Sender<()>,
    /// Tells that subscriptions are to be told something.
    pub outgoing: watch::Sender<()>,
    pub emergency: AtomicBool,
    /// For the copy that is being made.
    pub touched: Touched,
    pub syncs: AtomicU64,
    /// How often the database was opened anew after a full disk.
    pub reopened: AtomicU64,
    #[cfg(test)]
    pub observer: Mutex<Option<Observer>>,
    /// Whether a writer waits until nothing else waits for the disk.
    #[cfg(test)]
    pub alone: AtomicBool,
    /// Let go with the last handle: the folder is then free.
    pub _lock: Owned,
}

/// The open database, and the files whose space is taken ahead.
pub(crate) struct Engine {
    pub rows: Rows,
    pub data: Arc<File>,
    pub log: File,
}

/// What the store has done since it was opened: looking costs rows, keeping costs syncs, and idleness costs neither.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Work {
    /// Rows, index rows and counters that were looked up or passed in a range, for reading and for writing.
    pub rows_read: u64,
    /// How often the disk was asked to keep something.
    pub syncs: u64,
}

/// How far everything is.
#[derive(Default)]
pub(crate) struct DurableProgress {
    /// The highest commit number ever handed out; numbers are not used twice.
    pub applied: u64,
    pub durable: u64,
    /// Lines that are committed and not yet in `audit.log`.
    pub lines: Vec<Vec<u8>>,
    /// The state of `applied`.
    pub state: StoreState,
    pub bytes: usize,
    /// Writers at work or in the queue.
    pub queued: usize,
    /// Commits that a full disk took back before they were durable.
    pub lost: VecDeque<RangeInclusive<u64>>,
    /// Why nothing is accepted any more.
    pub failed: Option<String>,
    /// A copy that is to take the place of the database.
    pub swap: Option<Swap>,
    pub stop: bool,
}

/// Commits on their way to the disk.
pub(crate) struct QueuedCommits {
    pub state: StoreState,
    pub lines: Vec<Vec<u8>>,
    pub bytes: usize,
}

/// The places a test can look at, or let fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Point {
    Room,
    Applied,
    Flushed,
    DataSynced,
    LogWritten,
    LogSynced,
    HeadWritten,
    HeadSynced,
    /// A compaction's database is in its place and open, and not yet in use.
    Exchanged,
}

#[cfg(test)]
pub(crate) type Observer = Arc<dyn Fn(Point) -> std::io::Result<()> + Send + Sync>;

impl Store {
    /// Waits until `commit` and everything before it would survive a power cut.
    ///
    /// # Errors
    /// When a full disk took the commit back, or the disk failed.
    pub async fn durable(&self, commit: Commit) -> Result<(), StoreError> {
        let shared = &self.inner.shared;
        let mut told = shared.told.subscribe();
        loop {
            if let Some(outcome) = lock(&shared.progress).outcome(commit) {
                return outcome;
            }
            if told.changed().await.is_err() {
                return Err(StoreError::Stopped("it was closed".to_owned()));
            }
        }
    }

    /// Tells whenever commits have become durable.
    #[must_use]
    pub fn durable_commits(&self) -> watch::Receiver<()> {
        self.inner.shared.told.subscribe()
    }

    /// Tells whenever something was written that subscriptions are to be told; it need not be durable yet.
    #[must_use]
    pub fn outgoing(&self) -> watch::Receiver<()> {
        self.inner.shared.outgoing.subscribe()
    }

    /// The last commit that anybody can have seen: once it is durable, whatever was read before this was asked is.
    #[must_use]
    pub fn seen(&self) -> Commit {
        // A commit can be seen a moment before it is counted; its writer holds the lock for as long.
        Commit(lock(&self.inner.shared.writer).commit)
    }

    /// What has been done since the store was opened.
    #[must_use]
    pub fn work(&self) -> Work {
        let shared = &self.inner.shared;
        let engine = shared.engine.read().unwrap_or_else(PoisonError::into_inner);
        Work {
            rows_read: engine.as_ref().map_or(0, |engine| engine.rows.read()),
            syncs: shared.syncs.load(Ordering::Relaxed),
        }
    }

    /// How often commits were taken back that could be seen and were not durable, when a disk was full: what was read before
    /// holds only as long as this number does.
    #[must_use]
    pub fn reopened(&self) -> u64 {
        self.inner.shared.reopened.load(Ordering::SeqCst)
    }

    /// Why nothing is accepted any more; none while the store works.
    #[must_use]
    pub fn failure(&self) -> Option<String> {
        lock(&self.inner.shared.progress).failed.clone()
    }

    /// [`Store::durable`] for threads.
    pub fn durable_blocking(&self, commit: Commit) -> Result<(), StoreError> {
        self.inner
            .shared
            .wait_for(|progress| progress.outcome(commit))
    }
}

impl DurableProgress {
    /// Whether the disk is to be asked now: somebody waits, and nobody is about to join.
    pub(crate) fn is_due(&self) -> bool {
        let waiting = self.applied - self.durable;
        waiting > 0 && self.failed.is_none() && (self.queued == 0 || waiting >= GROUP)
    }

    /// Everything that was applied and is not durable.
    pub(crate) fn take(&mut self) -> Option<QueuedCommits> {
        (self.applied > self.durable && self.failed.is_none()).then(|| QueuedCommits {
            state: self.state.clone(),
            lines: std::mem::take(&mut self.lines),
            bytes: self.bytes,
        })
    }

    fn outcome(&self, commit: Commit) -> Option<Result<(), StoreError>> {
        if self.lost.iter().any(|lost| lost.contains(&commit.0)) {
            return Some(Err(StoreError::disk_full()));
        }
        if commit.0 <= self.durable {
            return Some(Ok(()));
        }
        self.failed
            .as_ref()
            .map(|why| Err(StoreError::Stopped(why.clone())))
    }
}

impl Shared {
    pub(crate) fn mode(&self) -> SpaceMode {
        if self.emergency.load(Ordering::Acquire) {
            SpaceMode::Emergency
        } else {
            SpaceMode::Normal
        }
    }

    /// Waits until not too much is waiting for the disk.
    pub(crate) fn wait_for_turn(&self) -> Result<(), StoreError> {
        self.wait_for(|progress| match &progress.failed {
            Some(why) => Some(Err(StoreError::Stopped(why.clone()))),
            None => (progress.bytes <= self.backlog()).then_some(Ok(())),
        })
    }

    #[cfg(test)]
    fn backlog(&self) -> usize {
        match self.alone.load(Ordering::Relaxed) {
            true => 0,
            false => BACKLOG,
        }
    }

    #[cfg(not(test))]
    #[expect(clippy::unused_self, reason = "tests ask for another one")]
    fn backlog(&self) -> usize {
        BACKLOG
    }

    /// Hands an applied commit to the committing thread.
    pub(crate) fn applied(&self, state: StoreState, lines: Vec<Vec<u8>>, bytes: usize) {
        let mut progress = lock(&self.progress);
        progress.applied = state.commit;
        progress.state = state;
        progress.lines.extend(lines);
        progress.bytes += bytes;
    }

    /// Joins the queue of writers. The committing thread lets the queue pass before it goes to the disk, and is woken
    /// when it has.
    pub(crate) fn queue(&self) -> Queued<'_> {
        lock(&self.progress).queued += 1;
        Queued(self)
    }

    pub(crate) fn stop(&self) {
        lock(&self.progress).stop = true;
        self.work.notify_one();
    }

    /// Gives up the reserve.
    pub(crate) fn enter_emergency(&self) -> Result<(), StoreError> {
        self.emergency.store(true, Ordering::Release);
        self.touched.give_up(GivenUp::DiskFull);
        reserve::give_up(&self.folder)
    }

    #[cfg(test)]
    pub(crate) fn reached(&self, point: Point) -> Result<(), StoreError> {
        let observer = lock(&self.observer).clone();
        let outcome = observer.map_or(Ok(()), |observer| observer(point));
        outcome.map_err(StoreError::io("reach a point on", &self.folder.root))
    }

    #[cfg(not(test))]
    #[expect(
        clippy::unnecessary_wraps,
        clippy::unused_self,
        reason = "tests observe here, and let it fail"
    )]
    pub(crate) fn reached(&self, _: Point) -> Result<(), StoreError> {
        Ok(())
    }

    pub(crate) fn fail(&self, error: &StoreError) {
        tracing::error!(%error, "the store has stopped");
        *self.engine.write().unwrap_or_else(PoisonError::into_inner) = None;
        lock(&self.progress)
            .failed
            .get_or_insert_with(|| error.to_string());
        self.tell();
    }

    pub(crate) fn tell(&self) {
        self.done.notify_all();
        self.told.send_replace(());
    }

    fn wait_for<T>(&self, mut ready: impl FnMut(&DurableProgress) -> Option<T>) -> T {
        let mut progress = lock(&self.progress);
        loop {
            if let Some(outcome) = ready(&progress) {
                return outcome;
            }
            progress = self
                .done
                .wait(progress)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// A place in the queue of writers, given up when dropped.
pub(crate) struct Queued<'a>(&'a Shared);

impl Drop for Queued<'_> {
    fn drop(&mut self) {
        let mut progress = lock(&self.0.progress);
        progress.queued -= 1;
        if progress.is_due() {
            self.0.work.notify_one();
        }
    }
}

/// A panic elsewhere does not make what a lock guards any less consistent: every holder changes it in one step.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
