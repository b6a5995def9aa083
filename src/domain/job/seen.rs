//! How a row tells whether passes saw it.

use serde::{Deserialize, Serialize};

use super::Scope;

/// How a row tells whether passes saw it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Seen {
    /// By its number in its scope, of which the scope's marks tell. A pass that finds it as it was leaves it as it is.
    Number {
        /// The number.
        n: u64,
    },
    /// By the whole pass that saw it last, as it was written before format 9. It gets a number when it is seen again.
    Pass(u64),
}

impl Default for Seen {
    fn default() -> Self {
        Self::Number { n: 0 }
    }
}

impl Seen {
    /// Its number, where it has one.
    #[must_use]
    pub fn number(self) -> Option<u64> {
        match self {
            Self::Number { n } => Some(n),
            Self::Pass(_) => None,
        }
    }

    /// Whether whole passes no longer saw it. `is_marked`: the scope's marks say that its number is gone.
    #[must_use]
    pub fn is_gone(self, scope: &Scope, is_marked: bool) -> bool {
        match self {
            Self::Number { .. } => is_marked,
            Self::Pass(last) => last < scope.last_full,
        }
    }
}
