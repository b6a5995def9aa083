//! What a vendor said to a revoking call: its word, which is no proof (RFC 7009 2.2 answers 200 for tokens that never
//! existed).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What a revoking call brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallVerdict {
    /// The vendor says it is done.
    Accepted,
    /// The vendor says, in its own words, that the token was gone already.
    Gone,
    /// The vendor has no such call, or not for this kind of token (RFC 7009 2.2.1).
    Unsupported,
    /// The vendor could not be reached: nothing was done.
    Unreachable,
    /// The vendor wants to be asked later: too many requests.
    Limited,
    /// The request was sent and its answer lost: it may have acted.
    Lost,
    /// The vendor refused to revoke.
    Rejected,
    /// The vendor refused our own credentials, whatever it thinks of the token.
    ClientRefused,
    /// Nothing was sent, because something is missing here.
    NotSent,
}

/// A revoking call, and its answer: the evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallAnswer {
    /// What it brought.
    pub verdict: CallVerdict,
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
            CallVerdict::Unreachable
            | CallVerdict::Limited
            | CallVerdict::Unsupported
            | CallVerdict::ClientRefused
            | CallVerdict::NotSent => false,
        }
    }
}
