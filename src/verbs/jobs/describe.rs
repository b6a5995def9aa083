//! How a job stands, in the words of its row and its line.

use crate::verbs::print::{clock, number, one_line};
use crate::wire::view::Job;

/// What `tagout jobs --follow` says of a job, after the time.
pub(super) fn line(job: &Job) -> String {
    one_line(&format!(
        "{} {} {}: {} {} {} {}",
        job.provider,
        job.connection_name,
        job.entity,
        job.state,
        progress(job),
        rate(job),
        words(job)
    ))
}

/// What went wrong, else what may be relied on.
pub(super) fn words(job: &Job) -> String {
    if let Some(until) = job.waits_until {
        return format!("waits until {} for {}'s limit", clock(until), job.provider);
    }
    job.last_error.clone().unwrap_or_else(|| job.claim.clone())
}

/// How far its latest execution has come.
pub(super) fn progress(job: &Job) -> String {
    match &job.last_execution {
        None => String::new(),
        Some(it) => match it.total {
            Some(total) => format!("{} of {}", number(it.processed), number(total)),
            None => number(it.processed),
        },
    }
}

/// How fast a live execution is.
pub(super) fn rate(job: &Job) -> String {
    match &job.last_execution {
        Some(it) if it.rate > 0 && it.status.is_live() => format!("{}/s", number(it.rate)),
        _ => String::new(),
    }
}
