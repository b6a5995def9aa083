//! Sync jobs: what is due is started, pulled page by page, and stopped at once when somebody says so.

pub mod acts;
mod answers;
mod fetch;
mod item;
pub(crate) mod parents;
mod progress;
mod pull;
mod room;
mod schedule;
mod task;
mod walk;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::domain::id::{ConnectionId, ExecutionId, JobId};
use crate::server::mint;

use progress::Progress;
pub use pull::run;
pub use schedule::keep as keep_schedule;

/// An execution that was told to stop has this long to commit what it has received.
const LAST_BATCH: Duration = Duration::from_secs(10);

/// The executions that run in this process.
#[derive(Default)]
pub struct Executions {
    running: Mutex<HashMap<ExecutionId, Running>>,
    /// Until when jobs wait for a vendor's limit.
    waiting: Mutex<HashMap<JobId, Timestamp>>,
    /// Why jobs wait for something of ours.
    held_up: Mutex<HashMap<JobId, String>>,
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
    /// What its time is counted by.
    progress: Progress,
}

impl Drop for Pulling {
    fn drop(&mut self) {
        self.executions
            .running
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&self.id);
        self.ended.send_replace(true);
    }
}

impl Executions {
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
            progress: Progress::begins(),
        }
    }

    /// A job begins to wait for a vendor's limit; it waits until what this returns is dropped.
    pub(super) fn waits<'a>(&'a self, job: &'a JobId, wait: Duration) -> Waiting<'a> {
        lock(&self.waiting).insert(job.clone(), mint::now() + wait);
        Waiting {
            executions: self,
            job,
        }
    }

    /// Until when a job waits for a vendor's limit.
    #[must_use]
    pub fn waits_until(&self, job: &JobId) -> Option<Timestamp> {
        lock(&self.waiting).get(job).copied()
    }

    /// A job waits for something of ours, for as long as nobody says that it goes on. Whether it did not before.
    fn held_up(&self, job: &JobId, why: String) -> bool {
        lock(&self.held_up).insert(job.clone(), why).is_none()
    }

    /// A job waits for nothing of ours any more. Whether it did.
    fn goes_on(&self, job: &JobId) -> bool {
        lock(&self.held_up).remove(job).is_some()
    }

    /// Why a job waits for something of ours.
    #[must_use]
    pub fn held_up_by(&self, job: &JobId) -> Option<String> {
        lock(&self.held_up).get(job).cloned()
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

/// A job that waits for a vendor's limit.
pub(super) struct Waiting<'a> {
    executions: &'a Executions,
    job: &'a JobId,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        lock(&self.executions.waiting).remove(self.job);
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
