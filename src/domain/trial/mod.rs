//! Whether a token is dead: an experiment with controls.
//!
//! A 200 proves nothing, for RFC 7009 2.2 answers it for tokens that never existed, and a refusal proves nothing by
//! itself, for whatever stands between us and the vendor can refuse too. What proves a death is the same question
//! accepted before and refused now, several times, on connections of their own, as this vendor refuses a made-up token,
//! while something that must pass passed in between. Where nothing can be held beside it, time takes its place.
//!
//! | what | where |
//! |---|---|
//! | what a vendor said of a token | `answer` |
//! | what it said to a revoking call | `call` |
//! | what one look at a token says | `reading` |
//! | the noes in a row, and what passed beside them | `series` |
//! | what all of it proves, and when to look again | `standing` |
//! | when, and for how long | `pace` |
//! | whose turn it is to be refused | `turns` |
//! | what is claimed in the end | `outcome` |
//!
//! Nothing here asks anybody: a trial is made of records that are written already, so that a run, a hold, the screen and
//! the bundle come to the same conclusion, before and after a crash.

mod answer;
mod call;
mod outcome;
mod pace;
mod reading;
mod series;
mod standing;
#[cfg(test)]
mod tests;
mod turns;

pub use answer::{Answer, MadeUpAnswer, Refusal, Shape, Verdict};
pub use call::{CallAnswer, CallVerdict};
pub use outcome::{Outcome, Residual};
pub use pace::{NOES, ProofPace, has_passed};
pub use reading::{Reading, RefusalCause, named_by};
pub use standing::{Basis, Finding, Keeping, Standing, TrialTerms};
pub use turns::{Needed, Turns};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::credential::TokenKind;
use crate::domain::provider::Question;

/// Everything that is known of one token's life and death.
#[derive(Debug, Clone)]
pub struct Trial<'a> {
    /// The token.
    pub subject: TrialSubject,
    /// That it is on record as having been accepted before this run, question by question.
    pub passed: Vec<PastAcceptance<'a>>,
    /// What it was answered before the first call of this run, question by question.
    pub before: Vec<&'a Answer>,
    /// What made-up tokens were answered, question by question.
    pub made_up: Vec<&'a Answer>,
    /// Every call that could have ended it, in order.
    pub calls: Vec<&'a CallAnswer>,
    /// What was seen since the last call, in order.
    pub seen: Vec<AfterCalls<'a>>,
    /// What is known of the other tokens of its grant.
    pub grant: Grant,
    /// Whether the vendor's `gone` was disproved in this run, by this token or another: its word counts for nothing then.
    pub is_gone_disproved: bool,
    /// Whether the issuer's introspection was caught calling a token dead that an API accepted.
    pub is_introspection_disproved: bool,
}

/// The token of a trial.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TrialSubject {
    /// What kind of token it is.
    pub kind: TokenKind,
    /// Whether those who take it may do so without asking its issuer (RFC 9068, PASETO).
    pub is_self_contained: bool,
    /// When it ends by the vendor's own word.
    pub ends: Option<Timestamp>,
}

/// An acceptance on record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PastAcceptance<'a> {
    /// By which question.
    pub question: Question,
    /// Where; empty when that was not kept.
    pub endpoint: &'a str,
}

/// What was seen since the calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AfterCalls<'a> {
    /// The token was asked about once more, by every question that can be asked.
    Token(Vec<&'a Answer>),
    /// Something that has to pass was asked.
    Control(&'a ControlAnswer),
}

/// What has to pass while a token is refused, and what it was answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ControlAnswer {
    pub control: Control,
    /// What it was answered.
    pub answer: Answer,
}

/// Something that must pass as long as the vendor is well.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Control {
    /// Another token of this provider, which no call of a run under way can reach.
    Token {
        fingerprint: String,
        /// Of which kind.
        token: TokenKind,
        /// Whether it belongs to another tenant of the vendor than the token on trial.
        is_of_other_tenant: bool,
    },
    /// A token of the same connection that is ended next.
    Narrower { fingerprint: String },
    /// The provider file's `[control]`: a read through the same door without the token on trial.
    File,
    /// Our own authentication, where the file says that its refusal looks otherwise.
    Client,
}

/// What is known of the other tokens of a grant.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Grant {
    /// Whether one lives that a call of this run should have ended with the token on trial.
    pub lives_on: bool,
    /// Whether an API, and not the issuer alone, refuses one that this run ended.
    pub is_refused_at_api: bool,
}

impl Trial<'_> {
    /// Whether a call about the token was accepted. What the vendor calls gone after an answer was lost may be so by us.
    #[must_use]
    pub fn is_accepted(&self) -> bool {
        let is_gone_by_us = self.has(CallVerdict::Gone) && self.has(CallVerdict::Lost);
        self.has(CallVerdict::Accepted) || (is_gone_by_us && !self.is_gone_disproved)
    }

    /// Whether it was seen alive in this run, before the calls.
    #[must_use]
    pub fn lived(&self) -> bool {
        self.before.iter().any(|it| it.verdict == Verdict::Alive)
    }

    fn has(&self, verdict: CallVerdict) -> bool {
        self.calls.iter().any(|call| call.verdict == verdict)
    }
}
