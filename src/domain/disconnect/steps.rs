//! What the log says of a step that is one transaction of our own store: D2, D8, D9, D10.

use super::log::{Counts, LoggedEvent, Step, StepState};
use crate::domain::display_text::number;

/// The jobs are off, and what ran is cancelled.
#[must_use]
pub fn jobs_off(counts: &Counts) -> LoggedEvent {
    let (jobs, executions) = (counts.jobs_disabled, counts.executions_cancelled);
    let state = match jobs + executions {
        0 => StepState::Skipped,
        _ => StepState::Done,
    };
    let jobs = match jobs {
        0 => "no jobs were on".to_owned(),
        1 => "1 job off".to_owned(),
        n => format!("{n} jobs off"),
    };
    let detail = match executions {
        0 => jobs,
        1 => format!("{jobs}, 1 execution cancelled, what it had received is kept"),
        n => format!("{jobs}, {n} executions cancelled, what they had received is kept"),
    };
    LoggedEvent::step(Step::DisableSyncJobs, state, detail)
}

/// The connection is out of service, and the instance with the last one of it; so many `others` hold tokens.
#[must_use]
pub fn out_of_service(others: i64) -> LoggedEvent {
    let detail = match others {
        0 => "connection and instance disconnected".to_owned(),
        1 => "connection disconnected; 1 other stays connected".to_owned(),
        n => format!("connection disconnected; {n} others stay connected"),
    };
    LoggedEvent::step(Step::UpdateStatuses, StepState::Done, detail)
}

/// So many references are stale from now on.
#[must_use]
pub fn references_stale(marked: u64) -> LoggedEvent {
    let (state, detail) = match marked {
        0 => (StepState::Skipped, "no references".to_owned()),
        n => (
            StepState::Done,
            format!("{} references are stale", number(n)),
        ),
    };
    LoggedEvent::step(Step::MarkReferences, state, detail)
}

/// The summary is the entry `seq` of the log, and so many things are left to a person.
#[must_use]
pub fn summed_up(seq: u64, things: usize) -> LoggedEvent {
    let detail = match things {
        0 => format!("entry {seq}"),
        1 => format!("entry {seq}; 1 thing is left to a person"),
        n => format!("entry {seq}; {n} things are left to a person"),
    };
    LoggedEvent::step(Step::WriteAudit, StepState::Done, detail)
}
