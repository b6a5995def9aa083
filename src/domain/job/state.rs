//! How a job stands, as lists show it.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{ExecutionStatus, SyncJob};
use crate::domain::connection;

/// How a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// An execution pulls.
    Running,
    /// An execution waits its turn.
    Queued,
    /// It waits until it is due.
    Idle,
    /// Its connection is not in a state in which anything is pulled.
    Blocked,
    /// It is disabled.
    Off,
    /// Its last execution gave up.
    Failed,
}

impl JobState {
    /// The state of a job, whose latest execution stands so.
    #[must_use]
    pub fn of(
        job: &SyncJob,
        connection: connection::Status,
        last: Option<ExecutionStatus>,
    ) -> Self {
        match last {
            Some(ExecutionStatus::Running) => Self::Running,
            Some(ExecutionStatus::Queued) => Self::Queued,
            _ if !job.is_enabled => Self::Off,
            _ if !connection.is_pulled() => Self::Blocked,
            Some(ExecutionStatus::Failed) => Self::Failed,
            Some(ExecutionStatus::Succeeded | ExecutionStatus::Cancelled) | None => Self::Idle,
        }
    }

    /// The word in JSON and on screen.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Queued => "queued",
            Self::Idle => "idle",
            Self::Blocked => "blocked",
            Self::Off => "off",
            Self::Failed => "failed",
        }
    }
}

impl fmt::Display for JobState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}
