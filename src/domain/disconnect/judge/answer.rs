//! What a vendor said: to a question about a token, and to a revoking call.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::provider::Question;

/// What a question about a token brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The vendor accepted it.
    Alive,
    /// The vendor refused it.
    Dead,
    /// The vendor's answer says neither.
    Unknown,
    /// There is no question that would tell.
    NotAskable,
}

/// A question about a token, and its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// What it brought.
    pub verdict: Verdict,
    /// Which question it answers; none when nothing was asked.
    #[serde(default)]
    pub question: Option<Question>,
    /// Where it was asked; empty when it could not be.
    pub endpoint: String,
    /// The HTTP status, when there was one.
    pub status: Option<u16>,
    /// What there is to say in words.
    pub reason: String,
    /// When.
    pub at: Timestamp,
}

impl Answer {
    /// "dead (401)", "cannot be asked": the verdict first, for a 200 can mean either (RFC 7662 2.2).
    #[must_use]
    pub fn words(&self) -> String {
        let word = match self.verdict {
            Verdict::Alive => "alive",
            Verdict::Dead => "dead",
            Verdict::Unknown => "unclear",
            Verdict::NotAskable => return "cannot be asked".to_owned(),
        };
        format!("{word} ({})", self.short())
    }

    /// Whether the vendor was asked and could not say, so that the next time it may.
    #[must_use]
    pub fn is_unanswered(&self) -> bool {
        let is_busy = self.status.is_none_or(|it| it == 429 || it >= 500);
        self.verdict == Verdict::Unknown && self.question.is_some() && is_busy
    }

    fn short(&self) -> String {
        match (self.verdict, self.status) {
            (_, Some(status)) => status.to_string(),
            // Trying a refresh token brings the vendor's word, not a status.
            (Verdict::Dead | Verdict::Alive, None) if !self.reason.is_empty() => {
                self.reason.clone()
            }
            (_, None) => "no answer".to_owned(),
        }
    }
}

/// What a revoking call brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallVerdict {
    /// The vendor says it is done.
    Accepted,
    /// The vendor says it was already gone.
    Gone,
    /// The vendor has no such call, or not for this kind of token.
    Unsupported,
    /// The vendor could not be reached, or could not say.
    Unreachable,
    /// The request was sent and its answer lost: it may have acted.
    Lost,
    /// The vendor refused, or our own credentials are wrong.
    Rejected,
}

/// A revoking call, and its answer: the evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallAnswer {
    /// What it brought.
    pub verdict: CallVerdict,
    /// The HTTP method.
    pub method: String,
    /// Where it went, secrets replaced.
    pub endpoint: String,
    /// The HTTP status, when there was one.
    pub status: Option<u16>,
    /// The vendor's id of the request.
    pub request_id: Option<String>,
    /// What there is to say in words.
    pub reason: String,
    /// When the answer came.
    pub at: Timestamp,
    /// Before when the vendor does not want to be called again, if it said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_before: Option<Timestamp>,
}

impl CallAnswer {
    /// Whether the vendor has heard the call, or may have: it was taken, or refused for the token's sake and not for ours.
    #[must_use]
    pub fn is_heard(&self) -> bool {
        match self.verdict {
            CallVerdict::Accepted | CallVerdict::Gone | CallVerdict::Lost => true,
            CallVerdict::Rejected => self
                .status
                .is_some_and(|it| (400..500).contains(&it) && !matches!(it, 401 | 403 | 429)),
            CallVerdict::Unreachable | CallVerdict::Unsupported => false,
        }
    }
}
