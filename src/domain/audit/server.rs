//! Entries about the server itself and its data folder.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::display_text::counted;

/// The first start made the workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkspaceBegun {
    pub workspace: String,
    /// Its first Owner.
    pub owner: String,
    /// Their Unix account.
    pub uid: u32,
    /// The log, which begins with this entry; none in format 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log: Option<LogBegins>,
}

/// From where on the log has a format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogBegins {
    pub format: u32,
    /// The first entry that has it.
    pub from: u64,
}

/// A newer program brought the data folder up to its format.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FolderUpgraded {
    /// The folder's format before.
    pub from: u32,
    /// Its format now.
    pub to: u32,
    /// The log's format from here on; none where it stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log: Option<LogBegins>,
}

/// A data folder of another machine, or one that nobody knew, was taken on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoveAccepted {
    /// What was doubtful.
    pub why: String,
}

/// Key slots that no row names were overwritten.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrphansOverwritten {
    pub slots: u64,
}

/// Somebody stopped the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerStopped {
    /// Its process.
    pub pid: u32,
    pub at: Timestamp,
}

impl WorkspaceBegun {
    pub(super) fn sentence(&self) -> String {
        format!(
            "made the workspace {} with its first Owner, {}",
            self.workspace, self.owner
        )
    }
}

impl FolderUpgraded {
    pub(super) fn sentence(&self) -> String {
        let log = self.log.map_or_else(String::new, |log| {
            format!(
                "; from entry {} on the log has format {}",
                log.from, log.format
            )
        });
        format!(
            "brought the data folder from format {} to {}{log}",
            self.from, self.to
        )
    }
}

impl MoveAccepted {
    pub(super) fn sentence(&self) -> String {
        format!("took a doubtful data folder on: {}", self.why)
    }
}

impl OrphansOverwritten {
    pub(super) fn sentence(&self) -> String {
        format!(
            "overwrote {} that nothing names",
            counted(self.slots, "key slot")
        )
    }
}

impl ServerStopped {
    pub(super) fn sentence(&self) -> String {
        format!("stopped the server, process {}", self.pid)
    }
}
