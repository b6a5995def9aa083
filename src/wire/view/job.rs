//! Sync jobs and their executions.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::id::{ConnectionId, ExecutionId, JobId};
use crate::domain::job::{ExecutionStatus, JobState, SyncMode};
use crate::domain::sync::Gap;

/// A sync job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    pub id: JobId,
    /// Of which connection.
    pub connection: ConnectionId,
    /// The catalog's id.
    pub provider: String,
    /// What people call the connection.
    pub connection_name: String,
    /// What it pulls.
    pub entity: String,
    /// How much it pulls.
    pub mode: SyncMode,
    /// Whether it may run.
    pub is_enabled: bool,
    /// How it stands.
    pub state: JobState,
    /// Cron, or none.
    pub schedule: Option<String>,
    /// The latest execution.
    pub last_execution: Option<Execution>,
    /// How the latest eight ended, oldest first.
    pub last_runs: Vec<ExecutionStatus>,
    /// How many things each of them saw, in the same order.
    #[serde(default)]
    pub last_runs_processed: Vec<u64>,
    /// When it is due.
    pub next_run_at: Option<Timestamp>,
    /// Why the last execution failed, or why it is off or blocked, or what of ours it waits for.
    pub last_error: Option<String>,
    /// What may be relied on: `synced; deletions checked 3 d ago`, `stale`, `not pulled yet`, and so on.
    #[serde(default)]
    pub claim: String,
    /// Every change up to here was seen.
    #[serde(default)]
    pub watermark: Option<Timestamp>,
    /// Where an unfinished pass goes on; none at the beginning.
    #[serde(default)]
    pub position: Option<String>,
    /// Until when it waits for the vendor's limit.
    #[serde(default)]
    pub waits_until: Option<Timestamp>,
    /// As of when it is known what was deleted.
    #[serde(default)]
    pub deletions_checked_at: Option<Timestamp>,
    /// The latest time whose events were not pulled, and are not unless that is asked for.
    #[serde(default)]
    pub gap: Option<Gap>,
    /// How many things the vendor no longer lists, which are not called gone until a person says that they are.
    #[serde(default)]
    pub unaccepted_gone: Option<u64>,
    /// How often an execution is tried again.
    #[serde(default)]
    pub max_retries: u8,
    /// After so many minutes without a page an execution fails.
    #[serde(default)]
    pub timeout_minutes: u16,
    /// Grows with every change.
    pub version: u64,
    /// Why this client may not manage it; none if it may.
    pub refused: Option<String>,
}

/// One execution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Execution {
    pub id: ExecutionId,
    /// Of which job.
    pub job: JobId,
    /// Where it stands.
    pub status: ExecutionStatus,
    /// Since when.
    pub started_at: Timestamp,
    /// Until when.
    pub completed_at: Option<Timestamp>,
    /// Items received.
    pub processed: u64,
    /// New ones.
    pub created: u64,
    /// Changed ones.
    pub updated: u64,
    /// Unchanged ones.
    pub skipped: u64,
    /// Ones that were not taken: they have no id.
    pub failed: u64,
    /// Pages received.
    pub pages: u64,
    /// How often the size of a page was halved, because it was too large or too slow.
    #[serde(default)]
    pub halved: u64,
    /// How many there are, when the vendor says so.
    pub total: Option<u64>,
    /// The committed cursor, as JSON text.
    pub cursor: Option<String>,
    /// Why it failed, or who cancelled it.
    pub error: Option<String>,
    /// Items a second, so far; 0 when not known.
    pub rate: u64,
}
