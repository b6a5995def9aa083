//! Tokens and keys as rows: everything about them but themselves.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::id::{ConnectionId, CredentialId};
use super::provider::Question;
use super::sealed::Sealed;

mod issued_for;
mod issuing;
mod replaced;
mod transitions;
mod using;

pub use issued_for::IssuedFor;
pub use issuing::{IssuingCall, UnknownCall};
pub use replaced::REPLACED_KEPT;
pub use transitions::{CredentialEvent, CredentialRefusal};
pub use using::NotGiven;

/// What kind of secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenKind {
    /// An OAuth access token.
    Access,
    /// An OAuth refresh token.
    Refresh,
    /// A key pasted by a person.
    ApiKey,
    /// A reference to an app installation.
    Installation,
    /// Issued by the vendor and never seen: its answer was lost.
    Unknown,
}

impl TokenKind {
    /// The word in JSON and on screen.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Refresh => "refresh",
            Self::ApiKey => "api_key",
            Self::Installation => "installation",
            Self::Unknown => "unknown",
        }
    }
}

/// Where a secret is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CredentialState {
    /// In use.
    Active,
    /// Replaced by a newer one; sealed for the revocation worker alone.
    Superseded,
    /// Its destruction was begun and must be finished (D6 without D7).
    Destroying,
    /// Slot overwritten, ciphertext empty (D7).
    Destroyed,
}

/// A sealed secret of a connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credential {
    /// Its id, bound into the seal.
    pub id: CredentialId,
    /// Whose it is.
    pub connection: ConnectionId,
    /// Of which generation.
    pub generation: u32,
    /// Tells tokens of a generation apart, from 1.
    pub issue: u32,
    /// What kind of secret.
    pub kind: TokenKind,
    /// Which of several sets (`bot`, `user`), for vendors that issue more than one; else empty.
    #[serde(default)]
    pub label: String,
    /// First 16 hex digits of SHA-256 over the secret, `withheld`, or `unknown`.
    pub fingerprint: String,
    /// When it was issued to us.
    pub issued_at: Timestamp,
    /// When it expires by itself, if that is known.
    pub expires_at: Option<Timestamp>,
    /// When the vendor last accepted it on the question that proves it alive.
    pub passed_at: Option<Timestamp>,
    /// Which question that was: being refused on another one is no proof.
    #[serde(default)]
    pub passed_by: Option<Question>,
    /// Where it was asked; empty when that was not kept.
    #[serde(default)]
    pub passed_where: String,
    /// It was written down that it ends within so many days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_said: Option<i64>,
    /// Whether another tool had it before us, and may have it still.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_held_elsewhere: bool,
    /// The vendor's id of the account that it was issued for, which its connection may not be of any more; empty where the vendor does
    /// not say, and none in rows of before that was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// Where it is in its life.
    pub state: CredentialState,
    /// The secret; none for a token that was never seen.
    pub sealed: Option<Sealed>,
}

/// For whose sake calls about a borrowed grant are left out.
pub const BORROWED_FROM: &str = "the grant of the tool that it was brought along from";

/// What is said of a token that another tool had before us.
pub const HELD_ELSEWHERE: &str = "another tool may hold it too";

/// Whether a fingerprint tells one token from every other: those that are withheld, or were never seen, are words.
#[must_use]
pub fn names_one_token(fingerprint: &str) -> bool {
    fingerprint.len() == 16 && fingerprint.bytes().all(|byte| byte.is_ascii_hexdigit())
}

impl Credential {
    /// Whether it may still work at the vendor, as far as we know.
    #[must_use]
    pub fn may_live(&self) -> bool {
        matches!(
            self.state,
            CredentialState::Active | CredentialState::Superseded
        )
    }

    /// `is_active` of the contract.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.state == CredentialState::Active
    }

    /// `is_deleted` of the contract.
    #[must_use]
    pub fn is_deleted(&self) -> bool {
        self.state == CredentialState::Destroyed
    }
}
