//! The server as a whole.

use std::collections::BTreeMap;

use super::{ForYou, OpenSwap};
use crate::domain::wipe::Wipe;
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
    /// Who asks vendors whether connections work, and how often.
    #[serde(default)]
    pub asks: Asks,
    /// What concerns whoever asked: a connection of theirs that somebody else took away, what is assigned to them, what is planned.
    #[serde(default)]
    pub for_you: Vec<ForYou>,
    /// Swaps that were left in the middle, twenty at most.
    #[serde(default)]
    pub swaps: Vec<OpenSwap>,
    /// How many more there are.
    #[serde(default)]
    pub swaps_more: u64,
    /// Wipes that have not ended.
    #[serde(default)]
    pub wipes: Vec<Wipe>,
    /// What an operator should know, one sentence each (a lost slot, an overwritten orphan, …).
    pub warnings: Vec<String>,
}

/// How connections are asked that nothing else has spoken for. While no server runs nobody asks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asks {
    /// How often, in seconds.
    pub every_seconds: u64,
    /// For how long.
    pub by: AskedBy,
}

/// What kind of server asks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AskedBy {
    /// One that was started to stay: at any time.
    #[default]
    Serve,
    /// One that a client started: at its start and while it runs, and it does not stay for that.
    WhileItRuns,
}

impl Asks {
    /// In words.
    #[must_use]
    pub fn sentence(&self) -> String {
        let minutes = self.every_seconds.div_ceil(60);
        match self.by {
            AskedBy::Serve => format!("each connection is asked every {minutes} min"),
            AskedBy::WhileItRuns => format!(
                "each connection is asked every {minutes} min while this server runs, which a client started; when it has left, nobody asks"
            ),
        }
    }
}

impl AskedBy {
    /// What is said on the first screen, in one line of a small terminal.
    #[must_use]
    pub fn caution(self) -> Option<&'static str> {
        match self {
            Self::Serve => None,
            Self::WhileItRuns => Some(
                "Nobody asks whether connections work while no server runs; tagout serve stays.",
            ),
        }
    }
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
