//! One execution, from its beginning to its end.

use std::sync::Arc;
use std::time::Duration;

use super::fetch::Trouble;
use super::task::Task;
use super::walk;
use super::{Pulling, schedule};
use crate::domain::audit::jobs::SyncEnded;
use crate::domain::audit::{AuditOutcome, Event};
use crate::domain::job::{ExecutionStatus, SyncExecution, SyncJob};
use crate::server::who::server_entry;
use crate::server::{Server, mint};
use crate::store::StoreError;
use crate::wire::Topic;
use jiff::Timestamp;

/// How an execution ended, when nobody stopped it.
enum End {
    Succeeded,
    Failed(String),
}

/// Runs an execution to its end. The row stands already; it ends by itself, or because somebody ended it.
pub async fn run(server: Arc<Server>, job: SyncJob, execution: SyncExecution, pulling: Pulling) {
    let stop = pulling.stop.clone();
    let lasts = Duration::from_secs(u64::from(job.timeout_minutes) * 60);
    let ended = tokio::select! {
        biased;
        ended = tokio::time::timeout(lasts, pull_all(&server, &job, &execution, &pulling)) => {
            ended.unwrap_or_else(|_| Some(End::Failed(format!("it took longer than {} minutes", job.timeout_minutes))))
        }
        () = server.stop.cancelled() => None,
    };
    let outcome = match ended {
        // Whoever stopped it ends the row, in the transaction that says why.
        None => return drop(stop),
        Some(End::Succeeded) => (ExecutionStatus::Succeeded, None),
        Some(End::Failed(why)) => (ExecutionStatus::Failed, Some(why)),
    };
    if let Err(error) = end(&server, &job, &execution, outcome).await {
        tracing::error!(execution = %execution.id, %error, "the end of an execution could not be recorded");
    }
    server.hub.tell([
        Topic::Jobs,
        Topic::Connections,
        Topic::Connection(execution.connection),
        Topic::Audit,
    ]);
    server.schedule.ring();
}

async fn end(
    server: &Server,
    job: &SyncJob,
    execution: &SyncExecution,
    outcome: (ExecutionStatus, Option<String>),
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
        why: outcome.1.clone(),
    };
    let (event, audit) = match outcome.0 {
        ExecutionStatus::Succeeded => (Event::SyncSucceeded(ended), AuditOutcome::Done),
        _ => (Event::SyncFailed(ended), AuditOutcome::Failed),
    };
    let entry = server_entry(event, &execution.connection, audit);
    let now = mint::now();
    let next = next_run(server, job, now)?;
    server
        .store
        .execution_ended(execution, outcome, (now, next), entry)
        .await?;
    Ok(())
}

async fn pull_all(
    server: &Arc<Server>,
    job: &SyncJob,
    execution: &SyncExecution,
    pulling: &Pulling,
) -> Option<End> {
    let begun = server.store.execution_runs(execution).await;
    server.hub.tell([Topic::Jobs]);
    let spec = server.provider_of(&execution.connection).and_then(|file| {
        file.sync
            .iter()
            .find(|sync| sync.entity == job.entity)
            .cloned()
    });
    let result = match (begun, spec) {
        (Err(error), _) => Err(Trouble::Store(error)),
        (_, None) => Err(Trouble::SetUp(format!(
            "the provider file has no {}",
            job.entity
        ))),
        (Ok(()), Some(spec)) => {
            let task = Task {
                server,
                job,
                execution,
                spec: &spec,
                pulling,
            };
            walk::to_the_end(&task).await
        }
    };
    match result {
        Ok(true) => Some(End::Succeeded),
        Ok(false) => None,
        Err(trouble) => Some(End::Failed(trouble.to_string())),
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
    Ok(match scheduled {
        _ if !job.is_enabled => None,
        Some(at) if job.looks_again() => Some(at.min(again)),
        None if job.looks_again() => Some(again),
        other => other,
    })
}
