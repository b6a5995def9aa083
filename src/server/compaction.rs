//! Keeping the store small: compactions, by hand and by themselves.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::caller::{Caller, server_entry};
use super::handler::Handler;
use super::{Server, clock_and_ids};
use crate::domain::audit::upkeep::StoreCompacted;
use crate::domain::audit::{AuditOutcome, Event, NewEntry};
use crate::store::{Compacted, LiveSize, Size, StoreError};
use crate::wire::view::{Compaction, CompactionState, Progress};
use crate::wire::{Problem, Topic, rpc};

/// While there is writing, the store is looked at so often: in a minute a long list is written several times over.
const INTERVAL: Duration = Duration::from_secs(2);
/// What failed, or left as much as there was, is not tried again earlier: it may have copied much.
const AGAIN: Duration = Duration::from_secs(60);
/// Whoever shows a progress hears of it so often at most.
const TOLD: Duration = Duration::from_millis(200);
/// The compaction that is under way, or the last one.
#[derive(Default)]
pub(crate) struct CurrentCompaction(Mutex<Option<Compaction>>);

/// For whom the store is compacted.
#[derive(Clone)]
pub(crate) enum CompactionTrigger {
    /// A person asked.
    Caller(Box<Caller>),
    /// It was due.
    Itself,
}

impl CompactionTrigger {
    fn entry(&self, outcome: AuditOutcome, compacted: StoreCompacted) -> NewEntry {
        let event = Event::Compacted(compacted);
        match self {
            Self::Caller(caller) => caller.entry(event, "store", outcome),
            Self::Itself => server_entry(event, "store", outcome),
        }
    }
}

impl CurrentCompaction {
    fn lock(&self) -> MutexGuard<'_, Option<Compaction>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A further one, or the one that is under way.
    fn begin(&self, size: Size) -> Result<Compaction, Box<Compaction>> {
        let mut last = self.lock();
        if let Some(running) = last
            .as_ref()
            .filter(|it| it.state == CompactionState::Running)
        {
            return Err(Box::new(running.clone()));
        }
        let begun = Compaction {
            number: last.as_ref().map_or(1, |last| last.number + 1),
            state: CompactionState::Running,
            began_at: clock_and_ids::now(),
            progress: Progress::of(size.live),
            before: size.file,
            after: None,
            held_up_ms: None,
            why: None,
        };
        *last = Some(begun.clone());
        Ok(begun)
    }

    fn change(&self, change: impl FnOnce(&mut Compaction)) {
        if let Some(last) = self.lock().as_mut() {
            change(last);
        }
    }

    fn end(&self, ended: &Result<Compacted, StoreError>) {
        self.change(|it| match ended {
            Ok(done) => {
                it.state = CompactionState::Done;
                it.after = Some(done.after);
                it.held_up_ms = u64::try_from(done.held_up.as_millis()).ok();
                it.progress = Progress {
                    bytes: done.live.bytes,
                    bytes_total: Some(done.live.bytes),
                    rows: done.live.rows,
                    rows_total: Some(done.live.rows),
                    seconds_left: Some(0),
                };
            }
            Err(error) => {
                it.state = CompactionState::Failed;
                it.why = Some(error.to_string());
            }
        });
    }
}

impl Handler for rpc::Compact {
    /// Its end is an entry.
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        let size = server.store.size()?;
        match server.upkeep.begin(size) {
            Ok(begun) => {
                let whose = CompactionTrigger::Caller(Box::new(caller.clone()));
                let ours = Arc::clone(server);
                server.tasks.spawn(async move { make(&ours, whose).await });
                Ok(begun)
            }
            Err(running) => Ok(*running),
        }
    }
}

impl Handler for rpc::Compaction {
    async fn handle(self, server: &Arc<Server>, _: &Caller) -> Result<Self::Reply, Problem> {
        Ok(server.upkeep.lock().clone())
    }
}

/// Compacts the store whenever more than half of it is what was overwritten or removed, until the server stops.
pub(crate) async fn keep(server: Arc<Server>) {
    let mut commits = server.store.durable_commits();
    commits.mark_changed();
    loop {
        tokio::select! {
            () = server.stop.cancelled() => return,
            changed = commits.changed() => if changed.is_err() { return },
        }
        let is_well = match server.store.size() {
            Ok(size) if size.is_wasteful() && server.upkeep.begin(size).is_ok() => {
                make(&server, CompactionTrigger::Itself).await;
                server.store.size().is_ok_and(|size| !size.is_wasteful())
            }
            Ok(_) => true,
            Err(error) => {
                tracing::warn!(%error, "how large the store is cannot be told");
                false
            }
        };
        if !server.pause(if is_well { INTERVAL } else { AGAIN }).await {
            return;
        }
    }
}

/// Compacts for a wipe, whose entry tells of it.
///
/// # Errors
/// When another one is under way, and as [`crate::store::Store::compact`].
pub(crate) async fn compact_within(server: &Arc<Server>) -> Result<Compacted, StoreError> {
    let begun = server.upkeep.begin(server.store.size()?);
    begun.map_err(|_| StoreError::CopyUnderWay)?;
    let ended = run(server).await;
    server.upkeep.end(&ended);
    ended
}

/// Makes the one that was begun.
async fn make(server: &Arc<Server>, whose: CompactionTrigger) {
    let ended = run(server).await;
    server.upkeep.end(&ended);
    let entry = match (&ended, &whose) {
        (Ok(done), _) => {
            let held_up = u64::try_from(done.held_up.as_millis()).unwrap_or(u64::MAX);
            let compacted = StoreCompacted::Done {
                before: done.before,
                after: done.after,
                rows: done.live.rows,
                held_up_ms: held_up,
            };
            Some(whose.entry(AuditOutcome::Done, compacted))
        }
        (Err(error), CompactionTrigger::Caller(_)) => {
            let why = error.to_string();
            Some(whose.entry(AuditOutcome::Failed, StoreCompacted::NotDone { why }))
        }
        // It is tried again in a minute, and nobody waits for it.
        (Err(error), CompactionTrigger::Itself) => {
            tracing::warn!(%error, "the store was not compacted");
            None
        }
    };
    if let Some(entry) = entry
        && let Err(error) = server.store.note(entry).await
    {
        tracing::error!(%error, "the end of a compaction is not in the record");
    }
    server.hub.tell([Topic::Upkeep, Topic::Audit]);
}

/// Compacts on a thread of its own, and tells how far it is.
async fn run(server: &Arc<Server>) -> Result<Compacted, StoreError> {
    let ours = Arc::clone(server);
    let made = tokio::task::spawn_blocking(move || {
        let began = Instant::now();
        let mut told = began;
        ours.store.compact(|live| {
            ours.upkeep
                .change(|it| it.progress = it.progress.at(live, began.elapsed()));
            if told.elapsed() >= TOLD {
                told = Instant::now();
                ours.hub.tell([Topic::Upkeep]);
            }
        })
    });
    made.await
        .unwrap_or_else(|error| Err(StoreError::Stopped(error.to_string())))
}

impl Progress {
    /// The beginning of a copy of what lives.
    pub(super) fn of(live: Option<LiveSize>) -> Self {
        Self {
            bytes_total: live.map(|live| live.bytes),
            rows_total: live.map(|live| live.rows),
            ..Self::default()
        }
    }

    /// The same, with so much done after so long.
    pub(crate) fn at(self, done: LiveSize, elapsed: Duration) -> Self {
        let left = self
            .bytes_total
            .map(|total| total.saturating_sub(done.bytes));
        let pace = done.bytes as f64 / elapsed.as_secs_f64().max(0.001);
        Self {
            bytes: done.bytes,
            rows: done.rows,
            seconds_left: left.map(|left| (left as f64 / pace.max(1.0)).ceil() as u64),
            ..self
        }
    }
}
