//! What people do with jobs.

use std::sync::Arc;

use super::schedule::{self, ExecutionCause};
use crate::domain::audit::jobs::{EnabledBefore, JobActed, JobAdded, JobEdited};
use crate::domain::audit::{AuditOutcome, Event, NewEntry};
use crate::domain::job::{
    JobEvent, JobSettings, RunWishes, SyncExecution, SyncJob, SyncMode, check_schedule,
};
use crate::server::caller::Caller;
use crate::server::queries::jobs;
use crate::server::resolve;
use crate::server::{Server, clock_and_ids};
use crate::store::facts::{Cancelled, StoppedFor, Wished};
use crate::wire::rpc::{JobAction, JobSpec};
use crate::wire::{Code, Problem, Topic, view};

/// What is done with a job, as an entry.
type ActedOn = fn(JobActed) -> Event;

/// Enables, disables, runs or cancels a job.
///
/// # Errors
/// When there is none, or it is not in a state for that.
pub async fn act(
    server: &Arc<Server>,
    caller: &Caller,
    name: &str,
    act: JobAction,
) -> Result<view::Job, Problem> {
    let job = resolve::job(server, name)?;
    let connection = server.store.connection(&job.connection)?;
    let entry = |event: ActedOn, wishes: Option<RunWishes>| {
        let acted = JobActed {
            job: job.id.clone(),
            entity: job.entity.clone(),
            name: Some(connection.name.clone()),
            wishes,
            by_event: false,
        };
        caller.entry(event(acted), &job.connection, AuditOutcome::Done)
    };
    let cancelled = || entry(Event::SyncCancelled, None);
    match act {
        JobAction::Enable => {
            let enabled = server.store.job_enabled(
                &job.id,
                clock_and_ids::now(),
                entry(Event::JobEnabled, None),
            );
            enabled.await?;
        }
        JobAction::Disable => {
            stop_what_runs(server, caller, &job, cancelled()).await?;
            let by = caller.actor.user.name.clone();
            let event = JobEvent::Disabled { by };
            server
                .store
                .change_job(&job.id, event, entry(Event::JobDisabled, None))
                .await?;
        }
        JobAction::Run => {
            schedule::start_execution(
                server,
                &job,
                ExecutionCause::Asked,
                entry(Event::SyncStarted, None),
            )
            .await?;
        }
        JobAction::RunWith(wishes) => run_with(server, caller, &job, wishes, &entry).await?,
        JobAction::Reset => {
            stop_what_runs(server, caller, &job, cancelled()).await?;
            server
                .store
                .change_job(&job.id, JobEvent::Reset, entry(Event::JobReset, None))
                .await?;
        }
        JobAction::Cancel => cancel(server, caller, &job, cancelled()).await?,
    }
    changed(server, &job);
    jobs::one(server, caller, &server.store.job(&job.id)?)
}

/// Runs a job with a person's wishes. What runs without them is stopped in the transaction that begins the next execution.
async fn run_with(
    server: &Arc<Server>,
    caller: &Caller,
    job: &SyncJob,
    wishes: RunWishes,
    entry: &impl Fn(ActedOn, Option<RunWishes>) -> NewEntry,
) -> Result<(), Problem> {
    let running = live(server, job)?;
    if let Some(running) = &running {
        // What lists of parents were wished stands with them, one by one: of these it begins anew.
        let has_one_list = server.store.parent_lists(job)?.is_empty();
        if has_one_list && job.list.has_wishes(wishes) {
            return Err(Problem::new(
                Code::Conflict,
                format!("{} runs already, and nothing else is wished of it", job.id),
                "`tagout jobs --follow` shows how far it is",
            ));
        }
        server.executions.stop(&running.id).await;
    }
    let stops = running.as_ref().map(|running| StoppedFor {
        execution: running.id.clone(),
        cancelled: cancelled_by(caller, job),
        entry: entry(Event::SyncCancelled, None),
    });
    let wished = Wished {
        wishes,
        entry: entry(Event::JobAsked, Some(wishes)),
        stops,
    };
    let why = ExecutionCause::Wished(Box::new(wished));
    let begun = schedule::start_execution(server, job, why, entry(Event::SyncStarted, None)).await;
    if begun.is_err() && running.is_some() {
        // Its work has ended; its row must not say that it runs.
        let stopped = stop_what_runs(server, caller, job, entry(Event::SyncCancelled, None));
        if let Err(problem) = stopped.await {
            tracing::error!(job = %job.id, %problem, "that an execution was stopped could not be recorded");
        }
    }
    begun.map(drop).map_err(Problem::from)
}

/// The execution of a job that runs, or waits its turn.
fn live(server: &Server, job: &SyncJob) -> Result<Option<SyncExecution>, Problem> {
    let last = match &job.last_execution {
        Some(id) => server.store.execution(&job.id, id)?,
        None => None,
    };
    Ok(last.filter(|execution| execution.status.is_live()))
}

/// A new job.
///
/// # Errors
/// When the connection or the entity is not there, or a value is out of its bounds.
pub async fn add(
    server: &Arc<Server>,
    caller: &Caller,
    spec: JobSpec,
) -> Result<view::Job, Problem> {
    let (Some(name), Some(entity)) = (&spec.connection, &spec.entity) else {
        return Err(Problem::new(
            Code::Usage,
            "a new job wants a connection and an entity",
            "name both",
        ));
    };
    let connection = resolve::connection(server, name)?;
    let file = server
        .provider(&connection.provider)
        .ok_or_else(|| resolve::no_provider(server, &connection.provider))?;
    if file.list_of(entity).is_none() {
        let message = format!("{} has nothing called {entity} to sync", file.name);
        return Err(Problem::new(
            Code::NotFound,
            message,
            format!(
                "`tagout providers {}` lists what it has",
                connection.provider
            ),
        ));
    }
    let mut job = SyncJob::new(
        clock_and_ids::job(),
        connection.id.clone(),
        entity.clone(),
        SyncMode::Full,
    );
    apply(&mut job, &spec)?;
    let added = Event::JobAdded(JobAdded {
        job: job.id.clone(),
        entity: entity.clone(),
        schedule: job.schedule.clone(),
    });
    let entry = caller.entry(added, &connection.id, AuditOutcome::Done);
    let job = server.store.add_job(job, entry).await?;
    changed(server, &job);
    jobs::one(server, caller, &job)
}

/// Changes a job.
///
/// # Errors
/// When there is none, or a value is out of its bounds.
pub async fn edit(
    server: &Arc<Server>,
    caller: &Caller,
    name: &str,
    spec: JobSpec,
) -> Result<view::Job, Problem> {
    let job = resolve::job(server, name)?;
    let mut edited = job.clone();
    apply(&mut edited, &spec)?;
    let said = Event::JobEdited(JobEdited {
        job: job.id.clone(),
        schedule: edited.schedule.clone(),
        mode: edited.mode,
    });
    let entry = caller.entry(said, &job.connection, AuditOutcome::Done);
    let next_run_at = edited.due_after(clock_and_ids::now());
    let event = JobEvent::Edited {
        settings: JobSettings {
            mode: edited.mode,
            schedule: edited.schedule,
            max_retries: edited.max_retries,
            timeout_minutes: edited.timeout_minutes,
        },
        next_run_at,
    };
    let job = server.store.change_job(&job.id, event, entry).await?;
    changed(server, &job);
    jobs::one(server, caller, &job)
}

/// Turns on the jobs that ran before the disconnect: the one key of T10.
///
/// # Errors
/// When the connection is not in service.
pub async fn enable_before(
    server: &Arc<Server>,
    caller: &Caller,
    name: &str,
) -> Result<Vec<view::Job>, Problem> {
    let connection = resolve::connection(server, name)?;
    let again = Event::EnabledBefore(EnabledBefore {
        name: connection.name.clone(),
        jobs: connection.enabled_before.clone(),
    });
    let entry = caller.entry(again, &connection.id, AuditOutcome::Done);
    let now = clock_and_ids::now();
    let enabled = server
        .store
        .enable_before(&connection.id, connection.generation, now, entry)
        .await?;
    server.hub.tell([
        Topic::Jobs,
        Topic::Connections,
        Topic::Connection(connection.id.clone()),
        Topic::Audit,
    ]);
    server.schedule.ring();
    enabled
        .iter()
        .map(|job| jobs::one(server, caller, job))
        .collect()
}

/// Stops the job's execution. What it had received is committed before the row says so.
async fn cancel(
    server: &Server,
    caller: &Caller,
    job: &SyncJob,
    entry: NewEntry,
) -> Result<(), Problem> {
    let Some(running) = live(server, job)? else {
        return Err(Problem::new(
            Code::Conflict,
            format!("{} is not running", job.id),
            "`tagout jobs` shows what runs",
        ));
    };
    server.executions.stop(&running.id).await;
    let cancelled = cancelled_by(caller, job);
    let store = &server.store;
    let stopped = store.execution_cancelled(&job.id, &running.id, &cancelled, entry);
    stopped.await?;
    // It is due again by its schedule, whatever becomes of what it was stopped for.
    changed(server, job);
    Ok(())
}

/// The same, where something runs. It may come to its end by itself meanwhile.
async fn stop_what_runs(
    server: &Server,
    caller: &Caller,
    job: &SyncJob,
    entry: NewEntry,
) -> Result<(), Problem> {
    if live(server, job)?.is_none() {
        return Ok(());
    }
    match cancel(server, caller, job, entry).await {
        Err(_) if live(server, job)?.is_none() => Ok(()),
        stopped => stopped,
    }
}

fn cancelled_by(caller: &Caller, job: &SyncJob) -> Cancelled {
    let at = clock_and_ids::now();
    Cancelled {
        by: caller.actor.user.name.clone(),
        at,
        next_run_at: job.due_after(at),
    }
}

fn apply(job: &mut SyncJob, spec: &JobSpec) -> Result<(), Problem> {
    let usage = |message: String, hint: &str| Problem::new(Code::Usage, message, hint);
    if let Some(mode) = spec.mode {
        job.mode = mode;
    }
    if let Some(cron) = &spec.schedule {
        if !cron.is_empty() {
            check_schedule(cron).map_err(|why| {
                usage(
                    format!("the schedule {cron:?} is wrong: {why}"),
                    "cron: minute hour day month weekday",
                )
            })?;
        }
        job.schedule = Some(cron.clone()).filter(|cron| !cron.is_empty());
    }
    if let Some(retries) = spec.max_retries {
        job.max_retries = Some(retries)
            .filter(|n| (1..=10).contains(n))
            .ok_or_else(|| {
                usage(
                    format!("{retries} retries are out of bounds"),
                    "between 1 and 10",
                )
            })?;
    }
    if let Some(minutes) = spec.timeout_minutes {
        job.timeout_minutes = Some(minutes)
            .filter(|n| (1..=1440).contains(n))
            .ok_or_else(|| {
                usage(
                    format!("a timeout of {minutes} minutes is out of bounds"),
                    "between 1 and 1440",
                )
            })?;
    }
    Ok(())
}

fn changed(server: &Server, job: &SyncJob) {
    server.hub.tell([
        Topic::Jobs,
        Topic::Connections,
        Topic::Connection(job.connection.clone()),
        Topic::Audit,
    ]);
    server.schedule.ring();
}
