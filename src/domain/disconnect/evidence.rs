//! What a claim about a token rests on, as runs show it and the record keeps it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::trial::{Answer, Basis};

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
    /// How the death was tried, in the entries of the record; a run says it beside its token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<Proof>,
}

/// How a token's death was tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// Whether it goes on.
    pub state: ProofState,
    /// Until when it is settled at the latest; null when it is.
    pub until: Option<Timestamp>,
    /// What a proven death rests on.
    pub basis: Option<Basis>,
    /// What passed beside it, the latest time.
    pub control: Option<ControlSeen>,
    /// How this vendor refuses a token that it never issued.
    pub made_up: Option<MadeUpSeen>,
    /// The latest refusals in a row.
    pub noes: Vec<No>,
    /// Whether it took less time than it does by default: the vendor is on this machine, and `[proof]` was set so.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub shortened: bool,
}

impl Proof {
    /// What was seen, in one line: "refused 5 times over 1.3 s, as GitHub refuses a made-up token; another token passed in
    /// between". None where it was not refused.
    #[must_use]
    pub fn words(&self, provider_name: &str) -> Option<String> {
        let (first, last) = (self.noes.first()?, self.noes.last()?);
        let over = last.at.duration_since(first.at).as_millis();
        let mut words = match self.noes.len() {
            1 => "refused once".to_owned(),
            n => format!(
                "refused {n} times over {}.{} s",
                over / 1000,
                over % 1000 / 100
            ),
        };
        if self.basis == Some(Basis::Named) {
            words = format!("{words}, which {provider_name} says of revoked tokens alone");
        } else if self.made_up.is_some() {
            words = format!("{words}, as {provider_name} refuses a made-up token");
        }
        match &self.control {
            Some(control) if control.fingerprint.is_some() => {
                words.push_str("; another token passed in between");
            }
            Some(_) => words.push_str("; another read passed in between"),
            None => {}
        }
        if self.shortened {
            words.push_str("; [proof] was shortened for a vendor on this machine");
        }
        Some(words)
    }
}

/// Whether a proof goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProofState {
    /// Nothing more is looked at for it.
    Settled,
    /// More looks follow.
    UnderWay,
}

/// Something that passed while a token was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ControlSeen {
    /// Which token it was; none where it was no token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
    /// What else it was: `file`, `client`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// When it passed.
    pub at: Timestamp,
    pub status: Option<u16>,
}

/// How a made-up token was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadeUpSeen {
    pub status: Option<u16>,
    /// The error code.
    pub code: Option<String>,
}

/// One refusal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct No {
    pub at: Timestamp,
    pub status: Option<u16>,
}
