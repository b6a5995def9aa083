//! What became of a watched channel at its vendor since the connection was last authorized.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::id::FollowUpId;

/// What became of a channel, in one generation of its connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "AttachmentRow")]
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

/// An attachment as rows have it: at first the follow-up stood in the outcome.
#[derive(Deserialize)]
struct AttachmentRow {
    generation: u32,
    at: Timestamp,
    outcome: OutcomeRow,
    is_told: bool,
    #[serde(default)]
    follow_up: Option<FollowUpId>,
}

#[derive(Deserialize)]
struct OutcomeRow {
    #[serde(flatten)]
    outcome: Attached,
    #[serde(default)]
    follow_up: Option<FollowUpId>,
}

impl From<AttachmentRow> for Attachment {
    fn from(row: AttachmentRow) -> Self {
        Self {
            generation: row.generation,
            at: row.at,
            outcome: row.outcome.outcome,
            is_told: row.is_told,
            follow_up: row.follow_up.or(row.outcome.follow_up),
        }
    }
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
    /// Which of the four it is.
    #[must_use]
    pub fn outcome(&self) -> ChannelOutcome {
        match self {
            Self::Joined => ChannelOutcome::Joined,
            Self::AlreadyIn => ChannelOutcome::AlreadyIn,
            Self::InviteNeeded => ChannelOutcome::InviteNeeded,
            Self::Failed { .. } => ChannelOutcome::Failed,
        }
    }

    /// What there is to say of it beside that; empty when nothing.
    #[must_use]
    pub fn why(&self) -> &str {
        match self {
            Self::Joined | Self::AlreadyIn => "",
            Self::InviteNeeded => "it is private: ask somebody who is in it to invite our app",
            Self::Failed { why } => why,
        }
    }
}

/// What became of a channel, in JSON and in the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChannelOutcome {
    /// It was joined.
    Joined,
    /// We were in it.
    AlreadyIn,
    /// Somebody has to invite us.
    InviteNeeded,
    /// The vendor refused.
    Failed,
}

impl ChannelOutcome {
    /// The same for people.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Joined => "joined",
            Self::AlreadyIn => "already in",
            Self::InviteNeeded => "invite needed",
            Self::Failed => "failed",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_follow_up_is_read_from_where_it_first_stood() {
        let row = r#"{"generation":2,"at":"2026-01-01T00:00:00Z","is_told":true,
            "outcome":{"word":"invite_needed","follow_up":"fup_01jd7000000000000000000001"}}"#;
        let read: Attachment = serde_json::from_str(row).unwrap();
        assert_eq!(read.outcome, Attached::InviteNeeded);
        let id = read.follow_up.clone().unwrap();
        assert_eq!(id.as_str(), "fup_01jd7000000000000000000001");
        let written = serde_json::to_string(&read).unwrap();
        assert_eq!(serde_json::from_str::<Attachment>(&written).unwrap(), read);
    }

    #[test]
    fn why_it_failed_is_read_as_it_was_written() {
        let failed = Attachment {
            generation: 1,
            at: Timestamp::UNIX_EPOCH,
            outcome: Attached::Failed {
                why: "is_archived".to_owned(),
            },
            is_told: false,
            follow_up: None,
        };
        let written = serde_json::to_string(&failed).unwrap();
        assert_eq!(
            serde_json::from_str::<Attachment>(&written).unwrap(),
            failed
        );
    }
}
