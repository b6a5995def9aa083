//! How a commit becomes durable. One thread takes everything that has been applied so far, and for all of it together:
//! the database's flush, `fdatasync` of its file, the lines of `audit.log` and `fdatasync`, `head` and `fdatasync`. Then
//! everybody who waits is told. It sleeps without a timeout, so an idle store never wakes up and never syncs.

use std::collections::VecDeque;
use std::fs::File;
use std::ops::RangeInclusive;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, RwLock, mpsc};
use std::time::Duration;

use tokio::sync::watch;

use super::engine::Rows;
use super::error::StoreError;
use super::folder::Folder;
use super::head::Head;
use super::log::Log;
use super::state::State;
use super::write::Commit;
use super::{Mode, Store, open, reserve};
use crate::audit::Signer;

/// How long a flush may take before it is asked whether it failed in silence.
const PATIENCE: Duration = Duration::from_secs(1);
/// Writers wait when more than this is not yet durable. The database may reuse space one segment (512 KiB) after it has
/// written what replaces it, believing that it is on the disk; below that amount, it is.
const BACKLOG: usize = 256 << 10;

/// What the store's handles and its committing thread share. Locks are taken in the order of the fields.
pub(crate) struct Shared {
    pub folder: Folder,
    pub signer: Signer,
    /// The last applied commit. Who holds it is the one writer.
    pub writer: Mutex<State>,
    /// Held while a batch is applied and while the database flushes. sled excludes the two anyway, with a lock that also
    /// stops readers; waiting here does not.
    pub turn: Mutex<()>,
    /// `None` while it is being reopened, and after it has failed for good.
    pub engine: RwLock<Option<Engine>>,
    pub progress: Mutex<Progress>,
    pub work: Condvar,
    pub done: Condvar,
    pub told: watch::Sender<()>,
    pub emergency: AtomicBool,
    #[cfg(test)]
    pub observer: Mutex<Option<Observer>>,
    /// Let go with the last handle: the folder is then free.
    pub _lock: File,
}

/// The open database, and the files whose space is taken ahead.
pub(crate) struct Engine {
    pub rows: Rows,
    pub data: Arc<File>,
    pub log: File,
}

/// How far everything is.
#[derive(Default)]
pub(crate) struct Progress {
    /// The highest commit number ever handed out; numbers are not used twice.
    pub applied: u64,
    pub durable: u64,
    /// Lines that are in the database and not yet in `audit.log`.
    pub lines: Vec<Vec<u8>>,
    /// The state of `applied`.
    pub state: State,
    pub bytes: usize,
    /// Commits that a full disk took back before they were durable.
    pub lost: VecDeque<RangeInclusive<u64>>,
    /// The database must be reopened.
    pub broken: bool,
    /// Why nothing is accepted any more.
    pub failed: Option<String>,
    pub stop: bool,
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
}

#[cfg(test)]
pub(crate) type Observer = Box<dyn FnMut(Point) -> std::io::Result<()> + Send>;

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

    /// [`Store::durable`] for threads.
    ///
    /// # Errors
    /// As there.
    pub fn durable_blocking(&self, commit: Commit) -> Result<(), StoreError> {
        self.inner
            .shared
            .wait_for(|progress| progress.outcome(commit))
    }
}

impl Progress {
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
    pub(crate) fn mode(&self) -> Mode {
        if self.emergency.load(Ordering::Acquire) {
            Mode::Emergency
        } else {
            Mode::Normal
        }
    }

    /// Waits until writing may go on: the database is open, and not too much is waiting for the disk.
    pub(crate) fn wait_for_turn(&self) -> Result<(), StoreError> {
        self.wait_for(|progress| match &progress.failed {
            Some(why) => Some(Err(StoreError::Stopped(why.clone()))),
            None => (!progress.broken && progress.bytes <= BACKLOG).then_some(Ok(())),
        })
    }

    /// Hands an applied commit to the committing thread.
    pub(crate) fn applied(&self, state: State, lines: Vec<Vec<u8>>, bytes: usize) {
        let mut progress = lock(&self.progress);
        progress.applied = state.commit;
        progress.state = state;
        progress.lines.extend(lines);
        progress.bytes += bytes;
        drop(progress);
        self.work.notify_one();
    }

    /// The database refused. A full disk is survived; after anything else nothing can be trusted.
    pub(crate) fn refused(&self, error: &StoreError) -> StoreError {
        if error.is_full() {
            lock(&self.progress).broken = true;
            self.work.notify_one();
            return StoreError::disk_full();
        }
        self.fail(error);
        StoreError::Stopped(error.to_string())
    }

    pub(crate) fn stop(&self) {
        lock(&self.progress).stop = true;
        self.work.notify_one();
    }

    /// Gives up the reserve.
    pub(crate) fn enter_emergency(&self) -> Result<(), StoreError> {
        self.emergency.store(true, Ordering::Release);
        reserve::give_up(&self.folder)
    }

    #[cfg(test)]
    pub(crate) fn reached(&self, point: Point) -> Result<(), StoreError> {
        match lock(&self.observer).as_mut() {
            Some(observer) => {
                observer(point).map_err(StoreError::io("reach a point on", &self.folder.root))
            }
            None => Ok(()),
        }
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

    fn fail(&self, error: &StoreError) {
        tracing::error!(%error, "the store has stopped");
        *self.engine.write().unwrap_or_else(PoisonError::into_inner) = None;
        lock(&self.progress)
            .failed
            .get_or_insert_with(|| error.to_string());
        self.tell();
    }

    fn tell(&self) {
        self.done.notify_all();
        self.told.send_replace(());
    }

    fn wait_for<T>(&self, mut ready: impl FnMut(&Progress) -> Option<T>) -> T {
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

/// A panic elsewhere does not make what a lock guards any less consistent: every holder changes it in one step.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The committing thread's own.
pub(crate) struct Committer {
    pub shared: Arc<Shared>,
    pub head: File,
    pub log: Log,
    pub flusher: Flusher,
}

/// What the committing thread does next.
enum Task {
    Commit {
        state: State,
        lines: Vec<Vec<u8>>,
        bytes: usize,
    },
    Reopen,
    Close(State),
}

impl Committer {
    /// Works until the store is closed.
    pub(crate) fn run(mut self) {
        loop {
            let done = match self.next() {
                Task::Close(state) => return self.close(&state),
                Task::Reopen => self.reopen(),
                Task::Commit {
                    state,
                    lines,
                    bytes,
                } => match self.commit(&state, &lines) {
                    Ok(()) => {
                        let mut progress = lock(&self.shared.progress);
                        progress.durable = state.commit;
                        progress.bytes = progress.bytes.saturating_sub(bytes);
                        Ok(())
                    }
                    Err(error) if error.is_full() => self.reopen(),
                    Err(error) => Err(error),
                },
            };
            match done {
                Ok(()) => self.shared.tell(),
                Err(error) => self.shared.fail(&error),
            }
        }
    }

    fn next(&self) -> Task {
        let mut progress = lock(&self.shared.progress);
        loop {
            let failed = progress.failed.is_some();
            if progress.broken && !failed {
                return Task::Reopen;
            }
            if progress.applied > progress.durable && !failed {
                let lines = std::mem::take(&mut progress.lines);
                return Task::Commit {
                    state: progress.state.clone(),
                    lines,
                    bytes: progress.bytes,
                };
            }
            if progress.stop {
                return Task::Close(progress.state.clone());
            }
            progress = self
                .shared
                .work
                .wait(progress)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn commit(&mut self, state: &State, lines: &[Vec<u8>]) -> Result<(), StoreError> {
        let shared = &self.shared;
        let stopped = || StoreError::Stopped("the database is closed".to_owned());
        let (rows, data) = {
            let engine = shared.engine.read().unwrap_or_else(PoisonError::into_inner);
            engine
                .as_ref()
                .map(|engine| (engine.rows.clone(), engine.data.clone()))
                .ok_or_else(stopped)?
        };
        {
            let _turn = lock(&shared.turn);
            self.flusher.flush(rows)?;
        }
        shared.reached(Point::Flushed)?;
        data.sync_data()
            .map_err(StoreError::io("sync", &shared.folder.data()))?;
        shared.reached(Point::DataSynced)?;
        if !lines.is_empty() {
            self.log.write(lines)?;
            shared.reached(Point::LogWritten)?;
            self.log.sync()?;
        }
        shared.reached(Point::LogSynced)?;
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
        *engine = None;
        shared.enter_emergency()?;
        let opened = open::Opened::new(&shared.folder)?;
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
        progress.broken = false;
        progress.state = opened.state.clone();
        *writer = opened.state;
        Ok(())
    }

    /// Everything is durable; `head` says that the rows need no adding up at the next start.
    fn close(self, state: &State) {
        let progress = lock(&self.shared.progress);
        let whole =
            progress.failed.is_none() && !progress.broken && progress.durable == progress.applied;
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

/// Flushes in a thread of its own, because a flush whose write fails may wait for ever and has then to be woken.
pub(crate) struct Flusher {
    ask: mpsc::Sender<Rows>,
    answer: mpsc::Receiver<Result<(), StoreError>>,
}

impl Flusher {
    pub(crate) fn start() -> std::io::Result<Self> {
        let (ask, asked) = mpsc::channel::<Rows>();
        let (reply, answer) = mpsc::channel();
        std::thread::Builder::new()
            .name("store flush".to_owned())
            .spawn(move || {
                while let Ok(rows) = asked.recv() {
                    let outcome = rows.flush();
                    // The database's file is let go before the answer, so that who reopens it finds it free.
                    drop(rows);
                    if reply.send(outcome).is_err() {
                        break;
                    }
                }
            })?;
        Ok(Self { ask, answer })
    }

    fn flush(&self, rows: Rows) -> Result<(), StoreError> {
        let gone = || StoreError::Stopped("its flushing thread died".to_owned());
        self.ask.send(rows.clone()).map_err(|_| gone())?;
        loop {
            match self.answer.recv_timeout(PATIENCE) {
                Ok(outcome) => return outcome,
                Err(mpsc::RecvTimeoutError::Timeout) => rows.wake_failed_flush(),
                Err(mpsc::RecvTimeoutError::Disconnected) => return Err(gone()),
            }
        }
    }
}
