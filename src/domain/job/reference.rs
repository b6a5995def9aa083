//! What is claimed of something that was synced.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Scope, Synced};

/// What is claimed of a reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReferenceState {
    /// It is there, as it was received.
    Synced,
    /// Nothing: it was left out of step.
    Stale,
    /// A whole pass did not see it any more.
    Gone,
}

impl ReferenceState {
    /// What is claimed of this one, by the scope that it belongs to. `is_marked`: the scope's marks say that its number is gone.
    #[must_use]
    pub fn of(item: &Synced, scope: Option<&Scope>, is_marked: bool, now: Timestamp) -> Self {
        match scope {
            Some(scope) if item.seen.is_gone(scope, is_marked) => Self::Gone,
            Some(scope) if !scope.is_stale(now) => Self::Synced,
            Some(_) | None => Self::Stale,
        }
    }

    /// The word in JSON and on screen.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Synced => "synced",
            Self::Stale => "stale",
            Self::Gone => "gone",
        }
    }
}

impl fmt::Display for ReferenceState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}
