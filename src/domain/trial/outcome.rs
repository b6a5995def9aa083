//! What is claimed about a token, and until when one may live of which it is not claimed that it is dead.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::credential::TokenKind;

/// What is claimed about one token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Accepted before, refused now.
    VerifiedDead,
    /// Refused although it is on record as having passed, or the recipe's `gone`.
    AlreadyDead,
    /// The vendor said yes, and the token still works.
    StillAlive,
    /// The vendor said yes, and nothing could be asked.
    AcceptedUnverified,
    /// The vendor has no way.
    Unsupported,
    /// The vendor could not be reached.
    Unreachable,
    /// The vendor refused to revoke.
    Rejected,
}

impl Outcome {
    /// Whether the token is proven dead.
    #[must_use]
    pub fn proven(self) -> bool {
        matches!(self, Self::VerifiedDead | Self::AlreadyDead)
    }

    /// The words on screen.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::VerifiedDead => "verified dead",
            Self::AlreadyDead => "already dead",
            Self::StillAlive => "still alive",
            Self::AcceptedUnverified => "accepted, unverified",
            Self::Unsupported => "not revoked",
            Self::Unreachable => "unreachable",
            Self::Rejected => "rejected",
        }
    }

    /// The words on screen, of this kind of secret: an installation that nobody asked to remove is no failure to.
    #[must_use]
    pub fn words_of(self, kind: TokenKind) -> &'static str {
        match (self, kind) {
            (Self::Unsupported, TokenKind::Installation) => "left installed",
            _ => self.words(),
        }
    }

    /// The word in JSON.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::VerifiedDead => "verified_dead",
            Self::AlreadyDead => "already_dead",
            Self::StillAlive => "still_alive",
            Self::AcceptedUnverified => "accepted_unverified",
            Self::Unsupported => "unsupported",
            Self::Unreachable => "unreachable",
            Self::Rejected => "rejected",
        }
    }
}

/// Until when a token that is not proven dead may live.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Residual {
    /// It is dead.
    None,
    /// It expires by itself at this time.
    Until(Timestamp),
    /// Nothing says when.
    Unknown,
    /// It does not expire.
    Never,
}

impl Serialize for Residual {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::None => serializer.serialize_none(),
            Self::Until(at) => at.serialize(serializer),
            Self::Unknown => serializer.serialize_str("unknown"),
            Self::Never => serializer.serialize_str("never_expires"),
        }
    }
}

impl<'de> Deserialize<'de> for Residual {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?;
        match text.as_deref() {
            None => Ok(Self::None),
            Some("unknown") => Ok(Self::Unknown),
            Some("never_expires") => Ok(Self::Never),
            Some(at) => at
                .parse()
                .map(Self::Until)
                .map_err(serde::de::Error::custom),
        }
    }
}
