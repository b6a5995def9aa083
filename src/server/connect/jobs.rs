//! The jobs that come with an authorization.

use super::Purpose;
use crate::domain::connection::Connection;
use crate::domain::job::{SyncJob, SyncMode};
use crate::domain::provider::{ProviderFile, SyncKind};
use crate::domain::sync::Known;
use crate::server::{Server, mint};

/// How often a job runs unless a person says otherwise.
const SCHEDULE: &str = "*/15 * * * *";

/// Jobs that are new, and those that a reconnect changes.
pub(super) fn jobs(
    server: &Server,
    file: &ProviderFile,
    connection: &Connection,
    had: &[SyncJob],
    purpose: &Purpose,
    again: bool,
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
        let Some(old) = had.iter().find(|job| job.entity == sync.entity) else {
            jobs.push(SyncJob {
                id: mint::job(),
                connection: connection.id.clone(),
                entity: sync.entity.clone(),
                mode: if sync.since.param.is_some() {
                    SyncMode::Incremental
                } else {
                    SyncMode::Full
                },
                is_enabled: purpose.enable_jobs,
                schedule: Some(SCHEDULE.to_owned()),
                max_retries: 3,
                timeout_minutes: 60,
                last_execution: None,
                pass: None,
                known: Known::default(),
                watermark: None,
                gap: false,
                disabled_by: None,
                last_error: None,
                next_run_at: purpose.enable_jobs.then_some(now),
                version: 1,
            });
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
        // O10: events of the gap are not pulled unless that is asked for; state is brought up to date.
        if again && sync.kind == SyncKind::Events && !purpose.fill_gap {
            (job.pass, job.watermark, job.gap) = (None, Some(now), true);
        }
        jobs.push(job);
    }
    jobs
}

/// The file's vars that have to be configured and are not, as they stand in templates.
fn unset_vars(server: &Server, file: &ProviderFile) -> Vec<String> {
    let app = server.store.app(&file.id).ok().flatten();
    let vars = file.vars_with(&app.map(|app| app.vars).unwrap_or_default());
    let empty = vars.into_iter().filter(|(_, value)| value.is_empty());
    empty.map(|(name, _)| format!("{{{name}}}")).collect()
}
