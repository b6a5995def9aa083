//! The jobs that come with an authorization.

use jiff::Timestamp;

use super::Purpose;
use crate::domain::connection::Connection;
use crate::domain::job::{SyncJob, SyncMode};
use crate::domain::provider::{ProviderFile, Span, SyncKind, SyncSpec};
use crate::domain::sync::{Gap, WholeDue};
use crate::server::{Server, mint};

/// How often a job runs unless a person says otherwise.
const SCHEDULE: &str = "*/15 * * * *";

/// What a connection that is authorized again had before.
pub(super) struct Had<'a> {
    pub(super) jobs: &'a [SyncJob],
    /// Whether a disconnect had taken it out of service.
    pub(super) was_out: bool,
}

/// Jobs that are new, and those that a reconnect changes.
pub(super) fn jobs(
    server: &Server,
    file: &ProviderFile,
    connection: &Connection,
    had: &Had<'_>,
    purpose: &Purpose,
) -> Vec<SyncJob> {
    let now = mint::now();
    let mut jobs = Vec::new();
    let unset = unset_vars(server, file);
    for sync in &file.sync {
        let needs = |name: &String| {
            sync.url.contains(name) || sync.params.values().any(|value| value.contains(name))
        };
        // A list that needs something nobody has configured yet would fail at once, and for ever.
        if unset.iter().any(needs) {
            continue;
        }
        let Some(old) = had.jobs.iter().find(|job| job.entity == sync.entity) else {
            let mode = if sync.since.param.is_some() {
                SyncMode::Incremental
            } else {
                SyncMode::Full
            };
            let id = (mint::job(), connection.id.clone());
            let mut job = SyncJob::new(id.0, id.1, sync.entity.clone(), mode);
            (job.is_enabled, job.schedule) = (purpose.enable_jobs, Some(SCHEDULE.to_owned()));
            job.next_run_at = purpose.enable_jobs.then_some(now);
            jobs.push(job);
            continue;
        };
        let mut job = old.clone();
        // What a refused token had stopped goes on at once, not at the next due time.
        if job.is_enabled {
            job.next_run_at = Some(now);
        }
        let ran_before = purpose.enable_before && connection.enabled_before.contains(&job.id);
        if purpose.enable_jobs || ran_before {
            (job.is_enabled, job.disabled_by, job.next_run_at) = (true, None, Some(now));
        }
        if had.was_out {
            back(&mut job, sync, purpose.fill_gap, now);
        }
        jobs.push(job);
    }
    jobs
}

/// The connection is in service again. State is brought up to date, deletions behind changes; events of the time in between
/// are not pulled unless that is asked for (O10). What had not been pulled before is not in between.
fn back(job: &mut SyncJob, sync: &SyncSpec, fill_gap: bool, now: Timestamp) {
    let out_since = job.out_since.take();
    match sync.kind {
        SyncKind::State => {
            let is_told = |told: &Span| {
                let out = out_since.map(|since| now.duration_since(since));
                out.is_some_and(|out| out.unsigned_abs() < told.duration())
            };
            if !sync.deletions.as_ref().is_some_and(is_told) {
                job.whole_due = job.whole_due.or(Some(WholeDue::Behind));
            }
        }
        SyncKind::Events if fill_gap => job.fill_gaps(),
        SyncKind::Events if sync.moment().is_some() => {
            let from = out_since.unwrap_or(now);
            job.gaps.push(Gap { from, to: now });
        }
        // Nothing tells when an event happened: it is pulled from now on, unless what was there before is missing, too.
        SyncKind::Events => {
            if let Some(from) = job.watermark.replace(now) {
                job.pass = None;
                job.gaps.push(Gap { from, to: now });
            } else {
                job.watermark = None;
            }
        }
    }
}

/// The file's vars that have to be configured and are not, as they stand in templates.
fn unset_vars(server: &Server, file: &ProviderFile) -> Vec<String> {
    let app = server.store.app(&file.id).ok().flatten();
    let vars = file.vars_with(&app.map(|app| app.vars).unwrap_or_default());
    let empty = vars.into_iter().filter(|(_, value)| value.is_empty());
    empty.map(|(name, _)| format!("{{{name}}}")).collect()
}
