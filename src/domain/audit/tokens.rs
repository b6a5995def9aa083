//! Entries about single tokens: what is claimed of them, who was given them, what became of their secrets.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::EntrySubject;
use crate::domain::credential::{Credential, TokenKind};
use crate::domain::disconnect::exposure_end::ExposureEnd;
use crate::domain::display_text::counted;
use crate::domain::health::NotAsked;
use crate::domain::id::{CredentialId, RunId};
use crate::domain::trial::{Basis, Outcome, Residual};

/// What is claimed of a token when its run judges it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenRevoked {
    /// Of which disconnect.
    pub run: RunId,
    pub credential: CredentialId,
    pub kind: TokenKind,
    pub fingerprint: String,
    /// The claim.
    pub outcome: Outcome,
    /// Until when it may live.
    pub residual_until: Residual,
    /// What a proof rests on.
    #[serde(default)]
    pub basis: Option<Basis>,
    /// Until when its proof is settled.
    #[serde(default)]
    pub proof_until: Option<Timestamp>,
}

/// What is claimed of a token became another while its secret is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenJudgedAgain {
    /// Of which disconnect.
    pub run: RunId,
    pub credential: CredentialId,
    pub kind: TokenKind,
    pub fingerprint: String,
    /// What was claimed before.
    pub before: Outcome,
    /// The claim.
    pub outcome: Outcome,
    /// Until when it may live.
    pub residual_until: Residual,
}

/// The vendor issued a token when another one was tried for its proof.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenIssuedAgain {
    /// Of which disconnect.
    pub run: RunId,
    pub credential: CredentialId,
    pub kind: TokenKind,
    pub fingerprint: String,
    /// The token that was tried.
    pub issued_for: Option<CredentialId>,
}

/// A token that a run left can live no more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExposureOver {
    /// Of which disconnect.
    pub run: RunId,
    pub credential: CredentialId,
    pub kind: TokenKind,
    pub fingerprint: String,
    /// Until when it might have lived.
    pub residual_until: Residual,
    /// Why it lives no more.
    pub over: ExposureEnd,
}

/// A token ends soon that nothing renews by itself. Written once at each of the days that it is spoken of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenEndsSoon {
    pub credential: CredentialId,
    pub kind: TokenKind,
    pub fingerprint: String,
    /// When it ends.
    pub expires_at: Timestamp,
    /// Within so many days.
    pub within_days: i64,
}

/// What became of a token's secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecretGone {
    /// Of which disconnect; none outside one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<RunId>,
    /// The token's id here.
    pub credential: CredentialId,
    pub kind: TokenKind,
    pub fingerprint: String,
    /// Of which generation; none outside a disconnect.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generation: Option<u32>,
    /// When a newer one took its place, where nobody could be asked whether it still works.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unproven_since: Option<Timestamp>,
}

/// Somebody was given a token: the first time in a minute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenRead {
    /// What people call the connection.
    pub name: String,
    /// The catalog's id.
    pub provider: String,
    pub fingerprint: String,
    /// For how long further reads are counted.
    pub window_seconds: u64,
    /// Why it was given out although it was not seen alive of late.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_asked: Option<NotAsked>,
}

/// How often somebody was given a token in that minute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenReads {
    pub fingerprint: String,
    /// Since when it was counted.
    pub since: Timestamp,
    /// How often; null where a crash took the count.
    pub reads: Option<u64>,
    /// How often it was surely, where that is all that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least: Option<u64>,
    /// Why no more is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

impl TokenRevoked {
    pub(super) fn sentence(&self) -> String {
        format!(
            "{}: {}",
            named(self.kind, &self.fingerprint),
            self.outcome.words_of(self.kind)
        )
    }

    pub(super) fn subject(&self, target: EntrySubject) -> EntrySubject {
        target.in_run(Some(&self.run))
    }
}

impl TokenJudgedAgain {
    pub(super) fn sentence(&self) -> String {
        let (before, now) = (
            self.before.words_of(self.kind),
            self.outcome.words_of(self.kind),
        );
        format!(
            "{}: {now}, {before} before",
            named(self.kind, &self.fingerprint)
        )
    }

    pub(super) fn subject(&self, target: EntrySubject) -> EntrySubject {
        target.in_run(Some(&self.run))
    }
}

impl TokenIssuedAgain {
    pub(super) fn sentence(&self) -> String {
        format!(
            "{} was issued by a trial, and is revoked as well",
            named(self.kind, &self.fingerprint)
        )
    }

    pub(super) fn subject(&self, target: EntrySubject) -> EntrySubject {
        target.in_run(Some(&self.run))
    }
}

impl ExposureOver {
    pub(super) fn sentence(&self) -> String {
        let token = named(self.kind, &self.fingerprint);
        match &self.over {
            ExposureEnd::Expired => format!("{token} has expired"),
            ExposureEnd::Proven { run } => format!("{token} was proven dead by {run}"),
        }
    }

    pub(super) fn subject(&self, target: EntrySubject) -> EntrySubject {
        target.in_run(Some(&self.run))
    }
}

impl TokenEndsSoon {
    pub(super) fn sentence(&self) -> String {
        let token = named(self.kind, &self.fingerprint);
        let renews = match self.kind {
            TokenKind::Refresh => "unless its use renews it",
            _ => "and nothing renews it by itself",
        };
        format!("{token} ends within {} days, {renews}", self.within_days)
    }
}

impl SecretGone {
    /// Of a token outside a disconnect.
    #[must_use]
    pub fn of(credential: &Credential) -> Self {
        Self {
            run: None,
            credential: credential.id.clone(),
            kind: credential.kind,
            fingerprint: credential.fingerprint.clone(),
            generation: None,
            unproven_since: None,
        }
    }

    pub(super) fn destroying(&self) -> String {
        let unproven = self.unproven_since.map_or_else(String::new, |at| {
            format!(", which was replaced at {at} and cannot be proven dead")
        });
        format!(
            "began to destroy the secret of {}{unproven}",
            named(self.kind, &self.fingerprint)
        )
    }

    pub(super) fn destroyed(&self) -> String {
        format!(
            "destroyed the secret of {}",
            named(self.kind, &self.fingerprint)
        )
    }

    pub(super) fn moved(&self) -> String {
        format!(
            "moved the secret of {} into its hold",
            named(self.kind, &self.fingerprint)
        )
    }

    pub(super) fn subject(&self, target: EntrySubject) -> EntrySubject {
        target.in_run(self.run.as_ref())
    }
}

impl TokenRead {
    pub(super) fn sentence(&self) -> String {
        let Self {
            name,
            provider,
            fingerprint,
            ..
        } = self;
        let given = format!("was given the token {fingerprint} of {provider} · {name}");
        match &self.not_asked {
            Some(not_asked) => format!("{given}, not asked: {}", not_asked.why),
            None => given,
        }
    }

    pub(super) fn subject(&self, target: EntrySubject) -> EntrySubject {
        target.at(Some(&self.provider))
    }
}

impl TokenReads {
    pub(super) fn sentence(&self) -> String {
        let Self {
            fingerprint, since, ..
        } = self;
        match (self.reads, self.at_least) {
            (Some(reads), _) => {
                format!(
                    "was given the token {fingerprint} {} since {since}",
                    counted(reads, "time")
                )
            }
            (None, least) => format!(
                "was given the token {fingerprint} at least {} since {since}",
                counted(least.unwrap_or(1), "time")
            ),
        }
    }
}

fn named(kind: TokenKind, fingerprint: &str) -> String {
    format!("{} {fingerprint}", kind.word())
}
