//! Taking a connection out of service. `start_run` makes it durable and returns; `drive` does what the log says
//! comes next, for as long as something comes, and is called again after a crash.

mod decision;
mod destroy;
mod end;
mod handlers;
pub mod plan;
pub mod planned;
mod planned_calls;
pub(in crate::server) mod replaced;
mod revoke;
mod run_drivers;
mod sharing;
pub(in crate::server) mod staying;
mod swap;

pub use end::settle;
pub(super) use revoke::keeping;

use std::sync::Arc;
use std::time::Duration;

use super::caller::{Caller, server_entry};
use super::connect::wait_for_flows;
use super::queries::runs;
use super::run_entries::{StepError, run_entry};
use super::{Server, clock_and_ids};
use crate::domain::audit::runs::{DisconnectBegun, RunResumed, StepDone, StepFailed};
use crate::domain::audit::{AuditOutcome, Event};
use crate::domain::connection::Connection;
use crate::domain::disconnect::log::{LoggedEvent, Next, Record, Step, StepState, next};
use crate::domain::disconnect::plan::Plan;
use crate::domain::disconnect::run::{IfUnreachable, Run, RunState};
use crate::domain::id::RunId;
use crate::domain::walkthrough::Terms;
use crate::server::resolve;
use crate::store::StoreError;
use crate::store::facts::NewRun;
use crate::wire::request::Target;
use crate::wire::{Code, Problem, Topic, view};
pub(crate) use run_drivers::{RunDrivers, UntilOver};

/// A refresh in flight is waited for, so that its tokens join the run.
pub(in crate::server) const REFRESH_IN_FLIGHT: Duration = Duration::from_secs(30);

/// Begins a run. What is returned is durable, and goes on by itself.
///
/// # Errors
/// Before anything has begun: when the target is not found, or not as it was looked at.
pub async fn start_run(
    server: &Arc<Server>,
    caller: &Caller,
    target: &Target,
    terms: &Terms,
    is_swap: bool,
) -> Result<view::Run, Problem> {
    check(terms)?;
    let connection = resolve::connection(server, &target.connection)?;
    if is_swap {
        swap::may_begin(server, &connection)?;
    }
    let expected = target.version.unwrap_or(connection.version);
    if terms.uninstall {
        can_uninstall(server, [&connection].into_iter())?;
    }
    let plan = {
        let alone = |_: &Connection| false;
        let planned = planned::PlanInput::by(terms, &alone);
        plan::of(server, &connection, planned).await?
    };
    let mut new = prepare_run(server, caller, terms, &connection, plan);
    new.expected = Some(expected);
    new.is_swap = is_swap;
    let run = new.run.clone();
    persist_runs(server, vec![new]).await?;
    Ok(runs::one(server, &run)?)
}

fn names(others: &[crate::domain::disconnect::plan::Other]) -> Vec<String> {
    others.iter().map(|other| other.name.clone()).collect()
}

/// Whether this can stand as a reason.
///
/// # Errors
/// What is missing.
pub(super) fn check(terms: &Terms) -> Result<(), Problem> {
    if terms.destroy_at_once && terms.if_unreachable == IfUnreachable::Hold {
        return Err(Problem::new(
            Code::Usage,
            "a token cannot be kept to retry and be destroyed at once",
            "leave --destroy-at-once or --if-unreachable hold away",
        ));
    }
    Ok(())
}

/// Asked for where nothing offers it, it would be thought to have been done.
pub(super) fn can_uninstall<'a>(
    server: &Server,
    mut targets: impl Iterator<Item = &'a Connection>,
) -> Result<(), Problem> {
    let offers = |c: &Connection| {
        let file = server.provider(&c.provider);
        file.is_some_and(|file| file.offers_uninstall())
    };
    match targets.any(offers) {
        true => Ok(()),
        false => Err(Problem::new(
            Code::Usage,
            "nothing can be uninstalled there by a call",
            "leave --uninstall away; the follow-ups say what a person does at the vendor",
        )),
    }
}

/// A run that is about to begin, with the plan as it is now.
pub(super) fn prepare_run(
    server: &Server,
    caller: &Caller,
    terms: &Terms,
    connection: &Connection,
    plan: Plan,
) -> NewRun {
    let run = Run {
        id: clock_and_ids::run(),
        connection: connection.id.clone(),
        generation: connection.generation,
        provider: connection.provider.clone(),
        provider_name: plan.provider_name.clone(),
        name: connection.name.clone(),
        owner: server.owner_name(&connection.owner),
        actor: caller.actor.user.name.clone(),
        role: caller.actor.role.code().to_owned(),
        origin: caller.origin.clone(),
        reason: terms.reason,
        note: terms.note.clone(),
        ticket: terms.ticket.clone(),
        if_unreachable: terms.if_unreachable,
        uninstall: terms.uninstall,
        allow_wider: terms.allow_wider,
        destroy_at_once: terms.destroy_at_once,
        started_at: clock_and_ids::now(),
        ended_at: None,
        state: RunState::Running,
        plan,
        checkpoint: None,
        walkthrough: None,
        swap: None,
    };
    let begun = Event::DisconnectBegun(DisconnectBegun {
        decided: (&run).into(),
        if_unreachable: run.if_unreachable,
        uninstall: run.uninstall,
        allow_wider: run.allow_wider,
        shares_grant_with: names(&run.plan.shares_grant_with),
        tokens: run.plan.tokens.len() as u64,
        jobs_enabled: run.plan.jobs_enabled,
        flows_ended: Vec::new(),
        swap: false,
    });
    let entry = caller.entry(begun, &run.connection, AuditOutcome::Done);
    NewRun {
        run,
        expected: None,
        place: None,
        is_swap: false,
        entry,
    }
}

/// Makes these runs durable, all or none, and lets them go on by themselves. Those that share a grant and go together
/// are all out of service before the first call is made.
pub(super) async fn persist_runs(
    server: &Arc<Server>,
    new: Vec<NewRun>,
) -> Result<Vec<UntilOver>, StoreError> {
    let ids: Vec<RunId> = new.iter().map(|new| new.run.id.clone()).collect();
    match server.store.insert_runs(new.clone()).await {
        // The disk is full and the reserve has just been given up for this.
        Err(StoreError::DiskFull { .. }) => server.store.insert_runs(new).await?,
        done => done?,
    }
    wait_for_flows::notify_ended_flows(server);
    let runs = ids.iter().cloned().map(Topic::Run);
    let topics = [Topic::Connections, Topic::Runs, Topic::Audit];
    server.hub.tell(runs.chain(topics).collect::<Vec<_>>());
    Ok(ids.into_iter().map(|id| go_on(server, id)).collect())
}

/// Goes on with a run that waits for a person.
///
/// # Errors
/// When it does not wait for a person.
pub async fn resume(server: &Arc<Server>, caller: &Caller, id: &RunId) -> Result<(), Problem> {
    let run = server.store.run(id)?;
    let log = server.store.run_log(id)?;
    let again = Step::ALL.into_iter().find(|step| {
        !crate::domain::disconnect::log::last_state(&log, *step)
            .0
            .ended()
    });
    let resumed = Event::RunResumed(RunResumed {
        connection: run.connection.clone(),
    });
    let entry = caller.entry(resumed, id, AuditOutcome::Done);
    let once_more = |step| LoggedEvent::step(step, StepState::Running, "once more".to_owned());
    let (store, again) = (&server.store, again.map(once_more));
    match store
        .run_resumed(id, clock_and_ids::now(), again, entry)
        .await
    {
        Err(StoreError::Refused(why)) => {
            let hint = "look at it with `tagout runs`";
            return Err(Problem::new(Code::Conflict, why, hint));
        }
        resumed => resumed?,
    }
    go_on(server, id.clone());
    Ok(())
}

/// Goes on with a run in a task of its own, unless one does already.
pub(super) fn go_on(server: &Arc<Server>, id: RunId) -> UntilOver {
    let (driver, until) = server.driven.take_on(id);
    if let Some(driver) = driver {
        let server = Arc::clone(server);
        server.tasks.clone().spawn(async move {
            let id = driver.id.clone();
            let mut driven = Some(driver);
            while let Some(driver) = driven.take() {
                let ended = drive(&server, &id).await;
                drop(driver);
                match ended.and_then(|()| server.store.run(&id)) {
                    // A person went on with it before this driver was gone, and found it driven.
                    Ok(run) if run.state == RunState::Running => {
                        (driven, _) = server.driven.take_on(id.clone());
                    }
                    Ok(_) => {}
                    Err(error) => {
                        tracing::error!(run = %id, %error, "a disconnect stands still; it goes on at the next start");
                    }
                }
            }
            server.seen.after_run();
        });
    }
    until
}

/// Does what the log says comes next, until nothing does. The connection's lock is held all the while: a
/// reconnect that was started meanwhile waits for it and cannot meet the old state (N9).
pub async fn drive(server: &Arc<Server>, id: &RunId) -> Result<(), StoreError> {
    let run = server.store.run(id)?;
    let locked = tokio::time::timeout(REFRESH_IN_FLIGHT, server.locks.of(&run.connection)).await;
    let mut tries_left = 1;
    let mut log = Vec::new();
    loop {
        log.extend(server.store.run_log_from(id, log.len())?);
        let step = match next(&log) {
            Next::Attempt(step) => step,
            Next::Wait(why) => return wait(server, &run.id, &why).await,
            Next::Finished(_) => return end::settle(server, run).await,
        };
        let attempted = attempt(server, &run, &log, step, locked.is_ok()).await;
        server.hub.tell(topics(&run));
        match attempted {
            Ok(()) => tries_left = 1,
            // The reserve has just been given up for this.
            Err(StepError::Store(StoreError::DiskFull { .. })) if tries_left > 0 => tries_left -= 1,
            Err(error) => {
                let failed = LoggedEvent::step(step, StepState::Failed, error.to_string());
                let event = Event::StepFailed(StepFailed {
                    run: id.clone(),
                    step,
                    why: error.to_string(),
                });
                let entry = server_entry(event, &run.connection, AuditOutcome::Failed);
                server
                    .store
                    .recorded(id, clock_and_ids::now(), vec![failed], Some(entry))
                    .await?;
            }
        }
    }
}

fn topics(run: &Run) -> Vec<Topic> {
    let mut topics = vec![
        Topic::Run(run.id.clone()),
        Topic::Runs,
        Topic::Audit,
        Topic::Connections,
        Topic::Jobs,
    ];
    topics.extend(run.walkthrough.clone().map(Topic::Walkthrough));
    topics
}

async fn wait(server: &Arc<Server>, id: &RunId, why: &str) -> Result<(), StoreError> {
    tracing::error!(run = %id, why, "a disconnect waits for a person");
    server.store.run_waits(id).await?;
    server.hub.tell([Topic::Run(id.clone()), Topic::Runs]);
    Ok(())
}

/// One step, or the rest of one that was begun before a crash.
async fn attempt(
    server: &Arc<Server>,
    run: &Run,
    log: &[Record],
    step: Step,
    nothing_in_flight: bool,
) -> Result<(), StepError> {
    match step {
        Step::Confirm => confirm(server, run, nothing_in_flight).await,
        Step::DisableSyncJobs => disable_sync_jobs(server, run, log).await,
        Step::RevokeTokens => revoke::step(server, run, log).await,
        Step::DestroyCredentials => destroy::step(server, run, log).await,
        Step::UpdateStatuses => end::update_statuses(server, run, log).await,
        Step::MarkReferences => end::mark_references(server, run, log).await,
        Step::WriteAudit => end::write_audit(server, run, log).await,
    }
}

/// Every authorization of the connection was ended with the run's beginning; what one that was under way brings is given
/// back, before anything is revoked.
async fn confirm(server: &Server, run: &Run, nothing_in_flight: bool) -> Result<(), StepError> {
    let quiet = wait_for_flows::wait_for_ended_flows(server).await;
    let (state, detail) = match (nothing_in_flight, quiet) {
        (true, true) => (StepState::Done, "plan accepted"),
        (true, false) => (
            StepState::Warning,
            "an authorization that was ended has not been answered for 10 s; what it issues is given back",
        ),
        (false, _) => (
            StepState::Warning,
            "a refresh has not been answered for 30 s; what it issues is listed as unknown",
        ),
    };
    let record = LoggedEvent::step(Step::Confirm, state, detail.to_owned());
    let next = LoggedEvent::step_started(Step::DisableSyncJobs);
    Ok(server
        .store
        .noted(&run.id, clock_and_ids::now(), [record, next])?)
}

async fn disable_sync_jobs(server: &Server, run: &Run, log: &[Record]) -> Result<(), StepError> {
    mark_step_running(server, run, log, Step::DisableSyncJobs)?;
    server.executions.stop_all(&run.connection).await;
    let off = Event::JobsDisabled(StepDone {
        run: run.id.clone(),
        name: run.name.clone(),
    });
    let entry = run_entry(run, off, AuditOutcome::Done);
    Ok(server
        .store
        .run_jobs_off(run, clock_and_ids::now(), entry)
        .await?)
}

/// Shows that a step is under way, unless the log says so already.
fn mark_step_running(
    server: &Server,
    run: &Run,
    log: &[Record],
    step: Step,
) -> Result<(), StoreError> {
    if crate::domain::disconnect::log::last_state(log, step).0 == StepState::Running {
        return Ok(());
    }
    let begins = LoggedEvent::step_started(step);
    server
        .store
        .noted(&run.id, clock_and_ids::now(), [begins])?;
    server.hub.tell([Topic::Run(run.id.clone())]);
    Ok(())
}

#[cfg(test)]
mod tests;
