//! What was last seen of a data folder, kept outside of it, and what that says of a folder that is found later.

use serde::{Deserialize, Serialize};

use super::audit::log::LogState;
use super::id::FolderId;

/// The last checkpoint of a data folder. It lies in the configuration folder, so a copy of the data folder that is put
/// back does not bring it along.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastCheckpoint {
    /// Which data folder.
    pub folder: FolderId,
    /// The name of its log.
    pub origin: String,
    /// How many entries the log had.
    pub size: u64,
    /// The root over these.
    pub root: String,
    /// The machine it was on, hashed; none where machines are not told apart.
    pub machine: Option<String>,
}

impl LastCheckpoint {
    /// The log then; none when what stands there is no root.
    #[must_use]
    pub fn state(&self) -> Option<LogState> {
        Some(LogState {
            origin: self.origin.clone(),
            size: self.size,
            root: self.root.parse().ok()?,
        })
    }
}

/// A data folder that is about to be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundFolder {
    /// The name of its log.
    pub origin: String,
    /// The file of that log's key, where it is not there.
    pub missing_key: Option<String>,
    /// What that log was begun without, because an Owner gave it up; none for a folder's first log.
    pub gave_up: Option<LogState>,
    /// How many entries the log has.
    pub size: u64,
    /// The root its log had at the size that was seen; none when no checkpoint was made there.
    pub root_then: Option<String>,
    /// The machine it is on, hashed; none where machines are not told apart.
    pub machine: Option<String>,
}

/// Why a data folder is not used as it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RollbackDoubt {
    /// The configuration folder is older than the log, or another one, so what it has seen says little.
    #[error(
        "the key that signs its log {log} is not there: {key}. Without it nothing can be written to that log"
    )]
    NoLogKey {
        /// The log it is in.
        log: String,
        /// The file of the key.
        key: String,
    },
    /// Entries that were there are missing.
    #[error(
        "it is older than what was last seen of it: its log has {found} entries, and had {seen}. A copy was put back, \
         and what was disconnected since then would come back with it"
    )]
    Older {
        /// Entries it has.
        found: u64,
        /// Entries it had.
        seen: u64,
    },
    /// The log went another way.
    #[error(
        "its log does not contain what was last seen of it: entries up to {seen} are other ones. A copy was put back \
         and used"
    )]
    Differs {
        /// Entries it had.
        seen: u64,
    },
    /// It is in another of its logs.
    #[error(
        "its log is {found}, and when it was last seen it was {seen}. A copy was put back, and what was disconnected since \
         then would come back with it"
    )]
    OtherLog {
        /// The log it is in.
        found: String,
        /// The log it was in.
        seen: String,
    },
    /// It was last seen on another machine.
    #[error("it was last used on another machine, and may be in use there")]
    OtherMachine,
    /// Nothing says how far it had come.
    #[error(
        "the configuration folder does not know it, so nothing shows that it is not an older copy"
    )]
    Unknown,
}

impl RollbackDoubt {
    /// Whether `--accept-moved` is an answer to it.
    #[must_use]
    pub fn is_a_move(&self) -> bool {
        matches!(self, Self::OtherMachine | Self::Unknown)
    }
}

/// Whether what was seen says that the folder can be used.
pub fn judge(seen: Option<&LastCheckpoint>, found: &FoundFolder) -> Result<(), RollbackDoubt> {
    if let Some(key) = &found.missing_key {
        return Err(RollbackDoubt::NoLogKey {
            log: found.origin.clone(),
            key: key.clone(),
        });
    }
    let Some(seen) = seen else {
        return match found.size {
            0 => Ok(()),
            _ => Err(RollbackDoubt::Unknown),
        };
    };
    // A crash can come between the beginning of a log and what is written of it outside of the folder.
    let has_begun_since =
        found.origin != seen.origin && found.gave_up.is_some() && found.gave_up == seen.state();
    if !has_begun_since {
        contains(seen, found)?;
    }
    match (&seen.machine, &found.machine) {
        (Some(then), Some(now)) if then != now => Err(RollbackDoubt::OtherMachine),
        _ => Ok(()),
    }
}

fn contains(seen: &LastCheckpoint, found: &FoundFolder) -> Result<(), RollbackDoubt> {
    if found.origin != seen.origin {
        return Err(RollbackDoubt::OtherLog {
            found: found.origin.clone(),
            seen: seen.origin.clone(),
        });
    }
    if found.size < seen.size {
        return Err(RollbackDoubt::Older {
            found: found.size,
            seen: seen.size,
        });
    }
    if found.root_then.as_ref() != Some(&seen.root) {
        return Err(RollbackDoubt::Differs { seen: seen.size });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOT: &str = "7777777777777777777777777777777777777777777777777777777777777777";

    fn seen() -> LastCheckpoint {
        LastCheckpoint {
            folder: "fol_01jd7000000000000000000000".parse().unwrap(),
            origin: "log".to_owned(),
            size: 7,
            root: ROOT.to_owned(),
            machine: Some("m".to_owned()),
        }
    }

    fn found() -> FoundFolder {
        FoundFolder {
            origin: "log".to_owned(),
            missing_key: None,
            gave_up: None,
            size: 9,
            root_then: Some(ROOT.to_owned()),
            machine: Some("m".to_owned()),
        }
    }

    #[test]
    fn a_folder_that_went_on_is_used() {
        assert_eq!(judge(Some(&seen()), &found()), Ok(()));
        let same = FoundFolder { size: 7, ..found() };
        assert_eq!(judge(Some(&seen()), &same), Ok(()));
    }

    #[test]
    fn what_does_not_contain_the_checkpoint_is_refused() {
        let older = FoundFolder {
            size: 6,
            root_then: None,
            ..found()
        };
        let doubt = judge(Some(&seen()), &older).unwrap_err();
        assert_eq!(doubt, RollbackDoubt::Older { found: 6, seen: 7 });
        assert!(!doubt.is_a_move());
        let others = [
            FoundFolder {
                root_then: Some("other".to_owned()),
                ..found()
            },
            FoundFolder {
                root_then: None,
                ..found()
            },
        ];
        for other in others {
            assert_eq!(
                judge(Some(&seen()), &other),
                Err(RollbackDoubt::Differs { seen: 7 })
            );
        }
    }

    #[test]
    fn another_log_is_used_only_where_it_gave_up_what_was_seen() {
        let other = FoundFolder {
            origin: "log/2".to_owned(),
            size: 1,
            root_then: None,
            ..found()
        };
        let doubt = judge(Some(&seen()), &other).unwrap_err();
        assert!(matches!(doubt, RollbackDoubt::OtherLog { .. }) && !doubt.is_a_move());
        let began = FoundFolder {
            gave_up: seen().state(),
            ..other.clone()
        };
        assert_eq!(judge(Some(&seen()), &began), Ok(()));
        let gave_less_up = LastCheckpoint { size: 8, ..seen() };
        assert!(judge(Some(&gave_less_up), &began).is_err());
    }

    #[test]
    fn without_its_logs_key_a_folder_is_not_used_whatever_was_seen() {
        let keyless = FoundFolder {
            missing_key: Some("audit-2.key".to_owned()),
            ..found()
        };
        for seen in [Some(&seen()), None] {
            let doubt = judge(seen, &keyless).unwrap_err();
            assert!(matches!(doubt, RollbackDoubt::NoLogKey { .. }) && !doubt.is_a_move());
        }
    }

    #[test]
    fn machines_count_where_both_are_known() {
        let elsewhere = |machine: Option<&str>| FoundFolder {
            machine: machine.map(str::to_owned),
            ..found()
        };
        assert_eq!(
            judge(Some(&seen()), &elsewhere(Some("n"))),
            Err(RollbackDoubt::OtherMachine)
        );
        assert_eq!(judge(Some(&seen()), &elsewhere(None)), Ok(()));
        let nowhere = LastCheckpoint {
            machine: None,
            ..seen()
        };
        assert_eq!(judge(Some(&nowhere), &elsewhere(Some("n"))), Ok(()));
    }

    #[test]
    fn an_unknown_folder_is_used_only_while_it_is_empty() {
        let empty = FoundFolder { size: 0, ..found() };
        assert_eq!(judge(None, &empty), Ok(()));
        assert_eq!(judge(None, &found()), Err(RollbackDoubt::Unknown));
    }
}
