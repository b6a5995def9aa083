//! Sync jobs: what is due is started, pulled page by page, and stopped at once when somebody says so.

pub mod acts;
mod answers;
mod fetch;
mod item;
pub(crate) mod parents;
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
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::domain::id::{ConnectionId, ExecutionId, JobId};
use crate::server::mint;

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
    /// When something came from the vendor last.
    moved: Mutex<Instant>,
}

impl Pulling {
    /// Something came from the vendor.
    fn moves(&self) {
        *lock(&self.moved) = Instant::now();
    }

    /// A wait is over that is none of its time.
    fn waited(&self, wait: Duration) {
        let mut moved = lock(&self.moved);
        *moved = (*moved + wait).min(Instant::now());
    }

    /// Returns when nothing has come for so long. To wait for a vendor's limit, or for a subscription, is not time.
    async fn stalled(&self, job: &JobId, most: Duration) {
        loop {
            let due = *lock(&self.moved) + most;
            match (due <= Instant::now(), self.executions.is_waiting(job)) {
                (false, _) => tokio::time::sleep_until(due).await,
                // What it waits for is taken off its time when that is over.
                (true, true) => tokio::time::sleep(most).await,
                (true, false) => return,
            }
        }
    }
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
            moved: Mutex::new(Instant::now()),
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

    /// Whether a job waits for a vendor's limit, or for something of ours.
    fn is_waiting(&self, job: &JobId) -> bool {
        self.waits_until(job).is_some() || self.held_up_by(job).is_some()
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

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    fn begun() -> (Pulling, JobId) {
        let pulling =
            Arc::new(Executions::default()).begin(&mint::execution(), &mint::connection());
        (pulling, mint::job())
    }

    #[tokio::test(start_paused = true)]
    async fn an_execution_is_stalled_when_nothing_has_come_for_its_time() {
        let (pulling, job) = begun();
        let begun = Instant::now();
        let later = async {
            tokio::time::sleep(MINUTE * 2 / 3).await;
            pulling.moves();
        };
        tokio::join!(pulling.stalled(&job, MINUTE), later);
        assert_eq!(begun.elapsed().as_secs(), 100);
    }

    #[tokio::test(start_paused = true)]
    async fn waiting_for_others_is_no_time_of_an_execution() {
        for held_up in [true, false] {
            let (pulling, job) = begun();
            let executions = &pulling.executions;
            let waiting = match held_up {
                true => {
                    executions.held_up(&job, "no room".to_owned());
                    None
                }
                false => Some(executions.waits(&job, MINUTE * 10)),
            };
            let stalled = pulling.stalled(&job, MINUTE);
            tokio::pin!(stalled);
            let within = tokio::time::timeout(MINUTE * 10, &mut stalled).await;
            assert!(within.is_err(), "held up: {held_up}");
            drop(waiting);
            executions.goes_on(&job);
            pulling.waited(MINUTE * 10);
            let began = Instant::now();
            stalled.await;
            let lasted = began.elapsed();
            assert!(MINUTE <= lasted && lasted <= MINUTE * 2, "{lasted:?}");
        }
    }
}
