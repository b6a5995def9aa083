//! One execution, from its beginning to its end.

use std::sync::Arc;
use std::time::Duration;

use super::claimed::claimed;
use super::fetch::{FetchError, Wait};
use super::page_turn;
use super::task::Task;
use super::{Pulling, parents};
use crate::domain::audit::jobs::SyncEnded;
use crate::domain::audit::{AuditOutcome, Event};
use crate::domain::hold::left_alone;
use crate::domain::job::{ExecutionEnd, ExecutionStatus, SyncExecution, SyncJob};
use crate::domain::provider::{Endpoints, ProviderFile, SyncSpec};
use crate::domain::saturating_time::saturating_later;
use crate::providers::{App, CallContext};
use crate::server::caller::server_entry;
use crate::server::{Server, clock_and_ids};
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
    // Its place at the host is free for the next one.
    drop(pulling);
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
    let gone = server
        .store
        .old_executions_go(&job.id, clock_and_ids::now());
    if let Err(error) = gone.await {
        tracing::error!(job = %job.id, %error, "old executions could not be removed");
    }
}

/// How an execution is over that nobody stopped.
struct ExecutionOutcome {
    how: ExecutionEnd,
    /// When a vendor's trouble stopped it: how long to wait until it is tried again.
    wait: Option<Wait>,
}

async fn end(
    server: &Server,
    job: &SyncJob,
    execution: &SyncExecution,
    over: ExecutionOutcome,
) -> Result<(), StoreError> {
    let ExecutionOutcome { how, wait } = over;
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
    let at = clock_and_ids::now();
    let scheduled = next_run(server, job, at)?;
    let again = again(server, execution, wait)?.map(|wait| saturating_later(at, wait));
    // A schedule does not come before the time until which the vendor wants to be left alone.
    let asked = wait.and_then(Wait::asked);
    let asked = asked.map(|asked| saturating_later(at, left_alone(asked)));
    let soonest = scheduled.into_iter().chain(again).min();
    let next_run_at = soonest.map(|next| asked.map_or(next, |asked| next.max(asked)));
    let over = ExecutionOver {
        how,
        at,
        next_run_at,
    };
    server.store.execution_ended(execution, over, entry).await?;
    Ok(())
}

fn stalled(job: &SyncJob) -> ExecutionOutcome {
    let why = format!("nothing came for {} minutes", job.timeout_minutes);
    ExecutionOutcome {
        how: ExecutionEnd::Failed { why },
        wait: Some(Wait::ByPace),
    }
}

/// After how long an execution is followed by another one that a vendor's trouble has stopped.
fn again(
    server: &Server,
    execution: &SyncExecution,
    wait: Option<Wait>,
) -> Result<Option<Duration>, StoreError> {
    let Some(wait) = wait else {
        return Ok(None);
    };
    let job = server.store.job(&execution.job)?;
    let most = usize::from(job.max_retries) + 1;
    let before = server.store.executions_of(&job.id, most)?.into_iter();
    let before = before.filter(|it| it.id != execution.id);
    let before: Vec<ExecutionStatus> = before.map(|it| it.status).collect();
    let wait = job.again(&before, clock_and_ids::chance(), wait.asked());
    Ok(wait.filter(|_| job.is_enabled))
}

async fn pull_all(
    server: &Arc<Server>,
    job: &SyncJob,
    execution: &SyncExecution,
    pulling: &Pulling,
) -> Option<ExecutionOutcome> {
    let file = server.provider_of(&execution.connection);
    let listed = file
        .as_ref()
        .and_then(|file| Some((file, file.list_of(&job.entity)?)));
    let result = match listed {
        None => Err(FetchError::SetUp(format!(
            "the provider file has no {}",
            job.entity
        ))),
        Some((file, spec)) => {
            let task = Task {
                server,
                job,
                execution,
                spec,
                parent: None,
                host: &host(server, execution, file, spec),
                pulling,
            };
            in_its_turn(&task, file).await
        }
    };
    match result {
        Ok(true) => Some(ExecutionOutcome {
            how: ExecutionEnd::Succeeded,
            wait: None,
        }),
        Ok(false) => None,
        Err(trouble) => Some(ExecutionOutcome {
            wait: trouble.wait(),
            how: ExecutionEnd::Failed {
                why: trouble.to_string(),
            },
        }),
    }
}

/// Pulls once there is a place: until then nothing is asked of anybody. False when somebody said stop.
async fn in_its_turn(task: &Task<'_>, file: &ProviderFile) -> Result<bool, FetchError> {
    tokio::select! {
        biased;
        () = task.pulling.stop.cancelled() => return Ok(false),
        () = page_turn::wait_for_slot(task) => {}
    }
    let begun = task.server.store.execution_runs(task.execution).await;
    task.server.hub.tell([Topic::Jobs]);
    begun?;
    parents::pull(task, file).await
}

/// The host that has a connection's list; where it cannot be told before it is asked, the vendor's name stands for it.
fn host(
    server: &Server,
    execution: &SyncExecution,
    file: &Arc<ProviderFile>,
    spec: &SyncSpec,
) -> String {
    let connection = server.store.connection(&execution.connection).ok();
    let found = connection.and_then(|connection| {
        let configured = server.store.app(&file.id).ok()?.map(|app| app.vars);
        let mut app = App::new(Arc::clone(file), &configured.unwrap_or_default());
        app.vars.extend(connection.vars.clone());
        let unknown = Endpoints::default();
        let context = CallContext {
            account_id: Some(connection.account.id.as_str()).filter(|id| !id.is_empty()),
            fields: Some(&connection.fields),
            ..CallContext::new(&app, &unknown)
        };
        server.vendors.host_of_list(spec, &context.of_parent("0"))
    });
    found.unwrap_or_else(|| file.id.clone())
}

/// When the job runs next by itself: as scheduled, or earlier where a list was found empty.
fn next_run(
    server: &Server,
    job: &SyncJob,
    now: Timestamp,
) -> Result<Option<Timestamp>, StoreError> {
    let job = server.store.job(&job.id)?;
    let again = now + server.empty_again;
    let scheduled = job.due_after(now);
    let connection = server.store.connection(&job.connection)?;
    let looks_again = claimed(server, &job, &connection)?.looks_again;
    Ok(match scheduled {
        _ if !job.is_enabled => None,
        Some(at) if looks_again => Some(at.min(again)),
        None if looks_again => Some(again),
        other => other,
    })
}
