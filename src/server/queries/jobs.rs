//! Jobs and executions as clients see them.

use std::sync::Arc;

use crate::domain::connection::Connection;
use crate::domain::filter::{FilterField, FilterTerms, Searched};
use crate::domain::id::{ConnectionId, JobId};
use crate::domain::job::{JobState, SyncExecution, SyncJob};
use crate::domain::sorting::{SortValue, Worth};
use crate::domain::sync::ClaimedOf;
use crate::domain::user::{Act, permit};
use crate::server::caller::Caller;
use crate::server::sync::claimed::claimed;
use crate::server::{Server, clock_and_ids};
use crate::store::StoreError;
use crate::wire::Problem;
use crate::wire::request::Window;
use crate::wire::view::{self, Page};

use super::window::{self, Asked};

/// What it can be asked for.
const KNOWN: FilterTerms = FilterTerms {
    fields: &[
        FilterField::Provider,
        FilterField::Connection,
        FilterField::Entity,
        FilterField::State,
    ],
    time: false,
    values: &[SortValue::Items, SortValue::Next],
};

/// What executions can be sorted by.
pub(super) const EXECUTION_VALUES: [SortValue; 7] = [
    SortValue::Time,
    SortValue::Took,
    SortValue::Items,
    SortValue::Created,
    SortValue::Changed,
    SortValue::Refused,
    SortValue::Pages,
];

/// How many past executions a row shows.
const PAST: usize = 8;

/// A part of the list, of one connection or (with none) of all.
pub async fn list(
    server: &Arc<Server>,
    caller: &Caller,
    of: Option<&ConnectionId>,
    asked: &Window,
) -> Result<Page<view::Job>, Problem> {
    let prefix = of.map_or(String::new(), |id| format!("{id}/"));
    let (house, reverse) = (Arc::clone(server), asked.reverse);
    let source = move |after: Option<&str>, limit| {
        let store = &house.store;
        let mut places = Vec::new();
        for job in store.page::<SyncJob>(&prefix, after, limit, reverse)? {
            let connection = store.connection(&job.connection)?;
            let key = format!("{}/{}", job.connection, job.id);
            places.push((key, Some((job, connection))));
        }
        Ok(places)
    };
    let asked = Asked::by(caller, server, asked);
    let (house, by) = (Arc::clone(server), asked.sorted_by());
    let searched = move |(job, connection): &(SyncJob, Connection)| {
        let last = house.store.executions_of(&job.id, 1)?;
        let state = state(&house, job, connection, last.first());
        let worth = by.and_then(|by| match by {
            SortValue::Items => last.first().map(|e| e.processed.into()),
            SortValue::Next => job
                .due_at()
                .filter(|_| state != JobState::Blocked)
                .map(Worth::from),
            _ => None,
        });
        let searched = Searched::of(vec![
            (FilterField::Provider, connection.provider.clone()),
            (FilterField::Connection, connection.name.clone()),
            (FilterField::Entity, job.entity.clone()),
            (FilterField::State, state.word().to_owned()),
        ]);
        Ok(Searched { worth, ..searched })
    };
    let rows = window::rows_by(asked, KNOWN, source, searched).await?;
    let total = server.store.count("jobs")?.unsigned_abs();
    window::page(rows, total, |(job, connection)| {
        build(server, caller, &job, &connection)
    })
    .map_err(Problem::from)
}

/// One job.
pub fn one(server: &Server, caller: &Caller, job: &SyncJob) -> Result<view::Job, Problem> {
    let connection = server.store.connection(&job.connection)?;
    build(server, caller, job, &connection).map_err(Problem::from)
}

/// Executions, newest first, of one job or (with none) of all.
pub async fn executions(
    server: &Arc<Server>,
    of: Option<&JobId>,
    asked: Asked<'_>,
) -> Result<Page<view::Execution>, Problem> {
    let prefix = of.map_or(String::new(), |id| format!("{id}/"));
    let (house, reverse) = (Arc::clone(server), asked.reverse());
    let source = move |after: Option<&str>, limit| {
        let store = &house.store;
        let rows = store.page::<SyncExecution>(&prefix, after, limit, !reverse)?;
        let place = |e: SyncExecution| (format!("{}/{}", e.job, e.id), Some(e));
        Ok(rows.into_iter().map(place).collect())
    };
    let by = asked.sorted_by();
    let searched = move |e: &SyncExecution| Searched {
        text: [e.status.word(), e.error.as_deref().unwrap_or_default()].join(" "),
        fields: vec![(FilterField::State, e.status.word().to_owned())],
        at: Some(e.started_at),
        worth: by.and_then(|by| execution_worth(e, by)),
    };
    // Those of all jobs are in the order of their jobs.
    let known = FilterTerms {
        fields: &[FilterField::State],
        time: of.is_some(),
        values: &EXECUTION_VALUES,
    };
    let found = window::rows(asked, known, source, searched).await?;
    let total = found.rows.len() as u64;
    window::page(found, total, |e| Ok::<_, StoreError>(execution(&e))).map_err(Problem::from)
}

/// What an execution has of the value that they are sorted by.
fn execution_worth(e: &SyncExecution, by: SortValue) -> Option<Worth> {
    match by {
        SortValue::Time => Some(e.started_at.into()),
        SortValue::Took => {
            let took = e.completed_at?.duration_since(e.started_at).as_millis();
            Some(Worth::Number(i64::try_from(took).unwrap_or(i64::MAX)))
        }
        SortValue::Items => Some(e.processed.into()),
        SortValue::Created => Some(e.created.into()),
        SortValue::Changed => Some(e.updated.into()),
        SortValue::Refused => Some(e.failed.into()),
        SortValue::Pages => Some(e.pages.into()),
        _ => None,
    }
}

fn build(
    server: &Server,
    caller: &Caller,
    job: &SyncJob,
    connection: &Connection,
) -> Result<view::Job, StoreError> {
    let past = server.store.executions_of(&job.id, PAST)?;
    // Read after its executions: one that has ended is never shown without what its end said.
    let job = &server.store.job(&job.id)?;
    let last = past.first();
    let state = state(server, job, connection, last);
    let words = match state {
        JobState::Blocked => Some(blocked(connection)),
        JobState::Off => job
            .disabled_by
            .as_ref()
            .map(|by| format!("disabled by {by}"))
            .or_else(|| job.last_error.clone()),
        JobState::Running => server
            .executions
            .held_up_by(&job.id)
            .or_else(|| job.last_error.clone()),
        JobState::Queued => server
            .executions
            .behind(&job.id)
            .or_else(|| job.last_error.clone()),
        JobState::Idle | JobState::Failed => job.last_error.clone(),
    };
    let claimed = claimed(server, job, connection)?;
    let list = &claimed.list;
    let claim = match claimed.is_idle {
        true => format!(
            "no channel is watched; `tagout channels {} add` watches one",
            connection.id
        ),
        false => list.claim(&ClaimedOf {
            job: &job.id,
            scope: claimed.scope.as_ref(),
            refused: claimed.refused(),
            now: clock_and_ids::now(),
        }),
    };
    Ok(view::Job {
        id: job.id.clone(),
        connection: job.connection.clone(),
        provider: connection.provider.clone(),
        connection_name: connection.name.clone(),
        entity: job.entity.clone(),
        mode: job.mode,
        is_enabled: job.is_enabled,
        state,
        schedule: job.schedule.clone(),
        last_execution: last.map(execution),
        last_runs: past.iter().rev().map(|e| e.status).collect(),
        last_runs_processed: past.iter().rev().map(|e| e.processed).collect(),
        next_run_at: job.due_at().filter(|_| state != JobState::Blocked),
        last_error: words,
        claim,
        watermark: list.watermark,
        position: list
            .pass
            .as_ref()
            .and_then(|pass| pass.cursor())
            .map(str::to_owned),
        waits_until: server.executions.waits_until(&job.id),
        deletions_checked_at: list.deletions_checked_at,
        gap: list.missing().max_by_key(|gap| gap.to).copied(),
        unaccepted_gone: claimed.unaccepted,
        max_retries: job.max_retries,
        timeout_minutes: job.timeout_minutes,
        version: job.version,
        refused: permit(&caller.actor, Act::Manage(&connection.owner))
            .err()
            .map(|refusal| refusal.why),
    })
}

/// How a job stands, in its row and for whoever looks for it.
fn state(
    server: &Server,
    job: &SyncJob,
    connection: &Connection,
    last: Option<&SyncExecution>,
) -> JobState {
    match JobState::of(job, connection.status, last.map(|e| e.status)) {
        // It has begun, and stands in line for its next page.
        JobState::Running if server.executions.behind(&job.id).is_some() => JobState::Queued,
        state => state,
    }
}

/// Why a job is blocked.
fn blocked(connection: &Connection) -> String {
    let badge = connection.status.badge();
    match connection.reason.as_str() {
        "" => format!("connection is {badge}"),
        reason => format!("connection is {badge}: {reason}"),
    }
}

/// One execution.
#[must_use]
pub fn execution(e: &SyncExecution) -> view::Execution {
    view::Execution {
        id: e.id.clone(),
        job: e.job.clone(),
        status: e.status,
        started_at: e.started_at,
        completed_at: e.completed_at,
        processed: e.processed,
        created: e.created,
        updated: e.updated,
        skipped: e.skipped,
        failed: e.failed,
        pages: e.pages,
        halved: e.halved,
        total: e.total,
        cursor: e.cursor.as_ref().map(ToString::to_string),
        error: e.error.clone(),
        rate: rate(e),
    }
}

fn rate(e: &SyncExecution) -> u64 {
    let until = e.completed_at.unwrap_or_else(clock_and_ids::now);
    let took = until.as_millisecond() - e.started_at.as_millisecond();
    u64::try_from(took)
        .ok()
        .filter(|ms| *ms > 0)
        .map_or(0, |ms| e.processed * 1000 / ms)
}
