//! One execution, from its beginning to its end.

use std::sync::Arc;
use std::time::Duration;

use super::fetch::Trouble;
use super::task::Task;
use super::{Pulling, parents, schedule};
use crate::domain::audit::jobs::SyncEnded;
use crate::domain::audit::{AuditOutcome, Event};
use crate::domain::job::{ExecutionEnd, SyncExecution, SyncJob};
use crate::server::who::server_entry;
use crate::server::{Server, mint};
use crate::store::StoreError;
use crate::store::facts::ExecutionOver;
use crate::wire::Topic;
use jiff::Timestamp;

/// Runs an execution to its end. The row stands already; it ends by itself, or because somebody ended it.
pub async fn run(server: Arc<Server>, job: SyncJob, execution: SyncExecution, pulling: Pulling) {
    let stop = pulling.stop.clone();
    let lasts = Duration::from_secs(u64::from(job.timeout_minutes) * 60);
    let ended = tokio::select! {
        biased;
        ended = pull_all(&server, &job, &execution, &pulling) => ended,
        () = pulling.progress.stalled(lasts) => Some(stalled(&job)),
        () = server.stop.cancelled() => None,
    };
    // Whoever stopped it ends the row, in the transaction that says why.
    let Some(how) = ended else {
        return drop(stop);
    };
    if let Err(error) = end(&server, &job, &execution, how).await {
        tracing::error!(execution = %execution.id, %error, "the end of an execution could not be recorded");
    }
    server.hub.tell([
        Topic::Jobs,
        Topic::Connections,
        Topic::Connection(execution.connection.clone()),
        Topic::Audit,
    ]);
    server.schedule.ring();
    let file = server.provider_of(&execution.connection);
    let watches = file.as_ref().and_then(|file| file.channels.as_ref());
    if watches.is_some_and(|spec| spec.entity == job.entity) {
        // The list may say that we were let into a channel.
        server.channels.alarm.ring();
    }
}

async fn end(
    server: &Server,
    job: &SyncJob,
    execution: &SyncExecution,
    how: ExecutionEnd,
) -> Result<(), StoreError> {
    let so_far = server
        .store
        .execution(&job.id, &execution.id)?
        .unwrap_or_else(|| execution.clone());
    let ended = SyncEnded {
        job: job.id.clone(),
        execution: execution.id.clone(),
        entity: job.entity.clone(),
        processed: so_far.processed,
        created: so_far.created,
        updated: so_far.updated,
        why: how.error(),
    };
    let (event, audit) = match how {
        ExecutionEnd::Succeeded => (Event::SyncSucceeded(ended), AuditOutcome::Done),
        ExecutionEnd::Failed { .. }
        | ExecutionEnd::Interrupted
        | ExecutionEnd::Cancelled { .. } => (Event::SyncFailed(ended), AuditOutcome::Failed),
    };
    let entry = server_entry(event, &execution.connection, audit);
    let at = mint::now();
    let next_run_at = next_run(server, job, at)?;
    let over = ExecutionOver {
        how,
        at,
        next_run_at,
    };
    server.store.execution_ended(execution, over, entry).await?;
    Ok(())
}

fn stalled(job: &SyncJob) -> ExecutionEnd {
    failed(format!("nothing came for {} minutes", job.timeout_minutes))
}

fn failed(why: String) -> ExecutionEnd {
    ExecutionEnd::Failed { why }
}

async fn pull_all(
    server: &Arc<Server>,
    job: &SyncJob,
    execution: &SyncExecution,
    pulling: &Pulling,
) -> Option<ExecutionEnd> {
    let begun = server.store.execution_runs(execution).await;
    server.hub.tell([Topic::Jobs]);
    let file = server.provider_of(&execution.connection);
    let listed = file
        .as_ref()
        .and_then(|file| Some((file, file.list_of(&job.entity)?)));
    let result = match (begun, listed) {
        (Err(error), _) => Err(Trouble::Store(error)),
        (_, None) => Err(Trouble::SetUp(format!(
            "the provider file has no {}",
            job.entity
        ))),
        (Ok(()), Some((file, spec))) => {
            let task = Task {
                server,
                job,
                execution,
                spec,
                parent: None,
                pulling,
            };
            parents::pull(&task, file).await
        }
    };
    match result {
        Ok(true) => Some(ExecutionEnd::Succeeded),
        Ok(false) => None,
        Err(trouble) => Some(failed(trouble.to_string())),
    }
}

/// When the job runs next by itself: as scheduled, or earlier where a list was found empty.
fn next_run(
    server: &Server,
    job: &SyncJob,
    now: Timestamp,
) -> Result<Option<Timestamp>, StoreError> {
    let job = server.store.job(&job.id)?;
    let again = now + server.empty_again;
    let scheduled = schedule::after(&job, now);
    let connection = server.store.connection(&job.connection)?;
    let looks_again = parents::claimed(server, &job, &connection)?
        .list
        .looks_again();
    Ok(match scheduled {
        _ if !job.is_enabled => None,
        Some(at) if looks_again => Some(at.min(again)),
        None if looks_again => Some(again),
        other => other,
    })
}
