//! What became of a watched channel at its vendor since the connection was last authorized.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::id::FollowUpId;

/// What became of a channel, in one generation of its connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Of which generation.
    pub generation: u32,
    /// When that was settled.
    pub at: Timestamp,
    /// What became of it.
    pub outcome: Attached,
    /// It stands in the audit log.
    pub is_told: bool,
    /// Where an invitation is asked of a person, in whichever generation that began; none where no disconnect had taken us out
    /// of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follow_up: Option<FollowUpId>,
}

/// What became of a channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "word", rename_all = "snake_case")]
pub enum Attached {
    /// It was joined.
    Joined,
    /// We were in it.
    AlreadyIn,
    /// It is private: somebody who is in it has to invite us.
    InviteNeeded,
    /// The vendor refused.
    Failed {
        /// In its words, and what to do.
        why: String,
    },
}

impl Attached {
    /// The word in JSON and on screen.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Joined => "joined",
            Self::AlreadyIn => "already_in",
            Self::InviteNeeded => "invite_needed",
            Self::Failed { .. } => "failed",
        }
    }

    /// What there is to say of it beside the word; empty when nothing.
    #[must_use]
    pub fn why(&self) -> &str {
        match self {
            Self::Joined | Self::AlreadyIn => "",
            Self::InviteNeeded => "it is private: ask somebody who is in it to invite our app",
            Self::Failed { why } => why,
        }
    }
}
