//! Runs: their steps, their tokens, and what each claim rests on.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::FollowUp;
use crate::domain::audit::Origin;
use crate::domain::credential::TokenKind;
use crate::domain::disconnect::judge::{Answer, Outcome, Residual};
use crate::domain::disconnect::log::{Counts, Step, StepState};
use crate::domain::disconnect::plan::{Plan, Reader};
use crate::domain::disconnect::run::{IfUnreachable, Reason, RunState};
use crate::domain::id::{ConnectionId, CredentialId, HoldId, RunId, WalkthroughId};

/// A run in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunRow {
    /// Its id.
    pub id: RunId,
    /// Which connection.
    pub connection: ConnectionId,
    /// What people call the provider.
    pub provider_name: String,
    /// What people call the connection.
    pub name: String,
    /// Who decided it.
    pub actor: String,
    /// Why.
    pub reason: Reason,
    /// The ticket.
    pub ticket: Option<String>,
    /// Where it stands.
    pub state: RunState,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Tokens in all.
    pub tokens: u64,
    /// Tokens proven dead.
    pub proven: u64,
    /// The step that is under way, or the last one.
    pub step: Step,
}

/// A run in full, as in the contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// Its id.
    pub id: RunId,
    /// Which connection.
    pub connection: ConnectionId,
    /// The catalog's id.
    pub provider: String,
    /// What people call the provider.
    pub provider_name: String,
    /// What people call the connection.
    pub name: String,
    /// Who decided it.
    pub actor: String,
    /// From where.
    pub origin: Origin,
    /// Why.
    pub reason: Reason,
    /// The ticket.
    pub ticket: Option<String>,
    /// In words.
    pub note: String,
    /// What to do when the provider cannot be reached.
    pub if_unreachable: IfUnreachable,
    /// Whether the app is uninstalled at the vendor too.
    pub uninstall: bool,
    /// Whether calls were allowed that end other connections' tokens too.
    #[serde(default)]
    pub allow_wider: bool,
    /// Where it stands.
    pub state: RunState,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// The seven steps.
    pub steps: Vec<RunStep>,
    /// Every token of the generation that may live.
    pub tokens: Vec<RunToken>,
    /// What it did, in numbers.
    pub counts: Counts,
    /// What is left to a person.
    pub follow_ups: Vec<FollowUp>,
    /// What was shown before.
    pub plan: Plan,
    /// Who read tokens of the generation that it ends: until these are dead, a copy may be used.
    #[serde(default)]
    pub readers: Vec<Reader>,
    /// The checkpoint after the summary entry.
    pub checkpoint: Option<String>,
    /// How many records its log has.
    pub records: usize,
    /// The walkthrough that it is part of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub walkthrough: Option<WalkthroughId>,
}

/// A step of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunStep {
    /// Which.
    pub step: Step,
    /// Where it stands.
    pub state: StepState,
    /// Since when.
    pub started_at: Option<Timestamp>,
    /// Until when.
    pub ended_at: Option<Timestamp>,
    /// In words.
    pub detail: String,
}

/// A token of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunToken {
    /// Its id here.
    pub credential: CredentialId,
    /// What kind.
    pub kind: TokenKind,
    /// Which of several sets, or empty.
    pub label: String,
    /// Which, for whoever finds it.
    pub fingerprint: String,
    /// Replaced by a newer one before the run began.
    pub superseded: bool,
    /// What is claimed; none while it is not judged.
    pub outcome: Option<Outcome>,
    /// What the claim rests on.
    pub evidence: Evidence,
    /// Until when it may live; null when dead, or not judged.
    pub residual_until: Option<Residual>,
    /// Where its revocation is retried, or was.
    #[serde(default)]
    pub hold: Option<HoldId>,
}

/// What a claim about a token rests on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// Where the revoking call went.
    pub endpoint: Option<String>,
    /// Its HTTP method.
    pub method: Option<String>,
    /// Its HTTP status.
    pub status: Option<u16>,
    /// The question before.
    pub probe_before: Option<Answer>,
    /// The same question afterwards.
    pub probe_after: Option<Answer>,
    /// When the call was answered.
    pub at: Option<Timestamp>,
    /// The vendor's id of the call.
    pub request_id: Option<String>,
    /// What there is to say in words.
    pub reason: Option<String>,
}
