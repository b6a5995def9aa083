//! When a job is due: cron expressions, in UTC.

use std::str::FromStr;

use croner::Cron;
use jiff::Timestamp;

use super::SyncJob;

/// How often a job runs unless a person says otherwise.
pub const SCHEDULE: &str = "*/15 * * * *";

impl SyncJob {
    /// When its schedule is due next after `now`; none without one.
    #[must_use]
    pub fn due_after(&self, now: Timestamp) -> Option<Timestamp> {
        next_due(self.schedule.as_deref()?, now)
    }
}

/// Whether a cron expression can be read.
///
/// # Errors
/// What is wrong with it.
pub fn check_schedule(cron: &str) -> Result<(), String> {
    Cron::from_str(cron)
        .map(drop)
        .map_err(|error| error.to_string())
}

/// When a cron expression is due next.
fn next_due(cron: &str, now: Timestamp) -> Option<Timestamp> {
    let cron = Cron::from_str(cron).ok()?;
    let found = cron
        .find_next_occurrence(&now.to_zoned(jiff::tz::TimeZone::UTC), false)
        .ok()?;
    Some(found.timestamp())
}
