//! Entries about tokens that are kept sealed after their run: to retry the revocation, or until their death is proven.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::EntrySubject;
use super::tokens::SecretGone;
use crate::domain::credential::TokenKind;
use crate::domain::hold::EndedBy;
use crate::domain::id::{CredentialId, HoldId, RunId};
use crate::domain::trial::{Answer, Basis, CallAnswer, Outcome};

/// A token's secret is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoldOpened {
    /// Of which disconnect.
    pub run: RunId,
    /// The hold's id.
    pub hold: HoldId,
    /// The token's id here.
    pub credential: CredentialId,
    pub kind: TokenKind,
    pub fingerprint: String,
    /// When it is tried next.
    pub next_try: Timestamp,
    /// When the token expires by itself.
    pub expires_at: Option<Timestamp>,
    /// Until when it is kept at the latest, where it is kept for its proof alone.
    #[serde(default)]
    pub sealed_until: Option<Timestamp>,
}

/// A try that did not end it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoldTried {
    /// The hold's id.
    pub hold: HoldId,
    /// Of which disconnect.
    pub run: RunId,
    /// What kind of token.
    pub kind: TokenKind,
    pub fingerprint: String,
    /// How often it was tried.
    pub tries: u32,
    /// When it is tried next.
    pub next_try: Timestamp,
    /// What the try brought, in words.
    pub last: String,
    /// Why only calls about this one token are made now.
    #[serde(default)]
    pub narrowed: Option<String>,
}

/// What a try brought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TryEvidence {
    /// The latest call.
    pub call: Option<CallAnswer>,
    /// The latest question.
    pub after: Answer,
}

/// How a hold ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoldOver {
    /// The hold's id.
    pub hold: HoldId,
    /// Of which disconnect.
    pub run: RunId,
    /// The token's id here.
    pub credential: CredentialId,
    pub kind: TokenKind,
    pub fingerprint: String,
    /// Why nothing more is tried.
    pub ended_by: EndedBy,
    /// What is claimed of the token.
    pub outcome: Outcome,
    /// What a proof rests on.
    #[serde(default)]
    pub basis: Option<Basis>,
    /// Whether that proof took less time than by default, for a vendor on this machine.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub shortened: bool,
    /// How often it was tried.
    pub tries: u32,
    /// In a person's words, when a person gave it up.
    #[serde(default)]
    pub note: String,
}

/// What the end of a hold rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoldEvidence {
    /// The first question of the run.
    pub before: Option<Answer>,
    /// Every call that was about the token.
    pub calls: Vec<CallAnswer>,
    /// The last question, when there was one.
    pub after: Option<Answer>,
}

/// A secret was destroyed: within a run, outside one, or at the end of a proof.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum SecretDestroyed {
    /// It had been kept for its proof.
    Proof(HoldOver),
    /// Any other.
    Secret(SecretGone),
}

impl HoldOpened {
    pub(super) fn hold(&self) -> String {
        format!(
            "kept {} sealed to retry its revocation, next at {}",
            self.token(),
            self.next_try
        )
    }

    pub(super) fn proof(&self) -> String {
        let until = self
            .sealed_until
            .map_or_else(String::new, |it| format!(", at the latest until {it}"));
        format!(
            "kept {} sealed until its death is proven{until}",
            self.token()
        )
    }

    fn token(&self) -> String {
        format!("{} {}", self.kind.word(), self.fingerprint)
    }

    pub(super) fn subject(&self, target: EntrySubject) -> EntrySubject {
        target.in_run(Some(&self.run))
    }
}

impl HoldTried {
    pub(super) fn sentence(&self) -> String {
        let Self {
            fingerprint,
            tries,
            last,
            ..
        } = self;
        format!(
            "tried {} {fingerprint} for the {tries}. time: {last}",
            self.kind.word()
        )
    }

    pub(super) fn subject(&self, target: EntrySubject) -> EntrySubject {
        target.in_run(Some(&self.run))
    }
}

impl HoldOver {
    pub(super) fn ending(&self) -> String {
        self.with_secret("its secret is being destroyed")
    }

    pub(super) fn ended(&self) -> String {
        self.with_secret("its secret is destroyed")
    }

    pub(super) fn dropped(&self) -> String {
        format!(
            "gave up {} {}: {}",
            self.kind.word(),
            self.fingerprint,
            self.note
        )
    }

    pub(super) fn settled(&self) -> String {
        format!("the proof is settled: {}", self.claim())
    }

    /// The claim, and what becomes of the secret, where there is one.
    fn with_secret(&self, destroyed: &str) -> String {
        let then = match self.ended_by {
            EndedBy::NotInBackup => {
                "it was not in the backup that was restored, and is retried no more"
            }
            EndedBy::InUseAgain => {
                "a connection uses it again; the copy that was kept is destroyed"
            }
            EndedBy::Dead
            | EndedBy::Accepted
            | EndedBy::Expired
            | EndedBy::Dropped
            | EndedBy::Unproven
            | EndedBy::Stopped => destroyed,
        };
        format!("{}; {then}", self.claim())
    }

    fn claim(&self) -> String {
        let outcome = self.outcome.words_of(self.kind);
        format!("{} {} is {outcome}", self.kind.word(), self.fingerprint)
    }

    pub(super) fn subject(&self, target: EntrySubject) -> EntrySubject {
        target.in_run(Some(&self.run))
    }
}

impl SecretDestroyed {
    pub(super) fn sentence(&self) -> String {
        match self {
            Self::Proof(over) => over.ended(),
            Self::Secret(gone) => gone.destroyed(),
        }
    }

    pub(super) fn subject(&self, target: EntrySubject) -> EntrySubject {
        match self {
            Self::Proof(over) => over.subject(target),
            Self::Secret(gone) => gone.subject(target),
        }
    }
}
