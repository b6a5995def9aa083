//! Logs that follow one another. A log is never rewritten: where a data folder goes on from a copy, a new log begins, which
//! says in its first entry what it follows and what is lost in between.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Hash;
use super::server::LogBegins;
use crate::domain::display_text::counted;

/// Which of a folder's logs, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u16", into = "u16")]
pub struct LogNumber(u16);

/// A number that no log has.
#[derive(Debug, thiserror::Error)]
#[error("{0} is not the number of a log: they go from 1 to {LAST}", LAST = LogNumber::LAST)]
pub struct WrongLogNumber(u16);

impl LogNumber {
    /// The one that a new workspace begins with.
    pub const FIRST: Self = Self(1);
    /// The head of a store has fifteen bits for it.
    pub const LAST: u16 = 1 << 15;

    /// The number itself.
    #[must_use]
    pub fn get(self) -> u16 {
        self.0
    }

    /// The one after it; none after the last.
    #[must_use]
    pub fn next(self) -> Option<Self> {
        Self::try_from(self.0.saturating_add(1)).ok()
    }

    /// The ones before it, the first first.
    pub fn earlier(self) -> impl Iterator<Item = Self> {
        (1..self.0).map(Self)
    }

    /// Its name in checkpoints; `first` is that of the first one.
    #[must_use]
    pub fn origin(self, first: &str) -> String {
        match self {
            Self::FIRST => first.to_owned(),
            Self(number) => format!("{first}/{number}"),
        }
    }
}

impl Default for LogNumber {
    fn default() -> Self {
        Self::FIRST
    }
}

impl TryFrom<u16> for LogNumber {
    type Error = WrongLogNumber;

    fn try_from(number: u16) -> Result<Self, WrongLogNumber> {
        match number {
            1..=Self::LAST => Ok(Self(number)),
            _ => Err(WrongLogNumber(number)),
        }
    }
}

impl From<LogNumber> for u16 {
    fn from(number: LogNumber) -> Self {
        number.0
    }
}

/// A log at some size.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogState {
    /// Its name, as checkpoints state it.
    pub origin: String,
    /// How many entries.
    pub size: u64,
    /// The root over these.
    pub root: Hash,
}

/// The first entry of every log but the first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogBegun {
    /// It begins with this entry.
    pub log: LogBegins,
    /// Which of the folder's logs it is.
    pub number: LogNumber,
    /// Its own name.
    pub origin: String,
    /// The key for checking it, as a verifier key (`name+hash+key`).
    pub key: String,
    /// Which of the folder's logs it follows; numbers may be left out.
    pub after: LogNumber,
    /// That log, as far as it is here.
    pub follows: LogState,
    /// How far a log of this folder had surely come, where that is known: what is in it and not in `follows` is lost.
    pub lost: Option<LogState>,
    /// What it was begun for.
    pub cause: NewLogCause,
    /// The end of the log that it follows, signed by that log's key together with the new one; none where that key is not
    /// here.
    pub signed_over: Option<String>,
}

/// Why a log does not simply go on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "how", rename_all = "snake_case")]
pub enum NewLogCause {
    /// The data folder is an older copy, which an Owner has accepted.
    OlderAccepted {
        /// What was doubtful.
        why: String,
    },
    /// The key of the log before is lost, and an Owner has accepted that.
    KeyLost {
        /// What was missing.
        why: String,
    },
    /// The data folder was restored from a backup.
    Restored {
        /// When the backup was made.
        created_at: Timestamp,
        /// The commit that it is as of.
        commit: u64,
        /// The SHA-256 of the file up to its last frame, hex.
        sha256: String,
        /// How many secrets came out of it; none where it has none, or they were left in it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        secrets: Option<u64>,
    },
}

impl LogBegun {
    /// What is not in any log that is here, in words.
    #[must_use]
    pub fn gap(&self) -> String {
        let here = match self.follows.size {
            0 => "none of its entries".to_owned(),
            size => format!("its entries up to {}", size - 1),
        };
        let LogState { origin, .. } = &self.follows;
        let known = match &self.lost {
            Some(lost) if lost.origin == *origin && lost.size > self.follows.size => format!(
                "it had {} when it was last seen (root {})",
                lost.size, lost.root
            ),
            Some(lost) => format!(
                "last seen was {} with {} entries (root {})",
                lost.origin, lost.size, lost.root
            ),
            None => "how many it had is not known".to_owned(),
        };
        let cause = match &self.cause {
            NewLogCause::OlderAccepted { .. } => {
                "an older copy of the data folder was accepted".to_owned()
            }
            NewLogCause::KeyLost { .. } => {
                format!("the key of {origin} is lost")
            }
            NewLogCause::Restored {
                created_at,
                secrets,
                ..
            } => {
                let secrets = secrets.map_or_else(String::new, |n| {
                    let secrets = counted(n, "secret");
                    format!(
                        " with {secrets}, those among them that were destroyed since it was made"
                    )
                });
                format!("the data folder was restored from a backup of {created_at}{secrets}")
            }
        };
        format!(
            "{cause}; of {origin} {here} are here, {known}, and whatever was written after these is lost"
        )
    }

    pub(super) fn sentence(&self) -> String {
        format!("began the log {}: {}", self.origin, self.gap())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stay_within_what_a_head_holds() {
        assert_eq!(LogNumber::FIRST.next().map(LogNumber::get), Some(2));
        let last = LogNumber::try_from(LogNumber::LAST).unwrap();
        assert_eq!(last.next(), None);
        assert!(LogNumber::try_from(0).is_err());
        let names = LogNumber::try_from(3).unwrap();
        let earlier: Vec<_> = names.earlier().map(|it| it.origin("a/b")).collect();
        assert_eq!(earlier, ["a/b", "a/b/2"]);
    }
}
