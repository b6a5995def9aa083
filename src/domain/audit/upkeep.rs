//! Entries about the store as a whole: copies of it, its size, and data that is removed for good.

use serde::{Deserialize, Serialize};

use crate::domain::display_text::counted;
use crate::domain::id::{RunId, WipeId};
use crate::domain::wipe::WipeCounts;

/// Somebody made a backup, or began one that came to nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum BackedUp {
    /// The file is whole.
    Made {
        /// The commit that it is as of.
        commit: u64,
        /// Entries of the audit log in it.
        size: u64,
        /// The root over these, in base64.
        root: String,
        /// The SHA-256 of the file up to its last frame, hex.
        sha256: String,
        /// How many secrets are in it, sealed to a passphrase; none where it is one without.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        secrets: Option<u64>,
        /// Bytes of the file.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        bytes: Option<u64>,
    },
    /// There is no file, or half of one.
    NotMade { why: String },
    /// One with secrets was begun: none of them has left before.
    Begun { with_secrets: bool },
}

/// The store was compacted, or that was asked for and not done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum StoreCompacted {
    /// It was.
    Done {
        /// Bytes of the file that was replaced.
        before: u64,
        /// Bytes of the new file.
        after: u64,
        /// How many rows live.
        rows: u64,
        /// How long no commit could be made, in milliseconds.
        held_up_ms: u64,
    },
    /// It was not.
    NotDone { why: String },
}

/// An Owner had synced data removed for good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WipeBegun {
    pub wipe: WipeId,
    /// What there was to remove.
    pub planned: WipeCounts,
    /// The disconnects that were first halves of swaps which nobody had ended: no new account is waited for any more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub swaps_ended: Vec<RunId>,
}

/// It is removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wiped {
    pub wipe: WipeId,
    /// Who had asked for it.
    pub by: String,
    /// What was removed.
    pub removed: WipeCounts,
    /// Records that are left.
    pub records_left: u64,
    /// Executions that are left.
    pub executions_left: u64,
    /// Listed deliveries that are left.
    pub deliveries_left: u64,
    /// Whether the store was compacted since, so that no file has it any more.
    pub compacted: bool,
}

impl BackedUp {
    pub(super) fn sentence(&self) -> String {
        match self {
            Self::Made {
                commit,
                size,
                secrets,
                ..
            } => {
                let secrets = secrets.map_or_else(String::new, |n| {
                    format!(", with {} sealed to a passphrase", counted(n, "secret"))
                });
                format!("backed the store up as of commit {commit} and log size {size}{secrets}")
            }
            Self::Begun { with_secrets: _ } => {
                "began a backup with secrets, sealed to a passphrase".to_owned()
            }
            Self::NotMade { why } => format!("a backup came to nothing: {why}"),
        }
    }
}

impl StoreCompacted {
    pub(super) fn sentence(&self) -> String {
        match self {
            Self::Done { before, after, .. } => {
                format!("compacted the store from {before} to {after} bytes")
            }
            Self::NotDone { why } => format!("the store was not compacted: {why}"),
        }
    }
}

impl WipeBegun {
    pub(super) fn sentence(&self) -> String {
        format!(
            "began to remove {} for good",
            counted(self.planned.records, "record")
        )
    }
}

impl Wiped {
    pub(super) fn sentence(&self) -> String {
        format!(
            "removed {} for good",
            counted(self.removed.records, "record")
        )
    }
}
