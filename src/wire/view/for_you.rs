//! What concerns whoever asks.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Something that concerns whoever asks, and is told at their next start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForYou {
    pub what: About,
    /// Of the walkthrough, run or follow-up.
    pub id: String,
    /// When it happened; of what is planned, when it will.
    pub at: Timestamp,
    pub text: String,
}

/// What kind of thing concerns somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// What was planned did not begin; told until it is closed.
    Fallen,
    /// What was planned by them left something; told until they have seen it, for 30 days at most.
    Left,
    /// A connection of theirs was taken out of service by somebody else; told until they have seen it, for 30 days at most.
    TakenAway,
    /// A follow-up is assigned to them; told until it is done.
    Assigned,
    /// A walkthrough begins by itself; told until it does.
    Planned,
}

impl About {
    /// Whether somebody has to do something about it: what was planned was not done, or not all of it, or a follow-up is theirs.
    #[must_use]
    pub fn needs_them(self) -> bool {
        matches!(self, Self::Fallen | Self::Left | Self::Assigned)
    }

    /// Whether it is told no more once it was seen.
    #[must_use]
    pub fn ends_when_seen(self) -> bool {
        matches!(self, Self::Left | Self::TakenAway)
    }
}
