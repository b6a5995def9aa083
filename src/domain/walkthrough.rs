//! Several connections taken out of service as one thing: what was chosen, why, and how far it is.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::disconnect::run::{IfUnreachable, Reason};
use super::id::{ConnectionId, RunId, UserId, WalkthroughId};
use super::origin::Origin;
use super::user::Role;

mod accepted;
mod fall_reason;
mod transitions;

pub use accepted::{Accepted, Looked, Standing, left};
pub use fall_reason::FallReason;
pub use transitions::{TargetEvent, WalkEvent, WalkRefusal};

/// No walkthrough has more targets: what is saved is one transaction, and one line on the socket.
pub const MOST_TARGETS: usize = 5_000;

/// Nothing is planned further ahead: who accepted it is hardly there to remember.
pub const FURTHEST: SignedDuration = SignedDuration::from_hours(366 * 24);

/// One that begins by so much later than it was planned for says so.
pub const LATE: SignedDuration = SignedDuration::from_secs(60);

/// What was chosen, as it was said. Which connections that is, is resolved once and then stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "by")]
pub enum TargetChoice {
    /// Connections, one by one.
    Named,
    /// Everything in service at a provider, of an owner (a user's name, or `workspace`), or both.
    Matching {
        /// The catalog's id.
        provider: Option<String>,
        /// A user's name, or `workspace`.
        owner: Option<String>,
    },
    /// Everything in service.
    All,
}

impl TargetChoice {
    /// The one provider that it is about, by the catalog's id.
    #[must_use]
    pub fn provider(&self) -> Option<&str> {
        match self {
            Self::Matching { provider, .. } => provider.as_deref(),
            Self::Named | Self::All => None,
        }
    }

    /// The title of a walkthrough that nobody gave another.
    #[must_use]
    pub fn title(&self, provider_name: Option<&str>, targets: usize) -> String {
        let whose = |owner: &str| match owner {
            "workspace" => "of the workspace".to_owned(),
            name => format!("of {name}"),
        };
        match self {
            Self::Named if targets == 1 => "1 connection".to_owned(),
            Self::Named => format!("{targets} connections"),
            Self::All => "everything".to_owned(),
            Self::Matching { provider, owner } => {
                let at = provider
                    .as_deref()
                    .map(|id| format!("at {}", provider_name.unwrap_or(id)));
                let of = owner.as_deref().map(whose);
                let parts = [Some("everything".to_owned()), of, at];
                parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
            }
        }
    }
}

/// The page that a person is on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WalkPage {
    /// Which connections.
    #[default]
    Choose,
    /// Reason, ticket, note.
    Why,
    /// What it would do.
    Plan,
    /// How far it is.
    Run,
    /// What is left.
    Rest,
}

impl WalkPage {
    /// In their order.
    pub const ALL: [Self; 5] = [Self::Choose, Self::Why, Self::Plan, Self::Run, Self::Rest];

    /// The word on screen.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Choose => "choose",
            Self::Why => "why",
            Self::Plan => "plan",
            Self::Run => "run",
            Self::Rest => "rest",
        }
    }
}

/// Where a walkthrough stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WalkState {
    /// Nothing has begun.
    Draft,
    /// It begins by itself when its time has come.
    Planned,
    /// Its targets are being taken out of service.
    Running,
    /// What has begun goes on to its end, what has not does not begin.
    Stopped,
    /// Whoever planned it has not the rights any more, or the folder is an older copy: nothing has begun.
    Fallen,
    /// Every target is out of service, or was passed over.
    Finished,
}

impl WalkState {
    /// The word on screen.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Planned => "planned",
            Self::Running => "running",
            Self::Stopped => "stopped",
            Self::Fallen => "fallen",
            Self::Finished => "finished",
        }
    }
}

/// Who decided that it begins, and from where: what goes on after a restart goes on in this name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// The user.
    pub user: UserId,
    /// The user's name.
    pub actor: String,
    /// With which role.
    pub role: Role,
    /// From where.
    pub origin: Origin,
    pub at: Timestamp,
}

/// When a walkthrough begins by itself, and in whose name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Planned {
    /// When it begins.
    pub at: Timestamp,
    /// Who planned it, and accepted what was shown then.
    pub decision: Decision,
    /// When it did begin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub begun_at: Option<Timestamp>,
}

/// What is said once for all targets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    pub reason: Reason,
    /// In words.
    #[serde(default)]
    pub note: String,
    /// The ticket.
    #[serde(default)]
    pub ticket: Option<String>,
    /// What to do when a provider cannot be reached.
    pub if_unreachable: IfUnreachable,
    /// Uninstall the apps at the vendors too.
    #[serde(default)]
    pub uninstall: bool,
    /// Make calls that end other connections' tokens too.
    #[serde(default)]
    pub allow_wider: bool,
    /// Tag the provider, when everything at one is chosen: nothing new is authorized there until it is untagged. With
    /// the reason compliance that is so without asking.
    #[serde(default)]
    pub tag: bool,
    /// Keep nothing sealed for a proof that lacks time.
    #[serde(default)]
    pub destroy_at_once: bool,
}

/// The head of a walkthrough; its targets are rows of their own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Walkthrough {
    pub id: WalkthroughId,
    /// What people call it.
    pub title: String,
    /// What was chosen.
    pub choice: TargetChoice,
    /// Whose draft it is.
    pub by: UserId,
    pub by_name: String,
    /// What is said once for all targets.
    pub terms: Terms,
    /// The page that a person is on.
    pub page: WalkPage,
    /// Where it stands.
    pub state: WalkState,
    /// Why it stopped or fell, in words.
    #[serde(default)]
    pub stopped_because: String,
    /// When it begins by itself, or did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub planned: Option<Planned>,
    /// Grows with every change.
    pub version: u64,
    /// When it was first saved.
    pub created_at: Timestamp,
    /// Who decided that it begins.
    pub decision: Option<Decision>,
    /// When it finished.
    pub ended_at: Option<Timestamp>,
}

/// A connection of a walkthrough.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WalkTarget {
    /// Of which walkthrough.
    pub walkthrough: WalkthroughId,
    /// Its place, from 0.
    pub index: usize,
    pub connection: ConnectionId,
    /// The version that was looked at.
    pub version: u64,
    /// Of which generation: one that was connected anew since is another thing, and is passed over.
    pub generation: u32,
    /// The catalog's id.
    pub provider: String,
    /// What people called the connection.
    pub name: String,
    /// Whose it is, in words.
    pub owner: String,
    /// Looked at, and not taken along.
    #[serde(default)]
    pub left_out: bool,
    /// Its disconnect, once begun.
    #[serde(default)]
    pub run: Option<RunId>,
    /// Why it was passed over when its turn came.
    #[serde(default)]
    pub passed_over: Option<String>,
    /// Of one that is planned: what was accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted: Option<Accepted>,
}

impl Planned {
    /// By how much later than planned it begins at this time, where that is to be said.
    #[must_use]
    pub fn late_at(&self, begun_at: Timestamp) -> Option<SignedDuration> {
        Some(begun_at.duration_since(self.at)).filter(|by| *by >= LATE)
    }
}

impl Walkthrough {
    /// By how much it began later than it was planned for, where that is to be said.
    #[must_use]
    pub fn late_by(&self) -> Option<SignedDuration> {
        let planned = self.planned.as_ref()?;
        planned.late_at(planned.begun_at?)
    }
}

impl WalkTarget {
    /// Whether its turn has yet to come.
    #[must_use]
    pub fn is_due(&self) -> bool {
        !self.left_out && self.run.is_none() && self.passed_over.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_say_what_was_chosen() {
        let matching = |provider: Option<&str>, owner: Option<&str>| TargetChoice::Matching {
            provider: provider.map(str::to_owned),
            owner: owner.map(str::to_owned),
        };
        let title = |choice: &TargetChoice| choice.title(Some("GitHub"), 9);
        assert_eq!(title(&matching(None, Some("Bob"))), "everything of Bob");
        assert_eq!(
            title(&matching(Some("github"), Some("workspace"))),
            "everything of the workspace at GitHub"
        );
        assert_eq!(
            title(&matching(Some("github"), None)),
            "everything at GitHub"
        );
        assert_eq!(title(&TargetChoice::All), "everything");
        assert_eq!(title(&TargetChoice::Named), "9 connections");
    }
}
