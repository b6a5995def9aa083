//! Entries about what somebody may not do.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::EntrySubject;
use crate::domain::display_text::counted;
use crate::domain::id::AuditId;
use crate::domain::user::Role;

/// A request that the gate refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedRequest {
    /// What was asked for; the entry's action.
    #[serde(skip)]
    pub verb: String,
    pub why: String,
    /// Whether they had asked to change nothing.
    pub read_only: bool,
    /// What was asked about, as far as the gate knows it; the entry's header has it.
    #[serde(skip)]
    pub about: EntrySubject,
    /// That more refusals follow, which are counted together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flood: Option<String>,
}

/// Somebody who was not let in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionRefused {
    pub why: String,
    /// Their Unix account.
    pub uid: u32,
    /// The role that they asked for.
    pub role: Option<Role>,
    /// The SSH key that they came with, as the gateway says.
    pub ssh_key: Option<String>,
    /// What the gateway refused.
    pub gateway: Option<String>,
    /// That more refusals follow, which are counted together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flood: Option<String>,
}

/// What the gateway refused by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GatewayRefused {
    pub why: String,
    /// That more refusals follow, which are counted together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flood: Option<String>,
}

/// Refusals that were counted for a minute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum RefusalsCounted {
    /// The server ended before the minute did.
    Interrupted {
        /// What was asked for.
        verb: String,
        why: String,
        /// The entry of the first one.
        first: AuditId,
        /// When that was.
        since: Timestamp,
        /// Null: the count is lost.
        refusals: (),
        /// How many there surely were.
        at_least: u64,
        /// Why no more is known.
        ended: String,
    },
    /// Of one kind.
    OneKind {
        /// What was asked for.
        verb: String,
        why: String,
        /// The entry of the first one.
        first: AuditId,
        /// When that was.
        since: Timestamp,
        refusals: u64,
        /// How many of them are entries of their own.
        entries: u64,
        /// What was asked about; the entry's header has it.
        #[serde(skip)]
        about: EntrySubject,
    },
    /// All further ones of somebody.
    AllKinds {
        /// Why the first one was refused.
        why: String,
        /// The entry of the first one.
        first: AuditId,
        /// When that was.
        since: Timestamp,
        refusals: u64,
        /// Of how many things.
        targets: u64,
        /// Some of them.
        named: Vec<String>,
    },
}

impl RefusedRequest {
    /// The refusal that an entry with this action and detail is.
    pub(super) fn read(action: &str, detail: &Value) -> Option<Self> {
        let read = Self::deserialize(detail).ok()?;
        Some(Self {
            verb: action.to_owned(),
            ..read
        })
    }

    pub(super) fn sentence(&self) -> String {
        format!("was refused {}: {}", self.verb, self.why)
    }
}

impl SessionRefused {
    pub(super) fn sentence(&self) -> String {
        format!("was not let in: {}", self.why)
    }
}

impl GatewayRefused {
    pub(super) fn sentence(&self) -> String {
        format!("was refused by the gateway: {}", self.why)
    }
}

impl RefusalsCounted {
    pub(super) fn sentence(&self) -> String {
        match self {
            Self::Interrupted {
                verb,
                why,
                at_least,
                ..
            } => {
                format!(
                    "was refused {verb} at least {}: {why}",
                    counted(*at_least, "time")
                )
            }
            Self::OneKind {
                verb,
                why,
                refusals,
                ..
            } => {
                format!("was refused {verb} {}: {why}", counted(*refusals, "time"))
            }
            Self::AllKinds {
                refusals, targets, ..
            } => format!(
                "was refused {} more, of {}",
                counted(*refusals, "time"),
                counted(*targets, "thing")
            ),
        }
    }

    pub(super) fn subject(&self, target: EntrySubject) -> EntrySubject {
        match self {
            Self::OneKind { about, .. } => target.and(about),
            // After a crash the window's row knows the target alone. Of several things, the first is the target.
            Self::Interrupted { .. } | Self::AllKinds { .. } => target,
        }
    }
}
