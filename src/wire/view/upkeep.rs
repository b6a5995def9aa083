//! What the server does for its own store.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::wipe::WipeCounts;

/// How far something that takes time has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Bytes that are done.
    pub bytes: u64,
    /// Of so many; none when nobody knows.
    pub bytes_total: Option<u64>,
    /// Rows that are done.
    pub rows: u64,
    /// Of so many.
    pub rows_total: Option<u64>,
    /// How long the rest takes at the pace so far.
    pub seconds_left: Option<u64>,
}

/// Where a compaction stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CompactionState {
    /// It is being made.
    Running,
    /// The compacted database is in use.
    Done,
    /// The store is as it was.
    Failed,
}

/// A compaction of the store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compaction {
    /// Its number since the server started.
    pub number: u64,
    /// Where it stands.
    pub state: CompactionState,
    /// When it began.
    pub began_at: Timestamp,
    /// How far it is.
    pub progress: Progress,
    /// Bytes of the database's file before.
    pub before: u64,
    /// Bytes of it afterwards, when it is done.
    pub after: Option<u64>,
    /// How long no commit could be made, in milliseconds.
    pub held_up_ms: Option<u64>,
    /// Why it failed.
    pub why: Option<String>,
}

/// What a wipe would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WipePlan {
    /// Of which provider; none for all.
    pub provider: Option<String>,
    /// What it would remove.
    pub counts: WipeCounts,
    /// The names of connections that are not out of service, and forbid it.
    pub connected: Vec<String>,
}

/// A part of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupPart {
    /// Its bytes, in base64; they follow those of the part before.
    pub bytes: String,
    /// How far it is.
    pub progress: Progress,
    /// Whether nothing follows.
    pub is_last: bool,
}
