//! What was last seen of a data folder, kept outside of it, and what that says of a folder that is found later.

use serde::{Deserialize, Serialize};

use super::id::FolderId;

/// The last checkpoint of a data folder. It lies in the configuration folder, so a copy of the data folder that is put
/// back does not bring it along.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
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

/// A data folder that is about to be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The name of its log.
    pub origin: String,
    /// How many entries the log has.
    pub size: u64,
    /// The root its log had at the size that was seen; none when no checkpoint was made there.
    pub root_then: Option<String>,
    /// The machine it is on, hashed; none where machines are not told apart.
    pub machine: Option<String>,
}

/// Why a data folder is not used as it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Doubt {
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
    /// It was last seen on another machine.
    #[error("it was last used on another machine, and may be in use there")]
    OtherMachine,
    /// Nothing says how far it had come.
    #[error(
        "the configuration folder does not know it, so nothing shows that it is not an older copy"
    )]
    Unknown,
}

impl Doubt {
    /// Whether `--accept-moved` is an answer to it.
    #[must_use]
    pub fn is_a_move(&self) -> bool {
        matches!(self, Self::OtherMachine | Self::Unknown)
    }
}

/// Whether what was seen says that the folder can be used.
///
/// # Errors
/// Why it cannot.
pub fn judge(seen: Option<&Seen>, found: &Found) -> Result<(), Doubt> {
    let Some(seen) = seen else {
        return match found.size {
            0 => Ok(()),
            _ => Err(Doubt::Unknown),
        };
    };
    if found.size < seen.size {
        return Err(Doubt::Older {
            found: found.size,
            seen: seen.size,
        });
    }
    if found.origin != seen.origin || found.root_then.as_ref() != Some(&seen.root) {
        return Err(Doubt::Differs { seen: seen.size });
    }
    match (&seen.machine, &found.machine) {
        (Some(then), Some(now)) if then != now => Err(Doubt::OtherMachine),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen() -> Seen {
        Seen {
            folder: "fol_01jd7000000000000000000000".parse().unwrap(),
            origin: "log".to_owned(),
            size: 7,
            root: "r7".to_owned(),
            machine: Some("m".to_owned()),
        }
    }

    fn found() -> Found {
        Found {
            origin: "log".to_owned(),
            size: 9,
            root_then: Some("r7".to_owned()),
            machine: Some("m".to_owned()),
        }
    }

    #[test]
    fn a_folder_that_went_on_is_used() {
        assert_eq!(judge(Some(&seen()), &found()), Ok(()));
        let same = Found { size: 7, ..found() };
        assert_eq!(judge(Some(&seen()), &same), Ok(()));
    }

    #[test]
    fn what_does_not_contain_the_checkpoint_is_refused() {
        let older = Found {
            size: 6,
            root_then: None,
            ..found()
        };
        let doubt = judge(Some(&seen()), &older).unwrap_err();
        assert_eq!(doubt, Doubt::Older { found: 6, seen: 7 });
        assert!(!doubt.is_a_move());
        let others = [
            Found {
                root_then: Some("other".to_owned()),
                ..found()
            },
            Found {
                root_then: None,
                ..found()
            },
            Found {
                origin: "other".to_owned(),
                ..found()
            },
        ];
        for other in others {
            assert_eq!(
                judge(Some(&seen()), &other),
                Err(Doubt::Differs { seen: 7 })
            );
        }
    }

    #[test]
    fn machines_count_where_both_are_known() {
        let elsewhere = |machine: Option<&str>| Found {
            machine: machine.map(str::to_owned),
            ..found()
        };
        assert_eq!(
            judge(Some(&seen()), &elsewhere(Some("n"))),
            Err(Doubt::OtherMachine)
        );
        assert_eq!(judge(Some(&seen()), &elsewhere(None)), Ok(()));
        let nowhere = Seen {
            machine: None,
            ..seen()
        };
        assert_eq!(judge(Some(&nowhere), &elsewhere(Some("n"))), Ok(()));
    }

    #[test]
    fn an_unknown_folder_is_used_only_while_it_is_empty() {
        let empty = Found { size: 0, ..found() };
        assert_eq!(judge(None, &empty), Ok(()));
        assert_eq!(judge(None, &found()), Err(Doubt::Unknown));
    }
}
