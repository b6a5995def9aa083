//! The server as a whole.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The server as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// What the workspace is called.
    pub workspace: String,
    /// The server's version.
    pub version: String,
    /// The server's process id.
    pub pid: u32,
    /// Since when it has run.
    pub started_at: Timestamp,
    /// The data folder.
    pub data_dir: String,
    /// Connections by status word.
    pub connections: BTreeMap<String, u64>,
    /// Providers in the catalog.
    pub providers: u64,
    /// Executions that run or wait.
    pub jobs_running: u64,
    /// Runs under way or waiting for a person.
    pub runs_open: u64,
    /// Tokens of past runs that may still live.
    pub exposed: u64,
    /// Open follow-ups.
    pub follow_ups_open: u64,
    /// Tokens kept sealed to retry their revocation.
    #[serde(default)]
    pub holds: u64,
    /// Entries in the log.
    pub audit_entries: u64,
    /// Rows the store has looked at since the server started; of two answers the difference tells what lay between.
    #[serde(default)]
    pub rows_read: u64,
    /// How often the disk was asked to keep something since then.
    #[serde(default)]
    pub syncs: u64,
    /// Whether the disk is full and only disconnects and reads are accepted.
    pub emergency: bool,
    /// What an operator should know, one sentence each (a lost slot, an overwritten orphan, …).
    pub warnings: Vec<String>,
}

/// The latest checkpoint of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// The signed note.
    pub checkpoint: String,
    /// The verifier's key.
    pub public_key: String,
    /// Entries it covers.
    pub size: u64,
}
