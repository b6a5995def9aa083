//! Runs: their steps, their tokens, and what each claim rests on.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::FollowUp;
use crate::domain::audit::Origin;
use crate::domain::credential::TokenKind;
use crate::domain::disconnect::evidence::{Evidence, Proof};
use crate::domain::disconnect::exposure_end::ExposureEnd;
use crate::domain::disconnect::log::{Counts, Step, StepState};
use crate::domain::disconnect::manual_acts::AppLeft;
use crate::domain::disconnect::plan::{Plan, TokenHolder};
use crate::domain::disconnect::run::{IfUnreachable, Reason, RunState};
use crate::domain::disconnect::swap::{RunName, SwapHalf};
use crate::domain::flow::OpenFlow;
use crate::domain::id::{ConnectionId, CredentialId, HoldId, RunId, WalkthroughId};
use crate::domain::trial::{Outcome, Residual};

/// A run in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunRow {
    pub id: RunId,
    pub connection: ConnectionId,
    /// What people call the provider.
    pub provider_name: String,
    /// What people call the connection.
    pub name: String,
    /// Who decided it.
    pub actor: String,
    pub reason: Reason,
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
    /// Tokens that it left and that may still live, now.
    #[serde(default)]
    pub exposed: u64,
    /// Until when the vendor may take an approval of a device link that it ended; no token comes of one.
    #[serde(default)]
    pub link_until: Option<Timestamp>,
    /// The step that is under way, or the last one.
    pub step: Step,
}

/// A run in full, as in the contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    pub id: RunId,
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
    pub reason: Reason,
    pub ticket: Option<String>,
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
    /// What is known of our app at the provider; none where it has nothing that outlives its tokens.
    #[serde(default)]
    pub app_left: Option<AppLeft>,
    /// What was shown before.
    pub plan: Plan,
    /// Who read tokens of the generation that it ends: until these are dead, a copy may be used.
    #[serde(default)]
    pub readers: Vec<TokenHolder>,
    /// Device links that it ended and that the vendor may take an approval of, now; no token comes of one.
    #[serde(default)]
    pub links: Vec<OpenFlow>,
    /// The checkpoint after the summary entry.
    pub checkpoint: Option<String>,
    /// How many records its log has.
    pub records: usize,
    /// The walkthrough that it is part of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub walkthrough: Option<WalkthroughId>,
    /// What comes after it, where it is the first half of a swap.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub swap: Option<SwapHalf>,
}

/// A step of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunStep {
    pub step: Step,
    /// Where it stands.
    pub state: StepState,
    /// Since when.
    pub started_at: Option<Timestamp>,
    /// Until when.
    pub ended_at: Option<Timestamp>,
    pub detail: String,
}

/// A token of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunToken {
    pub credential: CredentialId,
    pub kind: TokenKind,
    /// Which of several sets, or empty.
    pub label: String,
    /// Which, for whoever finds it.
    pub fingerprint: String,
    /// Replaced by a newer one before the run began.
    pub superseded: bool,
    /// When that was, as far as it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaced_at: Option<Timestamp>,
    /// Whether another tool had it before us, and may hold it too.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_held_elsewhere: bool,
    /// What is claimed; none while it is not judged.
    pub outcome: Option<Outcome>,
    /// What the claim rests on.
    pub evidence: Evidence,
    /// Until when it may live; null when dead, or not judged.
    pub residual_until: Option<Residual>,
    /// Why it can live no more, found after the run and by no question of it; none when it may, or is proven dead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub over: Option<TokenOver>,
    /// Where its revocation is retried, or was.
    #[serde(default)]
    pub hold: Option<HoldId>,
    /// How its death was tried; none while it is not judged.
    #[serde(default)]
    pub proof: Option<Proof>,
    /// The looks since it was first judged.
    #[serde(default)]
    pub again: Vec<LaterLook>,
    /// Until when one that is proven dead at one API may be taken by others, who need not ask its issuer.
    #[serde(default)]
    pub elsewhere_until: Option<Timestamp>,
    /// Until when its secret is kept sealed for its proof; none when it is not, or not for that alone.
    #[serde(default)]
    pub sealed_until: Option<Timestamp>,
}

impl Run {
    /// What comes next, or what came of it, where it is the first half of a swap.
    #[must_use]
    pub fn swap_sentence(&self) -> Option<String> {
        let name = RunName {
            provider: &self.provider,
            connection: &self.name,
            id: &self.connection,
            has_ended: self.ended_at.is_some(),
        };
        Some(self.swap.as_ref()?.sentence(&name))
    }

    /// Whether it has ended with the checkpoint that covers its last entry, which comes a moment later, or waits for a person.
    #[must_use]
    pub fn has_settled(&self) -> bool {
        match self.state {
            RunState::Running => false,
            RunState::Waiting => true,
            RunState::Completed | RunState::CompletedWithWarnings => self.checkpoint.is_some(),
        }
    }

    /// Whether tokens are kept sealed because the proof of their death lacks nothing but time. One that lives although the
    /// vendor accepted its revocation is only looked at again later.
    #[must_use]
    pub fn proofs_under_way(&self) -> bool {
        let is_open = |token: &RunToken| {
            token.sealed_until.is_some() && token.outcome != Some(Outcome::StillAlive)
        };
        self.tokens.iter().any(is_open)
    }
}

/// Why a token that a run left can live no more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenOver {
    /// When that was found.
    pub at: Timestamp,
    /// Why.
    #[serde(flatten)]
    pub over: ExposureEnd,
}

impl TokenOver {
    /// In words.
    #[must_use]
    pub fn words(&self) -> String {
        match &self.over {
            ExposureEnd::Expired => "has expired since".to_owned(),
            ExposureEnd::Proven { run } => format!("proven dead since, by {run}"),
        }
    }
}

/// A look at a token after it was first judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LaterLook {
    pub at: Timestamp,
    pub status: Option<u16>,
    /// What it says.
    pub verdict: LaterVerdict,
}

/// What a later look says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LaterVerdict {
    /// It was refused.
    Dead,
    /// It was accepted.
    Alive,
    /// Neither.
    Unclear,
}
