//! The master key from a passphrase, and the file that keeps its salt.
//!
//! ```text
//! tagout passphrase salt 1
//! argon2id 65536 3 4          memory in KiB, passes, lanes
//! 6b1f…                       the salt, 32 hex digits
//! 0a9c…                       SHA-256("tagout passphrase check 1" ‖ key), first 32 hex digits
//! ```
//! The check value tells a wrong passphrase at once. It gives a thief nothing that the slot file's header would not.

use std::path::Path;

use argon2::{Algorithm, Argon2, Params, Version};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

use super::key_file::Key;
use super::private_file::{self, KeyError};
use super::stack::wiped;

const TITLE: &str = "tagout passphrase salt 1";

/// RFC 9106, section 4, the second recommended option: 64 MiB, three passes, four lanes, a salt of 128 bits.
pub(super) const COST: Cost = Cost {
    memory: 64 * 1024,
    passes: 3,
    lanes: 4,
};

/// A salt file that asks for more than 1 GiB was not written by us, and would take the machine down.
const MOST_MEMORY: u32 = 1024 * 1024;

/// Nor was one that asks for more passes or lanes than this.
const MOST_TURNS: u32 = 64;

#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Cost {
    pub(super) memory: u32,
    pub(super) passes: u32,
    pub(super) lanes: u32,
}

impl Cost {
    /// Whether a file may ask for it.
    pub(super) fn is_bearable(self) -> bool {
        self.memory <= MOST_MEMORY && self.passes <= MOST_TURNS && self.lanes <= MOST_TURNS
    }
}

/// The key, with the salt of `salt_file`, which is made at first use.
pub(super) fn derive(passphrase: &SecretString, salt_file: &Path) -> Result<Key, KeyError> {
    derive_at(passphrase, salt_file, COST)
}

fn derive_at(
    passphrase: &SecretString,
    salt_file: &Path,
    first_cost: Cost,
) -> Result<Key, KeyError> {
    if passphrase.expose_secret().is_empty() {
        return Err(KeyError::EmptyPassphrase);
    }
    if private_file::read(salt_file)?.is_none() {
        let mut salt = [0; 16];
        getrandom::fill(&mut salt)?;
        let key = stretch(passphrase, &salt, first_cost)?;
        let text = format(&salt, first_cost, &check_value(&key));
        // When another process was first, its salt counts.
        if private_file::create(salt_file, text.as_bytes())? {
            return Ok(key);
        }
    }
    let damaged = || KeyError::Damaged {
        path: salt_file.to_owned(),
        title: TITLE,
    };
    let bytes = private_file::read(salt_file)?.ok_or_else(damaged)?;
    let text = std::str::from_utf8(&bytes).map_err(|_| damaged())?;
    if text.lines().next() != Some(TITLE) {
        return Err(KeyError::OtherKind {
            path: salt_file.to_owned(),
            title: TITLE,
        });
    }
    let (salt, cost, check) = parse(text).ok_or_else(damaged)?;
    let key = stretch(passphrase, &salt, cost)?;
    if check_value(&key) != check {
        return Err(KeyError::WrongPassphrase {
            path: salt_file.to_owned(),
        });
    }
    Ok(key)
}

/// The key that comes of a passphrase.
pub(super) fn stretch(
    passphrase: &SecretString,
    salt: &[u8; 16],
    cost: Cost,
) -> Result<Key, KeyError> {
    let params =
        Params::new(cost.memory, cost.passes, cost.lanes, Some(32)).map_err(KeyError::Derive)?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let mut derived = Ok(());
    let key = Key::init_with_mut(|key| {
        derived = argon2.hash_password_into(passphrase.expose_secret().as_bytes(), salt, key);
    });
    derived.map(|()| key).map_err(KeyError::Derive)
}

fn check_value(key: &Key) -> String {
    let digest = wiped(|| {
        Sha256::new()
            .chain_update("tagout passphrase check 1")
            .chain_update(key.expose_secret())
            .finalize()
    });
    let mut digits = hex::encode(digest);
    digits.truncate(32);
    digits
}

fn format(salt: &[u8; 16], cost: Cost, check: &str) -> String {
    let Cost {
        memory,
        passes,
        lanes,
    } = cost;
    format!(
        "{TITLE}\nargon2id {memory} {passes} {lanes}\n{}\n{check}\n",
        hex::encode(salt)
    )
}

fn parse(text: &str) -> Option<([u8; 16], Cost, &str)> {
    let mut lines = text.lines().skip(1);
    let mut words = lines.next()?.strip_prefix("argon2id ")?.split(' ');
    let mut number = || words.next()?.parse::<u32>().ok();
    let cost = Cost {
        memory: number()?,
        passes: number()?,
        lanes: number()?,
    };
    let mut salt = [0; 16];
    hex::decode_to_slice(lines.next()?, &mut salt).ok()?;
    let check = lines.next().filter(|check| check.len() == 32)?;
    cost.is_bearable().then_some((salt, cost, check))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// The least Argon2 takes, so that the tests are about the file and not about the waiting.
    const CHEAP: Cost = Cost {
        memory: 8,
        passes: 1,
        lanes: 1,
    };

    #[test]
    fn the_same_passphrase_gives_the_same_key_and_another_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config/salt");
        let right = SecretString::from("correct horse");
        let first = derive_at(&right, &path, CHEAP).unwrap();
        // The file's own cost counts from now on, whatever a later version would choose.
        let second = derive_at(&right, &path, COST).unwrap();
        assert_eq!(first.expose_secret(), second.expose_secret());
        let wrong = derive_at(&SecretString::from("correct house"), &path, CHEAP);
        assert!(matches!(wrong, Err(KeyError::WrongPassphrase { .. })));
        let empty = derive_at(&SecretString::from(""), &path, CHEAP);
        assert!(matches!(empty, Err(KeyError::EmptyPassphrase)));
    }

    #[test]
    fn a_damaged_salt_file_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config/salt");
        let passphrase = SecretString::from("correct horse");
        derive_at(&passphrase, &path, CHEAP).unwrap();
        let whole = fs::read_to_string(&path).unwrap();
        for (from, to) in [
            ("argon2id 8 ", "argon2id 99999999 "),
            ("argon2id", "scrypt"),
        ] {
            fs::write(&path, whole.replacen(from, to, 1)).unwrap();
            assert!(
                matches!(
                    derive_at(&passphrase, &path, CHEAP),
                    Err(KeyError::Damaged { .. })
                ),
                "{to}"
            );
        }
        fs::write(&path, &whole[..whole.len() - 3]).unwrap();
        assert!(matches!(
            derive_at(&passphrase, &path, CHEAP),
            Err(KeyError::Damaged { .. })
        ));
        fs::write(&path, "something else\n").unwrap();
        assert!(matches!(
            derive_at(&passphrase, &path, CHEAP),
            Err(KeyError::OtherKind { .. })
        ));
    }

    #[test]
    fn the_cost_is_the_one_rfc_9106_recommends() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config/salt");
        derive(&SecretString::from("correct horse"), &path).unwrap();
        assert!(
            fs::read_to_string(&path)
                .unwrap()
                .contains("\nargon2id 65536 3 4\n")
        );
    }
}
