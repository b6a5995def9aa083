//! Sync jobs: what is due is started, pulled page by page, and stopped at once when somebody says so.

mod ask_page;
pub(crate) mod claimed;
mod fetch;
mod handlers;
mod item;
pub mod job_commands;
mod keep;
mod limits;
mod outbox_room;
mod page_log;
mod page_queue;
mod page_turn;
pub(crate) mod parents;
mod passes;
mod progress;
mod pull;
mod schedule;
mod settle;
mod task;
mod wait_state;
mod walk;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::domain::id::{ConnectionId, ExecutionId, JobId};
use crate::domain::job::SlotLimits;
use crate::providers::Pool;

use limits::AccountLimits;
use page_log::PageLog;
use page_queue::{PageQueue, PageSlot, SlotState};
use progress::StallClock;
pub use pull::run;
pub use schedule::keep as keep_schedule;

/// An execution that was told to stop has this long to commit what it has received.
const LAST_BATCH: Duration = Duration::from_secs(10);

/// The executions that run in this process, or wait their turn.
pub struct Executions {
    running: Mutex<HashMap<ExecutionId, Running>>,
    /// What jobs wait for.
    waiting: Mutex<HashMap<JobId, WaitsFor>>,
    /// Who asks for a page, and who waits to.
    line: PageQueue,
    /// What vendors have said of limits.
    limits: AccountLimits,
    /// The latest pages that came.
    pub pages: PageLog,
}

/// What a job waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum WaitsFor {
    /// The end of a vendor's limit.
    Limit {
        /// When that is.
        until: Timestamp,
    },
    /// Something of ours.
    Us {
        /// What, in words.
        why: String,
    },
    /// A place to ask for a page in.
    Turn {
        /// Who has them, in words.
        why: String,
    },
}

struct Running {
    connection: ConnectionId,
    stop: CancellationToken,
    ended: watch::Receiver<bool>,
}

/// What an execution holds while it runs; dropping it says that it has ended.
pub struct Pulling {
    /// Says when to stop.
    pub stop: CancellationToken,
    id: ExecutionId,
    executions: Arc<Executions>,
    ended: watch::Sender<bool>,
    /// The connections that it asks on.
    pool: Pool,
    /// What its time is counted by.
    progress: StallClock,
    /// Where it asks for pages.
    place: PageSlot,
}

impl Pulling {
    /// Gives up its place while something else is waited for.
    fn leave_place(&self) {
        self.place.stands(SlotState::Without);
        self.executions.line.leave(&self.id);
    }

    /// Says whether it gives way to others at its host; where that is new, it stands in line anew.
    fn give_way(&self, gives_way: bool) {
        if self.place.will_give_way(gives_way) {
            self.leave_place();
        }
    }
}

impl Drop for Pulling {
    fn drop(&mut self) {
        // Whoever waits for its end finds nothing of a token in the buffers of its connections.
        drop(std::mem::take(&mut self.pool));
        self.leave_place();
        self.executions
            .running
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&self.id);
        self.ended.send_replace(true);
    }
}

impl Executions {
    /// None yet, with so many requests under way to one host.
    #[must_use]
    pub fn new(requests_per_host: usize) -> Self {
        Self {
            running: Mutex::default(),
            waiting: Mutex::default(),
            line: PageQueue::new(SlotLimits::of_hosts(requests_per_host)),
            limits: AccountLimits::default(),
            pages: PageLog::default(),
        }
    }

    /// Registers an execution that begins.
    pub fn begin(self: &Arc<Self>, id: &ExecutionId, connection: &ConnectionId) -> Pulling {
        let (ended, watched) = watch::channel(false);
        let stop = CancellationToken::new();
        let running = Running {
            connection: connection.clone(),
            stop: stop.clone(),
            ended: watched,
        };
        self.running
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(id.clone(), running);
        Pulling {
            stop,
            id: id.clone(),
            executions: Arc::clone(self),
            ended,
            pool: Pool::default(),
            progress: StallClock::begins(),
            place: PageSlot::default(),
        }
    }

    /// Whether it did not wait for this before.
    fn waits(&self, job: &JobId, what: WaitsFor) -> bool {
        let before = lock(&self.waiting).insert(job.clone(), what.clone());
        before.as_ref() != Some(&what)
    }

    fn waits_no_more(&self, job: &JobId) {
        lock(&self.waiting).remove(job);
    }

    /// Until when a job waits for a vendor's limit.
    #[must_use]
    pub fn waits_until(&self, job: &JobId) -> Option<Timestamp> {
        match lock(&self.waiting).get(job)? {
            WaitsFor::Limit { until } => Some(*until),
            WaitsFor::Us { .. } | WaitsFor::Turn { .. } => None,
        }
    }

    /// Why a job waits for something of ours.
    #[must_use]
    pub fn held_up_by(&self, job: &JobId) -> Option<String> {
        match lock(&self.waiting).get(job)? {
            WaitsFor::Us { why } => Some(why.clone()),
            WaitsFor::Limit { .. } | WaitsFor::Turn { .. } => None,
        }
    }

    /// Who has the place that a job waits for, in words.
    #[must_use]
    pub fn behind(&self, job: &JobId) -> Option<String> {
        match lock(&self.waiting).get(job)? {
            WaitsFor::Turn { why } => Some(why.clone()),
            WaitsFor::Limit { .. } | WaitsFor::Us { .. } => None,
        }
    }

    /// Stops the executions of a connection; what they had received is committed when this returns.
    pub async fn stop_all(&self, connection: &ConnectionId) {
        self.stop_where(|running| running.connection == *connection)
            .await;
    }

    /// Stops one execution, likewise.
    pub async fn stop(&self, id: &ExecutionId) {
        let ended = self
            .running
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(id)
            .map(halt);
        await_end(ended.into_iter()).await;
    }

    /// Stops all of them, likewise.
    pub async fn stop_everything(&self) {
        self.stop_where(|_| true).await;
    }

    async fn stop_where(&self, which: impl Fn(&Running) -> bool) {
        let ended: Vec<_> = {
            let running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
            running.values().filter(|r| which(r)).map(halt).collect()
        };
        await_end(ended.into_iter()).await;
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn halt(running: &Running) -> watch::Receiver<bool> {
    running.stop.cancel();
    running.ended.clone()
}

async fn await_end(ended: impl Iterator<Item = watch::Receiver<bool>>) {
    let all = async {
        for mut ended in ended {
            // A sender that is gone has ended too.
            if ended.wait_for(|ended| *ended).await.is_err() {
                tracing::debug!("an execution ended without a word");
            }
        }
    };
    if tokio::time::timeout(LAST_BATCH, all).await.is_err() {
        tracing::warn!("an execution did not commit its last batch in time");
    }
}
