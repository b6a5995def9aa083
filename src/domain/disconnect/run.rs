//! The head of a run: what was decided when it began, and where it stands.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::plan::Plan;
use super::swap::SwapHalf;
use crate::domain::connection::Connection;
use crate::domain::id::{ConnectionId, FollowUpId, RunId, UserId, WalkthroughId};
use crate::domain::origin::Origin;
use crate::domain::provider::ManualWhen;

/// Why somebody disconnects (O12).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// No longer in use.
    Unused,
    /// Compliance event: revoke and rotate.
    Compliance,
    /// Permission clean-up: swap to another account.
    Cleanup,
    /// Something else, in words.
    Other,
}

impl Reason {
    /// All of them, as offered.
    pub const ALL: [Self; 4] = [Self::Unused, Self::Compliance, Self::Cleanup, Self::Other];

    /// The one after or before, round and round; the first or last when there is none yet.
    #[must_use]
    pub fn beside(reason: Option<Self>, forward: bool) -> Self {
        let all = Self::ALL;
        let at = reason.and_then(|r| all.iter().position(|it| *it == r));
        let to = match (at, forward) {
            (None, true) => 0,
            (None, false) => all.len() - 1,
            (Some(at), true) => (at + 1) % all.len(),
            (Some(at), false) => (at + all.len() - 1) % all.len(),
        };
        all.get(to).copied().unwrap_or(Self::Other)
    }

    /// The words on screen.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Unused => "no longer in use",
            Self::Compliance => "compliance event",
            Self::Cleanup => "permission clean-up",
            Self::Other => "other",
        }
    }
}

/// What to do with a token whose provider cannot be reached (B4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IfUnreachable {
    /// Destroy it now.
    Destroy,
    /// Keep it sealed to retry the revocation.
    Hold,
}

/// Where a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// Under way.
    Running,
    /// Our own store or vault refused; a person has to look.
    Waiting,
    /// Every step done or skipped.
    Completed,
    /// Ended, with at least one warning.
    CompletedWithWarnings,
}

impl RunState {
    /// The words on screen.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Waiting => "waiting",
            Self::Completed => "completed",
            Self::CompletedWithWarnings => "completed with warnings",
        }
    }
}

/// One disconnect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    pub id: RunId,
    pub connection: ConnectionId,
    /// Of which generation.
    pub generation: u32,
    /// The catalog's id.
    pub provider: String,
    /// What people call the provider.
    pub provider_name: String,
    /// What people call the connection.
    pub name: String,
    /// Whose the connection is, in words.
    pub owner: String,
    /// Who decided it.
    pub actor: String,
    /// With which role.
    pub role: String,
    /// From where.
    pub origin: Origin,
    pub reason: Reason,
    pub note: String,
    pub ticket: Option<String>,
    /// What to do when the provider cannot be reached.
    pub if_unreachable: IfUnreachable,
    /// Whether the app is uninstalled at the vendor too.
    pub uninstall: bool,
    /// Whether calls are made that end other connections' tokens too.
    #[serde(default)]
    pub allow_wider: bool,
    /// Whether nothing is kept sealed, not for two minutes either.
    #[serde(default)]
    pub destroy_at_once: bool,
    /// When it was decided.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Where it stands.
    pub state: RunState,
    /// What was shown before.
    pub plan: Plan,
    /// The checkpoint of the log after the summary entry.
    pub checkpoint: Option<String>,
    /// The walkthrough that it is part of.
    #[serde(default)]
    pub walkthrough: Option<WalkthroughId>,
    /// What is to come after it, where it is the first half of a swap.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub swap: Option<SwapHalf>,
}

impl Run {
    /// Whether whoever decided it accepted that this connection loses its tokens along with it: wider calls were allowed, and it
    /// was there then.
    #[must_use]
    pub fn accepted_the_end_of(&self, other: &Connection) -> bool {
        let was_there = other.connected_at.is_some_and(|at| at <= self.started_at);
        self.allow_wider && was_there
    }
}

/// What a person must still do at the vendor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowUp {
    pub id: FollowUpId,
    /// Of which connection.
    pub connection: ConnectionId,
    /// The vendor's id of the account that it is about; empty in rows from before it was kept.
    #[serde(default)]
    pub account: String,
    /// Left by which run.
    pub run: RunId,
    /// The later runs that would have left the same: it is asked for once.
    #[serde(default)]
    pub also: Vec<RunId>,
    /// What to do.
    pub text: String,
    pub url: Option<String>,
    /// When the path was checked, as the provider file has it.
    pub checked_on: Option<String>,
    /// When it is needed, as the provider file has it; none in rows from before it was kept.
    #[serde(default)]
    pub when: Option<ManualWhen>,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// Who ticked it off, and when.
    pub done: Option<DoneBy>,
    /// Whom it is assigned to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assigned: Option<Assigned>,
}

/// Whom a follow-up is assigned to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assigned {
    /// The user.
    pub user: UserId,
    /// The user's name, as it was.
    pub name: String,
    /// Who assigned it.
    pub by: String,
    pub at: Timestamp,
}

/// Who ticked a follow-up off: a person, or the server when a run proved it done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoneBy {
    /// The person's name.
    pub by: String,
    pub at: Timestamp,
    /// In their words.
    pub note: String,
}
