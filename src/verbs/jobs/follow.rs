//! `tagout jobs --follow`.

use std::collections::HashMap;

use jiff::Timestamp;
use serde::Serialize;

use super::describe::line;
use crate::client::{Client, Notices};
use crate::domain::id::{ExecutionId, JobId};
use crate::domain::job::{ExecutionStatus, JobState};
use crate::domain::sync::without_age;
use crate::verbs::print::{json, moment, say};
use crate::verbs::{Session, VerbError, every, until};
use crate::wire::request::{MAX_ROWS, Window};
use crate::wire::view::{Execution, Job};
use crate::wire::{Problem, Topic, rpc};

/// A job as it stood after a change.
#[derive(Debug, Serialize)]
struct JobChange {
    #[serde(flatten)]
    job: Job,
    /// When it changed, or when that was seen.
    when: Timestamp,
}

/// What was last shown of a job.
#[derive(Debug)]
struct LastShown {
    job: Job,
    text: String,
}

/// The request for a part of all jobs.
pub(super) fn of_all(window: Window) -> rpc::Jobs {
    rpc::Jobs {
        connection: None,
        window,
    }
}

/// Prints every job once, and again whenever what is printed of it has changed, until the server goes away.
pub(super) async fn run(
    client: &Client,
    mut notices: Notices,
    session: &Session,
) -> Result<(), VerbError> {
    let is_json = session.manner.json;
    let mut shown: HashMap<JobId, LastShown> = HashMap::new();
    let mut is_first = true;
    loop {
        let mut changes = Vec::new();
        for job in every(client, of_all).await? {
            let text = compared(&job, is_json)?;
            let before = shown.get(&job.id);
            if before.is_some_and(|before| before.text == text) {
                continue;
            }
            // At first each job is printed as it stands; one that is new since then has missed nothing.
            if !is_first {
                let before = before.map(|before| &before.job);
                changes.extend(missed(client, before, &job).await?);
            }
            let when = when(before.map(|before| &before.job), &job);
            changes.push(JobChange {
                job: job.clone(),
                when,
            });
            shown.insert(job.id.clone(), LastShown { job, text });
        }
        is_first = false;
        changes.sort_by_key(|change| change.when);
        for change in &changes {
            match is_json {
                true => json(change)?,
                false => say(&format!("{} {}", moment(change.when), line(&change.job)))?,
            }
        }
        // What a connection is called and whether it is pulled is shown, too.
        let concerns = |topic: &Topic| matches!(topic, Topic::Jobs | Topic::Connections);
        until(&mut notices, concerns).await?;
    }
}

/// What is printed of a job, without what changes only because time passes. That an execution ended as the one before it
/// is a change: its line has another time.
fn compared(job: &Job, is_json: bool) -> Result<String, VerbError> {
    let mut job = job.clone();
    job.claim = without_age(&job.claim);
    if job.state == JobState::Queued && job.last_execution.as_ref().is_some_and(|it| it.pages > 0) {
        // One that takes turns with others from page to page runs.
        (job.state, job.last_error) = (JobState::Running, None);
    }
    if let Some(last) = &mut job.last_execution {
        last.rate = 0;
    }
    match is_json {
        true => Ok(serde_json::to_string(&job).map_err(std::io::Error::from)?),
        false => {
            let last = job.last_execution.as_ref();
            let last = last.map(|last| format!("{} {}", last.id, last.status.word()));
            Ok(format!("{} {}", line(&job), last.unwrap_or_default()))
        }
    }
}

/// When the execution ended whose end is the change; now for any other change.
fn when(before: Option<&Job>, job: &Job) -> Timestamp {
    let ended = job.last_execution.as_ref().filter(|last| {
        let before = before.and_then(|before| before.last_execution.as_ref());
        before.map(|it| (&it.id, it.status)) != Some((&last.id, last.status))
    });
    let at = before.and(ended).and_then(|last| last.completed_at);
    at.unwrap_or_else(Timestamp::now)
}

/// The ends of executions that a later one had followed by the time the job was asked for: one notice may stand for
/// several changes.
async fn missed(
    client: &Client,
    before: Option<&Job>,
    job: &Job,
) -> Result<Vec<JobChange>, Problem> {
    let Some(last) = &job.last_execution else {
        return Ok(Vec::new());
    };
    let known = before.and_then(|before| before.last_execution.as_ref());
    if known.is_some_and(|known| known.id == last.id) {
        return Ok(Vec::new());
    }
    let rows = executions_from(client, &job.id, known.map(|known| &known.id)).await?;
    let earlier: Vec<Execution> = rows.into_iter().filter(|row| row.id < last.id).collect();
    let is_told = |row: &Execution| {
        known.is_some_and(|known| known.id == row.id && known.completed_at.is_some())
    };
    let changes = earlier.into_iter().zip(1..);
    let changes = changes.filter(|(row, _)| !is_told(row));
    let changes = changes.filter_map(|(row, later)| {
        let when = row.completed_at?;
        let job = as_it_was(job, row, later);
        Some(JobChange { job, when })
    });
    let mut changes: Vec<JobChange> = changes.collect();
    changes.reverse();
    Ok(changes)
}

/// The executions of a job, newest first, down to the one that is known.
async fn executions_from(
    client: &Client,
    job: &JobId,
    known: Option<&ExecutionId>,
) -> Result<Vec<Execution>, Problem> {
    let mut rows = Vec::new();
    let mut window = Window {
        limit: MAX_ROWS,
        ..Window::default()
    };
    loop {
        let request = rpc::Executions {
            job: Some(job.to_string()),
            window: window.clone(),
        };
        let page = client.ask(request).await?;
        let (read, more) = (page.rows.len(), page.move_on(&mut window));
        let new = page.rows.into_iter();
        let before = rows.len();
        rows.extend(new.take_while(|row| known.is_none_or(|known| row.id >= *known)));
        if !more || rows.len() - before < read {
            return Ok(rows);
        }
    }
}

/// The job at the end of an execution that `later` ones have followed.
fn as_it_was(job: &Job, last: Execution, later: usize) -> Job {
    let has_failed = last.status == ExecutionStatus::Failed;
    let mut job = job.clone();
    job.state = match has_failed {
        true => JobState::Failed,
        false => JobState::Idle,
    };
    job.last_error = last.error.clone().filter(|_| has_failed);
    (job.waits_until, job.next_run_at) = (None, None);
    job.claim.clear();
    let runs = job.last_runs.len().saturating_sub(later);
    job.last_runs.truncate(runs);
    job.last_runs_processed.truncate(runs);
    job.last_execution = Some(last);
    job
}
