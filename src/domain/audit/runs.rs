//! Entries about disconnects: their steps, and their sum.

use serde::{Deserialize, Serialize};

use super::EntrySubject;
use crate::domain::credential::TokenKind;
use crate::domain::disconnect::evidence::{Evidence, Proof};
use crate::domain::disconnect::log::Step;
use crate::domain::disconnect::plan::TokenHolder;
use crate::domain::disconnect::run::{IfUnreachable, Reason, Run};
use crate::domain::display_text::counted;
use crate::domain::id::{ConnectionId, FlowId, FollowUpId, RunId};
use crate::domain::trial::{Outcome, Residual};

/// What was decided of one connection, in the entries at both ends of its disconnect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    /// The id of the disconnect.
    pub run: RunId,
    /// The catalog's id.
    pub provider: String,
    /// What people call the connection.
    pub name: String,
    /// Whose the connection is.
    pub owner: String,
    pub reason: Reason,
    pub note: String,
    pub ticket: Option<String>,
}

/// A disconnect was decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DisconnectBegun {
    /// Which.
    #[serde(flatten)]
    pub decided: Decided,
    /// What to do when the provider cannot be reached.
    pub if_unreachable: IfUnreachable,
    /// Whether the app is uninstalled at the vendor too.
    pub uninstall: bool,
    /// Whether calls are made that end other connections' tokens too.
    #[serde(default)]
    pub allow_wider: bool,
    /// The connections whose grant it shares.
    pub shares_grant_with: Vec<String>,
    /// How many tokens there are to end.
    pub tokens: u64,
    /// How many jobs run.
    pub jobs_enabled: u64,
    /// The open authorizations that it ended.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flows_ended: Vec<FlowId>,
    /// Whether it is the first half of a swap.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub swap: bool,
}

/// Somebody gave up the second half of a swap: no new account is connected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SwapGivenUp {
    /// The disconnect that was its first half.
    pub run: RunId,
    /// The catalog's id.
    pub provider: String,
    /// What people call the connection.
    pub name: String,
    /// How many jobs would have been enabled again.
    pub jobs: u64,
    /// The authorizations of the connection that were open, and are not any more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flows_ended: Vec<FlowId>,
}

/// A disconnect that waited for a person goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunResumed {
    /// Of which connection.
    pub connection: ConnectionId,
}

/// A step could not be done here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepFailed {
    /// Of which disconnect.
    pub run: RunId,
    /// Which step.
    pub step: Step,
    /// What our own store or vault said.
    pub why: String,
}

/// A step of a disconnect that has nothing else to say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepDone {
    /// Of which disconnect.
    pub run: RunId,
    /// What people call the connection.
    pub name: String,
}

/// Every token was asked, and what is called is decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revoking {
    /// Of which disconnect.
    pub run: RunId,
    /// How many tokens there are.
    pub tokens: u64,
    /// How many of them lived.
    pub alive: u64,
    /// How many calls are made.
    pub calls: u64,
}

/// A disconnect is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disconnected {
    /// Which.
    #[serde(flatten)]
    pub decided: Decided,
    /// What is claimed of each token.
    pub revoked: Vec<Revoked>,
    /// Jobs turned off.
    pub jobs_disabled: u64,
    /// Executions cancelled.
    pub executions_cancelled: u64,
    /// Secrets destroyed.
    pub credentials_destroyed: u64,
    /// Secrets that are kept sealed.
    #[serde(default)]
    pub credentials_sealed: u64,
    /// Inbound endpoints disabled.
    pub webhooks_disabled: u64,
    /// References marked stale.
    pub references_marked: u64,
    /// What is left to a person.
    #[serde(default)]
    pub follow_ups: Vec<LeftToPerson>,
}

/// What is claimed of a token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revoked {
    pub kind: TokenKind,
    pub fingerprint: String,
    /// The claim; none where it was not judged.
    pub outcome: Option<Outcome>,
    /// Until when it may live.
    pub residual_until: Option<Residual>,
}

/// Something that a person must still do at the vendor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftToPerson {
    pub id: FollowUpId,
    pub text: String,
    pub url: Option<String>,
}

/// What the sum of a disconnect rests on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DisconnectEvidence {
    /// Of each token.
    pub tokens: Vec<TokenSeen>,
    /// Who was given a token before, and could hold a copy.
    pub readers: Vec<TokenHolder>,
}

/// What was seen of a token.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TokenSeen {
    pub kind: TokenKind,
    pub fingerprint: String,
    /// The calls and questions.
    pub evidence: Evidence,
    /// How its death was tried; none while it is not judged.
    #[serde(default)]
    pub proof: Option<Proof>,
}

impl From<&Run> for Decided {
    fn from(run: &Run) -> Self {
        Self {
            run: run.id.clone(),
            provider: run.provider.clone(),
            name: run.name.clone(),
            owner: run.owner.clone(),
            reason: run.reason,
            note: run.note.clone(),
            ticket: run.ticket.clone(),
        }
    }
}

impl Decided {
    fn subject(&self, target: EntrySubject) -> EntrySubject {
        target.at(Some(&self.provider)).in_run(Some(&self.run))
    }
}

impl DisconnectBegun {
    pub(super) fn sentence(&self) -> String {
        let Decided {
            provider,
            name,
            reason,
            ticket,
            ..
        } = &self.decided;
        let ticket = ticket
            .as_ref()
            .map_or_else(String::new, |it| format!(", ticket {it}"));
        let swap = match self.swap {
            true => ", to connect another account",
            false => "",
        };
        format!(
            "began to disconnect {provider} · {name}: {}{ticket}{swap}",
            reason.words()
        )
    }

    pub(super) fn subject(&self, target: EntrySubject) -> EntrySubject {
        self.decided.subject(target)
    }
}

impl SwapGivenUp {
    pub(super) fn sentence(&self) -> String {
        format!(
            "gave up the swap of {} · {}: no new account is connected",
            self.provider, self.name
        )
    }

    pub(super) fn subject(&self, target: EntrySubject) -> EntrySubject {
        target.at(Some(&self.provider)).in_run(Some(&self.run))
    }
}

impl RunResumed {
    pub(super) fn sentence(&self) -> String {
        format!("let the disconnect of {} go on", self.connection)
    }

    pub(super) fn subject(&self, target: EntrySubject) -> EntrySubject {
        target.of(&self.connection)
    }
}

impl StepFailed {
    pub(super) fn sentence(&self) -> String {
        format!(
            "the step {:?} could not be done here: {}",
            self.step.words(),
            self.why
        )
    }

    pub(super) fn subject(&self, target: EntrySubject) -> EntrySubject {
        target.in_run(Some(&self.run))
    }
}

impl StepDone {
    pub(super) fn jobs_disabled(&self) -> String {
        format!("turned the sync jobs of {} off", self.name)
    }

    pub(super) fn revoked(&self) -> String {
        format!("{} is out of service", self.name)
    }

    pub(super) fn references_stale(&self) -> String {
        format!("marked the references of {} as stale", self.name)
    }

    pub(super) fn subject(&self, target: EntrySubject) -> EntrySubject {
        target.in_run(Some(&self.run))
    }
}

impl Revoking {
    pub(super) fn sentence(&self) -> String {
        let tokens = counted(self.tokens, "token");
        let calls = counted(self.calls, "call");
        format!(
            "asked {tokens}, of which {} lived; {calls} to end them",
            self.alive
        )
    }

    pub(super) fn subject(&self, target: EntrySubject) -> EntrySubject {
        target.in_run(Some(&self.run))
    }
}

impl Disconnected {
    pub(super) fn sentence(&self) -> String {
        let Decided { provider, name, .. } = &self.decided;
        let proven = |it: &&Revoked| it.outcome.is_some_and(Outcome::proven);
        let dead = self.revoked.iter().filter(proven).count();
        let all = counted(self.revoked.len() as u64, "token");
        format!("disconnected {provider} · {name}: {dead} of {all} proven dead")
    }

    pub(super) fn subject(&self, target: EntrySubject) -> EntrySubject {
        self.decided.subject(target)
    }
}
