//! What is due is started. Between two due times nothing wakes up.

use std::sync::Arc;

use futures::future::join_all;
use jiff::Timestamp;

use super::run;
use crate::domain::audit::jobs::JobActed;
use crate::domain::audit::{AuditOutcome, Event, NewEntry};
use crate::domain::job::{ExecutionStatus, SyncExecution, SyncJob, in_rounds};
use crate::server::caller::server_entry;
use crate::server::{AFTER_TROUBLE, Server, clock_and_ids};
use crate::store::StoreError;
use crate::store::facts::Wished;
use crate::wire::Topic;

/// So many jobs begin in one wait for the disk.
const TOGETHER: usize = 32;

/// Why an execution begins.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum ExecutionCause {
    /// A schedule or a person asks for it.
    Asked,
    /// A person asks for it, with wishes.
    Wished(Box<Wished>),
    /// The vendor told of a change.
    Event,
}

/// Starts what is due, until the server stops.
pub async fn keep(server: Arc<Server>) {
    loop {
        let next = match start_due(&server).await {
            Ok(next) => next,
            Err(error) => {
                tracing::error!(%error, "what is due could not be looked up");
                Some(clock_and_ids::now() + AFTER_TROUBLE)
            }
        };
        if !server.schedule.wait(next, &server.stop).await {
            return;
        }
    }
}

/// Begins an execution of a job, and lets it run.
///
/// # Errors
/// [`StoreError::Refused`] says why it cannot begin.
pub(crate) async fn start_execution(
    server: &Arc<Server>,
    job: &SyncJob,
    why: ExecutionCause,
    entry: NewEntry,
) -> Result<SyncExecution, StoreError> {
    let connection = server.store.connection(&job.connection)?;
    let is_by_event = why == ExecutionCause::Event;
    let wished = match why {
        ExecutionCause::Wished(wished) => Some(*wished),
        ExecutionCause::Asked | ExecutionCause::Event => None,
    };
    // Whoever has wishes has the pass begin anew.
    let pass = job.list.pass.as_ref().filter(|_| wished.is_none());
    let execution = SyncExecution {
        id: clock_and_ids::execution(),
        job: job.id.clone(),
        connection: job.connection.clone(),
        generation: connection.generation,
        status: ExecutionStatus::Queued,
        started_at: clock_and_ids::now(),
        completed_at: None,
        processed: 0,
        created: 0,
        updated: 0,
        skipped: 0,
        failed: 0,
        pages: 0,
        halved: 0,
        total: None,
        cursor: pass
            .and_then(|pass| pass.cursor())
            .map(serde_json::Value::from),
        is_by_event,
        error: None,
    };
    // Registered first: a disconnect that comes in between finds it and waits for it.
    let pulling = server
        .executions
        .begin(&execution.id, &execution.connection);
    let begun = server.store.execution_begun(execution, wished, entry);
    let execution = begun.await?;
    server.hub.tell([
        Topic::Jobs,
        Topic::Connections,
        Topic::Connection(execution.connection.clone()),
        Topic::Audit,
    ]);
    server.tasks.spawn(run(
        Arc::clone(server),
        job.clone(),
        execution.clone(),
        pulling,
    ));
    Ok(execution)
}

/// Starts every job that is due; returns when the next one is.
async fn start_due(server: &Arc<Server>) -> Result<Option<Timestamp>, StoreError> {
    let (due, mut soonest) = server.store.due_jobs(clock_and_ids::now())?;
    let mut due = in_rounds(due).into_iter().peekable();
    while due.peek().is_some() {
        let some = due.by_ref().take(TOGETHER);
        let started = join_all(some.map(|job| start(server, job))).await;
        if started.contains(&false) {
            soonest = Some(clock_and_ids::now() + AFTER_TROUBLE);
        }
    }
    Ok(soonest)
}

/// Starts a job that is due; false where our own store is in trouble, and it stays due.
async fn start(server: &Arc<Server>, job: SyncJob) -> bool {
    let connection = match server.store.connection(&job.connection) {
        Ok(connection) => connection,
        Err(error) => {
            tracing::error!(%error, job = %job.id, "not started");
            return true;
        }
    };
    // A job whose connection cannot be used is blocked; it becomes due again with the connection.
    if !connection.status.is_pulled() {
        return true;
    }
    let why = match job.is_due_by_event(clock_and_ids::now()) {
        true => ExecutionCause::Event,
        false => ExecutionCause::Asked,
    };
    let started = Event::SyncStarted(JobActed {
        job: job.id.clone(),
        entity: job.entity.clone(),
        name: None,
        by_event: why == ExecutionCause::Event,
        wishes: None,
    });
    let entry = server_entry(started, &job.connection, AuditOutcome::Done);
    match start_execution(server, &job, why, entry).await {
        Ok(execution) => tracing::debug!(%execution.id, "started"),
        Err(StoreError::Refused(why)) => tracing::debug!(%why, job = %job.id, "not started"),
        Err(error) => {
            tracing::error!(%error, job = %job.id, "not started");
            return false;
        }
    }
    true
}
