//! Walkthroughs on the wire: what is asked, and what is shown of them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::request::Target;
use super::view::FollowUp;
use crate::domain::audit::Origin;
use crate::domain::credential::TokenKind;
use crate::domain::disconnect::log::{Counts, Step};
use crate::domain::disconnect::run::RunState;
use crate::domain::id::{ConnectionId, RunId, WalkthroughId};
use crate::domain::trial::{Outcome, Residual};
use crate::domain::walkthrough::{TargetChoice, Terms, WalkPage, WalkState};

/// A draft as somebody leaves it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WalkthroughDraft {
    /// Which; none for a new one.
    pub id: Option<WalkthroughId>,
    /// The version that was looked at; none skips the comparison.
    pub version: Option<u64>,
    /// What to call it; made of the choice otherwise.
    #[serde(default)]
    pub title: Option<String>,
    /// What was chosen.
    pub choice: TargetChoice,
    /// The connections, with the versions that were looked at. Without them the server resolves the choice when the
    /// draft is new, when the choice is another one, and when `look_again` is set; else they stay as they are.
    #[serde(default)]
    pub targets: Option<Vec<Target>>,
    /// Which of them are not taken along.
    #[serde(default)]
    pub left_out: Vec<ConnectionId>,
    /// Looks at every connection anew: what changed meanwhile has been seen.
    #[serde(default)]
    pub look_again: bool,
    /// What is said once for all of them.
    pub terms: Terms,
    /// The page that the person is on.
    #[serde(default)]
    pub page: WalkPage,
}

/// A walkthrough in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WalkthroughRow {
    pub id: WalkthroughId,
    /// What people call it.
    pub title: String,
    /// Who began it: the draft's owner, then whoever decided.
    pub by: String,
    /// What was said.
    pub terms: Terms,
    /// The page that a person is on.
    pub page: WalkPage,
    /// Where it stands.
    pub state: WalkState,
    /// When it was first saved.
    pub created_at: Timestamp,
    /// When it began.
    pub begun_at: Option<Timestamp>,
    /// When it finished.
    pub ended_at: Option<Timestamp>,
    /// When it begins by itself, or should have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub planned_for: Option<Timestamp>,
    /// Its targets in numbers.
    pub targets: TargetCounts,
}

/// The targets of a walkthrough in numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetCounts {
    /// Taken along.
    pub chosen: u64,
    /// Looked at, and not taken along.
    pub left_out: u64,
    /// Runs that are under way.
    pub running: u64,
    /// Runs that wait for a person.
    pub waiting: u64,
    /// Runs that ended.
    pub ended: u64,
    /// Passed over when their turn came.
    pub passed_over: u64,
    /// Those whose turn has yet to come.
    pub not_begun: u64,
}

/// A walkthrough in full, its targets aside: those are a list of their own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Walkthrough {
    pub id: WalkthroughId,
    /// What people call it.
    pub title: String,
    /// What was chosen.
    pub choice: TargetChoice,
    /// Whose draft it was.
    pub by: String,
    /// Who decided that it begins, and from where.
    pub decided: Option<Decided>,
    /// When it begins by itself, or should have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub planned: Option<PlannedFor>,
    /// What is said once for all of them.
    pub terms: Terms,
    /// The page that a person is on.
    pub page: WalkPage,
    /// Where it stands.
    pub state: WalkState,
    /// Why it stopped or fell, in words; empty otherwise.
    pub stopped_because: String,
    /// Grows with every change.
    pub version: u64,
    /// When it was first saved.
    pub created_at: Timestamp,
    /// When it finished.
    pub ended_at: Option<Timestamp>,
    /// Its targets in numbers.
    pub targets: TargetCounts,
    /// Of a draft: the connections that are not taken along.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<ConnectionId>,
    /// Of a draft: what has changed since it was looked at, at most [`NAMED`] of them. It does not begin while there is any.
    pub changed: Vec<Changed>,
    /// What its runs did so far.
    pub done: Done,
    /// What is left to a person.
    pub left: Left,
    /// Why this client may not change, begin, stop or go on with it; none if it may.
    pub refused: Option<String>,
}

/// No list inside a [`Walkthrough`] names more.
pub const NAMED: usize = 200;

/// When a walkthrough begins by itself, and in whose name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedFor {
    /// When it begins, or should have.
    pub at: Timestamp,
    /// Who planned it, when and from where.
    pub by: Decided,
    /// By how many seconds it began later; none when it was on time, or has not begun.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub late_seconds: Option<i64>,
}

/// Who decided that a walkthrough begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    /// The user's name.
    pub actor: String,
    /// The role that was acted with, as in the record.
    pub role: String,
    /// From where.
    pub origin: Origin,
    pub at: Timestamp,
}

/// A target that is not as it was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    pub connection: ConnectionId,
    /// What people call the provider.
    pub provider_name: String,
    /// What people call the connection.
    pub name: String,
    /// The version that was looked at.
    pub looked_at: u64,
    /// The version that it has.
    pub found: u64,
    /// How it stands now, in words.
    pub now: String,
}

/// What the runs of a walkthrough did so far.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// Steps that ended.
    pub steps: u64,
    /// Steps there are, of every target that is taken along.
    pub steps_total: u64,
    /// Tokens of the runs that have begun.
    pub tokens: u64,
    /// How many tokens have which outcome, in the order of the outcomes' words.
    pub outcomes: Vec<OutcomeCount>,
    /// Tokens that are not judged yet.
    pub unjudged: u64,
    /// Jobs off, secrets destroyed, references marked.
    pub counts: Counts,
}

/// How many tokens have an outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutcomeCount {
    pub outcome: Outcome,
    pub count: u64,
}

/// What is left to a person.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Left {
    /// Open follow-ups, at most [`NAMED`] of them.
    pub follow_ups: Vec<FollowUp>,
    /// How many there are.
    pub follow_ups_total: u64,
    /// Tokens that are not proven dead, at most [`NAMED`] of them.
    pub unproven: Vec<Unproven>,
    /// How many there are.
    pub unproven_total: u64,
}

/// A token of a walkthrough that is not proven dead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unproven {
    /// Of which run.
    pub run: RunId,
    /// Of which connection.
    pub connection: ConnectionId,
    /// What people call the provider.
    pub provider_name: String,
    /// What people call the connection.
    pub name: String,
    pub kind: TokenKind,
    /// Which, for whoever finds it.
    pub fingerprint: String,
    /// What is claimed.
    pub outcome: Outcome,
    /// Until when it may live.
    pub residual_until: Option<Residual>,
}

/// A target of a walkthrough.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WalkthroughTarget {
    pub connection: ConnectionId,
    /// The catalog's id.
    pub provider: String,
    /// What people call the provider.
    pub provider_name: String,
    /// What people called the connection.
    pub name: String,
    /// Whose it is, in words.
    pub owner: String,
    /// The version that was looked at.
    pub version: u64,
    /// Looked at, and not taken along.
    pub left_out: bool,
    /// Of a draft: how it stands now, if it changed since it was looked at.
    pub changed: Option<String>,
    /// Its disconnect, once begun.
    pub run: Option<RunId>,
    /// Where that stands.
    pub state: Option<RunState>,
    /// The step that is under way, or the last one.
    pub step: Option<Step>,
    /// Tokens in all.
    pub tokens: u64,
    /// Tokens proven dead.
    pub proven: u64,
    /// Why it was passed over when its turn came.
    pub passed_over: Option<String>,
}
