//! The jobs that come with an authorization.

use super::ConnectPurpose;
use crate::domain::connection::Connection;
use crate::domain::job::{CatchUp, JobEvent, SyncJob, SyncMode};
use crate::domain::provider::{ProviderFile, SyncKind, SyncSpec};
use crate::server::{Server, clock_and_ids};
use crate::store::StoreError;
use crate::store::facts::JobMoved;

/// What a connection that is authorized again had before.
pub(super) struct EarlierJobs<'a> {
    pub(super) jobs: &'a [SyncJob],
    /// Whether a disconnect had taken it out of service.
    pub(super) was_out: bool,
    /// Whether it was authorized for other scopes, or with another key.
    pub(super) sees_other: bool,
}

/// What an authorization does to the jobs of a connection.
#[derive(Default)]
pub(super) struct JobChanges {
    /// Those that are new.
    pub(super) new: Vec<SyncJob>,
    /// What happens to those that there were.
    pub(super) moved: Vec<JobMoved>,
}

/// Jobs that are new, and what a reconnect does to the others.
pub(super) fn jobs(
    server: &Server,
    file: &ProviderFile,
    connection: &Connection,
    had: &EarlierJobs<'_>,
    purpose: &ConnectPurpose,
) -> Result<JobChanges, StoreError> {
    let now = clock_and_ids::now();
    let enabled = JobEvent::Enabled { at: now };
    let mut jobs = JobChanges::default();
    let unset = unset_vars(server, file)?;
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
            let entity = sync.entity.clone();
            let mut job = SyncJob::new(clock_and_ids::job(), connection.id.clone(), entity, mode);
            job.schedule = server.default_schedule.clone();
            jobs.new.push(match purpose.enable_jobs {
                true => job.after(enabled.clone())?.0,
                false => job,
            });
            continue;
        };
        let authorized = JobEvent::Authorized {
            at: now,
            // What happened is not asked for once more.
            sees_other: had.sees_other && sync.kind == SyncKind::State,
        };
        let turned_on = purpose.enable_jobs.then_some(enabled.clone());
        let came_back = had.was_out.then(|| JobEvent::CameBack {
            at: now,
            catch_up: catch_up(sync, purpose.fill_gap),
        });
        let events = [Some(authorized), turned_on, came_back];
        jobs.moved.push(JobMoved {
            job: old.id.clone(),
            events: events.into_iter().flatten().collect(),
        });
    }
    Ok(jobs)
}

/// What is done about the time in which the connection was out of service.
fn catch_up(sync: &SyncSpec, fill_gap: bool) -> CatchUp {
    match sync.kind {
        SyncKind::State => CatchUp::State {
            deletions_told: sync.deletions_told(),
        },
        SyncKind::Events if fill_gap => CatchUp::FillGaps,
        SyncKind::Events if sync.moment().is_some() => CatchUp::LeaveGap,
        SyncKind::Events => CatchUp::FromNow,
    }
}

/// The file's vars that have to be configured and are not, as they stand in templates.
fn unset_vars(server: &Server, file: &ProviderFile) -> Result<Vec<String>, StoreError> {
    let app = server.store.app(&file.id)?;
    let vars = file.vars_with(&app.map(|app| app.vars).unwrap_or_default());
    let empty = vars.into_iter().filter(|(_, value)| value.is_empty());
    Ok(empty.map(|(name, _)| format!("{{{name}}}")).collect())
}
