//! Whether a log follows the one that its first entry names.

use serde::Serialize;

use super::checkpoint::Verifier;
use super::finding::{FollowFault, LogFault};
use super::verify::LogReport;
use crate::domain::audit::log::{LogBegun, LogState};

/// What is true of two logs of which one follows the other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Followed {
    /// The earlier one.
    pub report: LogReport,
    /// What is in neither, in words.
    pub gap: String,
    /// How far it had surely come, where that is known.
    pub lost: Option<LogState>,
    /// Whether its key stands for the later one.
    pub signed_over: SignedOver,
}

/// Whether the key of a log has signed that another one follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SignedOver {
    /// It has.
    Checked,
    /// There is a signature, and no key to check it with.
    NotChecked,
    /// There is none: whoever has the later key could have begun that log over any other one.
    Unsigned,
}

/// Compares what the later log states with what the earlier one is. Both were verified by themselves.
///
/// # Errors
/// In what they do not fit.
pub fn followed(
    begun: &LogBegun,
    later: &LogReport,
    earlier: LogReport,
    earlier_key: Option<&Verifier>,
) -> Result<Followed, LogFault> {
    let fault = |fault| LogFault::NotFollowed {
        origin: begun.origin.clone(),
        fault,
    };
    if later.key_name.as_ref() != Some(&begun.origin) {
        return Err(fault(FollowFault::OwnName));
    }
    let found = LogState {
        origin: earlier.key_name.clone().unwrap_or_default(),
        size: earlier.entries,
        root: earlier.root,
    };
    if found != begun.follows {
        let (stated, found) = (Box::new(begun.follows.clone()), Box::new(found));
        return Err(fault(FollowFault::Other { stated, found }));
    }
    Ok(Followed {
        gap: begun.gap(),
        lost: begun.lost.clone(),
        signed_over: signed_over(begun, earlier_key).map_err(fault)?,
        report: earlier,
    })
}

fn signed_over(begun: &LogBegun, key: Option<&Verifier>) -> Result<SignedOver, FollowFault> {
    let Some(note) = &begun.signed_over else {
        return Ok(SignedOver::Unsigned);
    };
    let Some(key) = key else {
        return Ok(SignedOver::NotChecked);
    };
    let signed = key.verify(note)?;
    let is_meant = (signed.size, signed.root) == (begun.follows.size, begun.follows.root)
        && signed.next.as_ref() == Some(&begun.key);
    match is_meant {
        true => Ok(SignedOver::Checked),
        false => Err(FollowFault::OtherStatement),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::{Hash, Signer, Tree};
    use crate::domain::audit::claims::Claims;
    use crate::domain::audit::log::{LogNumber, NewLogCause};
    use crate::domain::audit::server::LogBegins;

    fn signer(seed: u8, origin: &str) -> Signer {
        Signer::from_seed(&[seed; 32], origin).unwrap()
    }

    fn tree() -> Tree {
        let mut tree = Tree::default();
        (0..5).for_each(|n| tree.append(Hash::of_leaf(&[n])));
        tree
    }

    fn report(origin: &str, tree: &Tree) -> LogReport {
        LogReport {
            entries: tree.size(),
            checkpoints: 1,
            size: tree.size(),
            root: tree.root(),
            format_2_from: Some(0),
            withheld: 0,
            tokens: Claims::default(),
            begun: None,
            last_at: None,
            key_name: Some(origin.to_owned()),
            key_fingerprint: None,
            signatures_checked: true,
            earlier_checked: false,
        }
    }

    fn begun() -> LogBegun {
        let (old, new) = (signer(1, "log"), signer(2, "log/2"));
        LogBegun {
            log: LogBegins { format: 2, from: 0 },
            number: LogNumber::FIRST.next().unwrap(),
            origin: "log/2".to_owned(),
            key: new.public_key(),
            after: LogNumber::FIRST,
            follows: LogState {
                origin: "log".to_owned(),
                size: 5,
                root: tree().root(),
            },
            lost: Some(LogState {
                origin: "log".to_owned(),
                size: 7,
                root: Hash([7; 32]),
            }),
            cause: NewLogCause::OlderAccepted {
                why: "it is older".to_owned(),
            },
            signed_over: Some(old.sign_over(&tree(), &new)),
        }
    }

    fn check(begun: &LogBegun, earlier: LogReport) -> Result<SignedOver, FollowFault> {
        let later = report("log/2", &Tree::default());
        let key = Verifier::parse(&signer(1, "log").public_key()).unwrap();
        match followed(begun, &later, earlier, Some(&key)) {
            Ok(found) => Ok(found.signed_over),
            Err(LogFault::NotFollowed { fault, .. }) => Err(fault),
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn the_old_key_vouches_for_the_new_log_and_for_nothing_else() {
        let good = || report("log", &tree());
        assert_eq!(check(&begun(), good()), Ok(SignedOver::Checked));
        assert!(begun().gap().contains("it had 7 when it was last seen"));
        let unsigned = LogBegun {
            signed_over: None,
            ..begun()
        };
        assert_eq!(check(&unsigned, good()), Ok(SignedOver::Unsigned));

        let mut longer = tree();
        longer.append(Hash([1; 32]));
        let another = report("log", &longer);
        let fault = check(&begun(), another).unwrap_err();
        assert!(matches!(fault, FollowFault::Other { .. }), "{fault}");
        // The old key has signed over to another log than the one that says so.
        let stranger = LogBegun {
            key: signer(3, "log/2").public_key(),
            ..begun()
        };
        assert_eq!(check(&stranger, good()), Err(FollowFault::OtherStatement));
        let forged = LogBegun {
            signed_over: Some(signer(3, "log").sign_over(&tree(), &signer(2, "log/2"))),
            ..begun()
        };
        let fault = check(&forged, good()).unwrap_err();
        assert!(matches!(fault, FollowFault::Signature(_)), "{fault}");
        let plain = LogBegun {
            signed_over: Some(signer(1, "log").sign(&tree())),
            ..begun()
        };
        assert_eq!(check(&plain, good()), Err(FollowFault::OtherStatement));
    }

    #[test]
    fn a_log_has_the_name_that_it_states() {
        let renamed = LogBegun {
            origin: "log/3".to_owned(),
            ..begun()
        };
        assert_eq!(
            check(&renamed, report("log", &tree())),
            Err(FollowFault::OwnName)
        );
    }
}
