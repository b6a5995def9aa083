//! What a vendor said about a token: alive, refused, or neither, and how a refusal looks.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::provider::{Question, RefusalKind};

/// What a question about a token brought; what says most comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
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
    pub at: Timestamp,
    /// How the token was refused; none unless it was, and in records of before format 2 of the runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<Refusal>,
}

/// What a token that nobody issued is answered to a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MadeUpAnswer {
    /// It was accepted or refused.
    Clear(Box<Answer>),
    /// It was asked about, and what came says neither.
    Unclear,
    /// There is no such token for this question: its form would name a person, or the question shows no token.
    NotAskable,
}

impl MadeUpAnswer {
    /// Of a question that was put.
    #[must_use]
    pub fn of(answer: Answer) -> Self {
        match answer.verdict {
            Verdict::Alive | Verdict::Dead => Self::Clear(Box::new(answer)),
            Verdict::Unknown => Self::Unclear,
            Verdict::NotAskable => Self::NotAskable,
        }
    }

    /// The answer, where it is a yes or a no.
    #[must_use]
    pub fn clear(self) -> Option<Answer> {
        match self {
            Self::Clear(answer) => Some(*answer),
            Self::Unclear | Self::NotAskable => None,
        }
    }
}

/// A refusal of a token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// What the vendor names as its cause.
    pub kind: RefusalKind,
    /// What is compared with how a made-up token is refused.
    pub shape: Shape,
    /// Whether the vendor had refused us more often in that minute than it bears: it may refuse everybody who is us.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_over_budget: bool,
}

/// The parts of a refusal that are the same for every token that a vendor does not know: no texts, ids or times.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shape {
    pub status: u16,
    /// The schemes of `WWW-Authenticate`, lower case (RFC 9110 11.6.1).
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub schemes: BTreeSet<String>,
    /// The `error` of the challenge (RFC 6750 3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub challenge_error: Option<String>,
    /// Error codes and sub-codes in the body, each with its JSON pointer.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub codes: BTreeSet<String>,
    /// The media type, without parameters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    /// What stood between us and the vendor by its own word (`Via`, RFC 9110 7.6.3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<String>,
}

impl Shape {
    /// The code that says most, for a line of text.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        let code = self.codes.first().and_then(|code| code.split_once('='));
        code.map(|(_, value)| value)
            .or(self.challenge_error.as_deref())
    }
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

    /// The answer to the same question at the same place.
    #[must_use]
    pub fn is_to_the_same(&self, other: &Self) -> bool {
        self.question.is_some()
            && (self.question, &self.endpoint) == (other.question, &other.endpoint)
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
