//! What is written of a run, one record after the other.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::step::{Step, StepState};
use crate::domain::connection::Connection;
use crate::domain::credential::{Credential, IssuedFor, TokenKind, names_one_token};
use crate::domain::disconnect::exposure_end::ExposureEnd;
use crate::domain::id::{CredentialId, HoldId, RunId};
use crate::domain::provider::Question;
use crate::domain::sealed::SlotRef;
use crate::domain::trial::{Answer, Basis, CallAnswer, ControlAnswer, Outcome, Residual};

/// A token as the run knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunToken {
    pub credential: CredentialId,
    pub kind: TokenKind,
    /// Which of several sets, or empty.
    pub label: String,
    /// Which, for whoever finds a token.
    pub fingerprint: String,
    /// Replaced by a newer one before the run began.
    pub superseded: bool,
    /// Whether the tool that it was brought along from may hold it, too.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_held_elsewhere: bool,
    /// When it expires by itself.
    pub expires_at: Option<Timestamp>,
    /// Whether it never expires, as the provider file has it.
    pub never_expires: bool,
    /// The question on which the vendor accepted it earlier.
    #[serde(default)]
    pub passed_by: Option<Question>,
    /// Where it was asked; empty when that was not kept.
    #[serde(default)]
    pub passed_where: String,
    /// Issued when a refresh token was tried after its revocation. It is not tried in its turn.
    #[serde(default)]
    pub by_proof: bool,
    /// The refresh token that was tried.
    #[serde(default)]
    pub proof_of: Option<CredentialId>,
    /// When it was issued, as far as that is known.
    #[serde(default)]
    pub issued_at: Option<Timestamp>,
    /// Whether those who take it may do so without asking its issuer (RFC 9068).
    #[serde(default)]
    pub is_self_contained: bool,
    /// Whose account it was issued for.
    #[serde(default, skip_serializing_if = "IssuedFor::is_own")]
    pub issued_for: IssuedFor,
    /// Whether it stays with the connection that was authorized again, whose own disconnect may end it: this run asks about it, and
    /// makes no call that would end it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stays: bool,
}

impl RunToken {
    /// A token of which no more is known.
    #[must_use]
    pub fn known_by(credential: CredentialId, kind: TokenKind, fingerprint: String) -> Self {
        Self {
            credential,
            kind,
            label: String::new(),
            fingerprint,
            superseded: false,
            is_held_elsewhere: false,
            expires_at: None,
            never_expires: false,
            passed_by: None,
            passed_where: String::new(),
            by_proof: false,
            proof_of: None,
            issued_at: None,
            is_self_contained: false,
            issued_for: IssuedFor::Own,
            stays: false,
        }
    }

    /// A token of the connection, as its row has it.
    #[must_use]
    pub fn of(row: &Credential) -> Self {
        Self {
            label: row.label.clone(),
            superseded: !row.is_active(),
            is_held_elsewhere: row.is_held_elsewhere,
            expires_at: row.expires_at,
            never_expires: matches!(row.kind, TokenKind::ApiKey | TokenKind::Installation),
            passed_by: row.passed_by,
            passed_where: row.passed_where.clone(),
            issued_at: Some(row.issued_at),
            ..Self::known_by(row.id.clone(), row.kind, row.fingerprint.clone())
        }
    }

    /// The same, with whose account it was issued for.
    #[must_use]
    pub fn held_by(connection: &Connection, row: &Credential) -> Self {
        Self {
            issued_for: row.issued_for(connection),
            ..Self::of(row)
        }
    }

    /// When a newer one of the same set took its place before the run, as far as that is known; none where it was in use.
    #[must_use]
    pub fn replaced_at(&self, all: &[Self]) -> Option<Timestamp> {
        let own = self.issued_at.filter(|_| self.superseded)?;
        let is_newer = |it: &&Self| (it.kind, &it.label) == (self.kind, &self.label);
        let newer = all.iter().filter(is_newer).filter_map(|it| it.issued_at);
        newer.filter(|at| *at > own).min()
    }

    /// Whether both are one token, which the vendor has issued more than once.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        (self.kind, &self.fingerprint) == (other.kind, &other.fingerprint)
            && names_one_token(&self.fingerprint)
    }
}

/// What was answered at one time, after the first questions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenCheck {
    /// What the tokens were answered, question by question.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<AnswerAbout<Answer>>,
    /// What made-up tokens were answered.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub made_up: Vec<Answer>,
    /// What had to pass beside a token was answered, after the token.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub controls: Vec<AnswerAbout<ControlAnswer>>,
    /// Whether what is claimed by it needs less time than by default: the vendor is on this machine, and `[proof]` says so.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub shortened: bool,
}

/// An answer that bears on a token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerAbout<T> {
    pub credential: CredentialId,
    /// What was answered.
    pub answer: T,
}

/// How the proof of a token's death stands when the token is judged.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProofStand {
    /// What it rests on, where the death is proven.
    #[serde(default)]
    pub basis: Option<Basis>,
    /// Until when it is settled at the latest; none when it is.
    #[serde(default)]
    pub until: Option<Timestamp>,
}

/// A call that was decided on before the first one was made (D3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intent {
    /// Index into the provider file's `[[disconnect]]`.
    pub call: usize,
    /// The token it is made with or about; none for calls about the account.
    pub token: Option<CredentialId>,
    /// Every token that dies if it works.
    pub kills: Vec<CredentialId>,
}

impl Intent {
    /// Whose account it reaches: of the token that it is about, or the connection's.
    #[must_use]
    pub fn account<'t>(&self, tokens: &'t [RunToken]) -> &'t IssuedFor {
        let about = self.token.as_ref();
        let about = tokens.iter().find(|it| Some(&it.credential) == about);
        about.map_or(&IssuedFor::Own, |it| &it.issued_for)
    }
}

/// One record of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// When it was written.
    pub at: Timestamp,
    /// What it says.
    pub what: LoggedEvent,
}

/// What a record says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum LoggedEvent {
    /// A step changed its state.
    Step {
        step: Step,
        /// To what.
        state: StepState,
        detail: String,
    },
    /// These tokens are the run's: every one of the generation that may live.
    Tokens {
        /// Refresh tokens first.
        tokens: Vec<RunToken>,
    },
    /// D3: what every token answered before the first call, and the calls that follow.
    Asked {
        /// One answer a token, in the order of the tokens.
        answers: Vec<(CredentialId, Answer)>,
        /// In the recipe's order.
        intents: Vec<Intent>,
    },
    /// A call of D3 was made, or may have been, and its answer was lost; it is made again.
    Lost {
        /// Index into the intents of D3.
        intent: usize,
        /// What is known of it.
        answer: CallAnswer,
    },
    /// D4: a call was answered.
    Called {
        /// Index into the intents of D3.
        intent: usize,
        /// The evidence.
        answer: CallAnswer,
    },
    /// A call of another run was accepted that ends these tokens too.
    CalledBeside {
        run: RunId,
        /// Which tokens of this run.
        credentials: Vec<CredentialId>,
        /// The evidence.
        answer: CallAnswer,
    },
    /// D5: a token was asked again and judged.
    Judged {
        credential: CredentialId,
        /// What the same question brought.
        after: Answer,
        /// What is claimed.
        outcome: Outcome,
        /// Until when it may live.
        residual: Residual,
        /// How its proof stands.
        #[serde(default)]
        proof: ProofStand,
    },
    /// Tokens, made-up tokens and controls were asked once more.
    Looked {
        /// What they were answered.
        look: TokenCheck,
    },
    /// A held token was called for once more.
    Retried {
        credential: CredentialId,
        /// The evidence.
        answer: CallAnswer,
    },
    /// D6: this slot is about to be overwritten.
    Destroying {
        /// Whose key.
        credential: CredentialId,
        /// Where it lies; none for a token that was never seen.
        key: Option<SlotRef>,
    },
    /// D7: the slot is overwritten, the row is emptied.
    Destroyed {
        /// Whose key.
        credential: CredentialId,
    },
    /// D6 for a token that could not be revoked yet: its secret lies in a hold from now on.
    Held {
        credential: CredentialId,
        /// Where it is retried.
        hold: HoldId,
    },
    /// Its hold ended, during the run or long after it.
    HoldEnded {
        credential: CredentialId,
        /// The last call, when one was made.
        call: Option<CallAnswer>,
        /// The last question, when there was one.
        after: Option<Answer>,
        /// What is claimed now.
        outcome: Outcome,
        /// Until when it may live.
        residual: Residual,
        /// What a proof rests on.
        #[serde(default)]
        basis: Option<Basis>,
    },
    /// After the run: a token that might have lived does so no more, by no question of this run.
    Over {
        credential: CredentialId,
        over: ExposureEnd,
    },
    /// While its tokens were held, a question called a token dead that then was seen to work.
    Caught {
        /// Which question.
        question: Question,
        credential: CredentialId,
    },
    /// Calls that were not made, because other connections share the grant or hold the same token.
    Narrowed {
        /// Index into the provider file's `[[disconnect]]`.
        calls: Vec<usize>,
        /// What they would have ended too.
        shared_with: Vec<String>,
        /// The tokens of this run that no other call ends; none in runs of before this was kept.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        left_alone: Option<Vec<CredentialId>>,
    },
    /// Counts that only this step knows.
    Counted {
        /// What was counted.
        counts: Counts,
    },
}

impl LoggedEvent {
    /// That a step has changed its state.
    #[must_use]
    pub fn step(step: Step, state: StepState, detail: String) -> Self {
        Self::Step {
            step,
            state,
            detail,
        }
    }

    /// That a step is under way. The record that ends one step says it of the next, in the same transaction.
    #[must_use]
    pub fn step_started(step: Step) -> Self {
        Self::step(step, StepState::Running, String::new())
    }
}

/// What a run did, in numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Jobs turned off.
    pub jobs_disabled: u64,
    /// Executions cancelled.
    pub executions_cancelled: u64,
    /// Secrets destroyed.
    pub credentials_destroyed: u64,
    /// Inbound endpoints disabled.
    pub webhooks_disabled: u64,
    /// References marked stale.
    pub references_marked: u64,
    /// Secrets that are kept sealed: for a proof that lacks time, or to retry the revocation.
    #[serde(default)]
    pub credentials_sealed: u64,
}

impl Counts {
    /// Adds `other`, field by field.
    pub fn add(&mut self, other: &Self) {
        self.jobs_disabled += other.jobs_disabled;
        self.executions_cancelled += other.executions_cancelled;
        self.credentials_destroyed += other.credentials_destroyed;
        self.webhooks_disabled += other.webhooks_disabled;
        self.references_marked += other.references_marked;
        self.credentials_sealed += other.credentials_sealed;
    }
}
