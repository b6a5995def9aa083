//! The key of a backup with secrets: it comes of a passphrase, and wraps the keys of secrets in place of the master key. The
//! secrets themselves are not opened for that: their ciphertext stands in the rows of the backup.
//!
//! Each key is wrapped as a slot has it, with the same AAD. Tags over nothing, with an AAD of their own, tell a wrong passphrase
//! and hold the file together: whoever changes a row of it does not know the passphrase, and could otherwise have tokens sent
//! to an address of their own choice.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretString};

use super::cipher::{self, SlotId, Wrapped};
use super::error::VaultError;
use super::key_file::Key;
use super::passphrase::{COST, Cost, stretch};
use super::private_file::KeyError;
use super::slot_id;
use crate::domain::sealed::{BackupSecret, PassphraseSeal, SecretOwner};

const KDF: &str = "argon2id";
const CHECK: &[u8] = b"tagout backup passphrase 2";
const WHOLE: &str = "tagout backup whole 2\n";

/// A file can be guessed at for years, by whoever has it.
const SHORTEST: usize = 12;

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum BackupKeyError {
    /// The file was made with another passphrase.
    #[error("wrong passphrase: it does not fit this backup")]
    WrongPassphrase,
    /// It would be guessed.
    #[error("the passphrase of a backup has at least {SHORTEST} characters")]
    TooShort,
    /// What the file says of its key cannot be.
    #[error("the backup's header asks for a key that no version of this program makes")]
    OtherKind,
    /// It cannot be derived.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The cipher refused.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

/// The key; wiped when dropped, never shown.
pub struct BackupKey(Key);

impl BackupKey {
    /// A new one, and how it comes of the passphrase. Costs 64 MiB and a good part of a second.
    ///
    /// # Errors
    /// When the passphrase is too short.
    pub fn new(passphrase: &SecretString) -> Result<(Self, PassphraseSeal), BackupKeyError> {
        Self::at(passphrase, COST)
    }

    fn at(passphrase: &SecretString, cost: Cost) -> Result<(Self, PassphraseSeal), BackupKeyError> {
        if passphrase.expose_secret().chars().count() < SHORTEST {
            return Err(BackupKeyError::TooShort);
        }
        let mut salt = [0; 16];
        getrandom::fill(&mut salt).map_err(KeyError::from)?;
        let key = Self(stretch(passphrase, &salt, cost)?);
        let seal = PassphraseSeal {
            kdf: KDF.to_owned(),
            memory: cost.memory,
            passes: cost.passes,
            lanes: cost.lanes,
            salt: hex::encode(salt),
            check: key.tag(CHECK)?,
        };
        Ok((key, seal))
    }

    /// The key of a backup.
    ///
    /// # Errors
    /// When it is another passphrase's.
    pub fn open(passphrase: &SecretString, seal: &PassphraseSeal) -> Result<Self, BackupKeyError> {
        let cost = Cost {
            memory: seal.memory,
            passes: seal.passes,
            lanes: seal.lanes,
        };
        let mut salt = [0; 16];
        let is_salt = hex::decode_to_slice(&seal.salt, &mut salt).is_ok();
        if seal.kdf != KDF || !cost.is_bearable() || !is_salt {
            return Err(BackupKeyError::OtherKind);
        }
        let key = Self(stretch(passphrase, &salt, cost)?);
        match key.has_made(&seal.check, CHECK) {
            true => Ok(key),
            false => Err(BackupKeyError::WrongPassphrase),
        }
    }

    /// A tag that only this key makes over the digest of a backup.
    ///
    /// # Errors
    /// When the system gives no random bytes.
    pub fn sign(&self, digest: &str) -> Result<String, VaultError> {
        self.tag(format!("{WHOLE}{digest}").as_bytes())
    }

    /// Whether this key made that tag over this digest.
    #[must_use]
    pub fn has_signed(&self, tag: &str, digest: &str) -> bool {
        self.has_made(tag, format!("{WHOLE}{digest}").as_bytes())
    }

    /// Whether it opens the key of a secret.
    #[must_use]
    pub fn opens(&self, secret: &BackupSecret) -> bool {
        self.unwrap(secret).is_ok()
    }

    /// The key of a secret, under this one.
    pub(super) fn wrap(&self, of: SecretOwner, key: &Key) -> Result<BackupSecret, VaultError> {
        let id = slot_id(&of.slot)?;
        let binding = cipher::binding(&id, &of.owner, of.purpose);
        let wrapped = cipher::wrap(self.0.expose_secret(), key, &binding)?;
        let key = STANDARD.encode(wrapped);
        Ok(BackupSecret { of, key })
    }

    /// The key of a secret, under the master key of a folder.
    pub(super) fn rewrap(
        &self,
        secret: &BackupSecret,
        master: &[u8; 32],
    ) -> Result<(u32, SlotId, Wrapped), VaultError> {
        let (id, key) = self.unwrap(secret)?;
        let of = &secret.of;
        let binding = cipher::binding(&id, &of.owner, of.purpose);
        Ok((of.slot.slot, id, cipher::wrap(master, &key, &binding)?))
    }

    fn unwrap(&self, secret: &BackupSecret) -> Result<(SlotId, Key), VaultError> {
        let of = &secret.of;
        let id = slot_id(&of.slot)?;
        let malformed = || VaultError::Malformed("wrapped key");
        let wrapped = STANDARD.decode(&secret.key).map_err(|_| malformed())?;
        let wrapped = Wrapped::try_from(wrapped).map_err(|_| malformed())?;
        let binding = cipher::binding(&id, &of.owner, of.purpose);
        let key = cipher::unwrap(self.0.expose_secret(), &wrapped, &binding);
        let key = key.ok_or_else(|| VaultError::Forged {
            owner: of.owner.clone(),
        })?;
        Ok((id, key))
    }

    fn tag(&self, over: &[u8]) -> Result<String, VaultError> {
        let mut nonce = [0; 24];
        getrandom::fill(&mut nonce)?;
        let tag = cipher::prove(self.0.expose_secret(), &nonce, over)?;
        Ok(STANDARD.encode([nonce.as_slice(), &tag].concat()))
    }

    fn has_made(&self, tag: &str, over: &[u8]) -> bool {
        let tag = STANDARD.decode(tag).unwrap_or_default();
        let parts = tag.split_at_checked(24);
        parts.is_some_and(|(nonce, tag)| {
            tag.len() == 16 && cipher::proves(self.0.expose_secret(), nonce, over, tag)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::sealed::{SealPurpose, SlotRef};
    use crate::vault::key_file::random;

    /// The least Argon2 takes, so that the tests are not about the waiting.
    const CHEAP: Cost = Cost {
        memory: 8,
        passes: 1,
        lanes: 1,
    };

    fn made() -> (BackupKey, PassphraseSeal) {
        BackupKey::at(&SecretString::from("correct horse"), CHEAP).unwrap()
    }

    fn owner() -> SecretOwner {
        SecretOwner {
            slot: SlotRef {
                slot: 3,
                slot_id: "07".repeat(16),
            },
            owner: "cre_a".to_owned(),
            purpose: SealPurpose::Use,
        }
    }

    #[test]
    fn the_passphrase_opens_it_and_no_other() {
        let (key, seal) = made();
        let again = BackupKey::open(&SecretString::from("correct horse"), &seal).unwrap();
        assert_eq!(key.0.expose_secret(), again.0.expose_secret());
        for wrong in ["correct house", ""] {
            let wrong = BackupKey::open(&SecretString::from(wrong), &seal);
            assert!(matches!(wrong, Err(BackupKeyError::WrongPassphrase)));
        }
        for short in [
            "",
            "eleven char",
            "\u{fc}\u{fc}\u{fc}\u{fc}\u{fc}\u{fc}\u{fc}\u{fc}",
        ] {
            let refused = BackupKey::new(&SecretString::from(short));
            assert!(matches!(refused, Err(BackupKeyError::TooShort)));
        }
    }

    #[test]
    fn what_no_version_asks_for_is_not_derived() {
        let (_, seal) = made();
        let passphrase = SecretString::from("correct horse");
        for change in [
            |it: &mut PassphraseSeal| it.memory = u32::MAX,
            |it: &mut PassphraseSeal| it.passes = u32::MAX,
            |it: &mut PassphraseSeal| it.kdf = "scrypt".to_owned(),
            |it: &mut PassphraseSeal| it.salt.truncate(3),
        ] {
            let mut other = seal.clone();
            change(&mut other);
            let refused = BackupKey::open(&passphrase, &other);
            assert!(matches!(refused, Err(BackupKeyError::OtherKind)));
        }
    }

    #[test]
    fn a_key_is_bound_to_its_slot_its_owner_and_its_purpose() {
        let (key, _) = made();
        let secret = key.wrap(owner(), &random().unwrap()).unwrap();
        assert!(key.opens(&secret) && !made().0.opens(&secret));
        for change in [
            |it: &mut BackupSecret| it.of.owner = "cre_b".to_owned(),
            |it: &mut BackupSecret| it.of.purpose = SealPurpose::App,
            |it: &mut BackupSecret| it.of.slot.slot_id = "08".repeat(16),
            |it: &mut BackupSecret| it.key.truncate(40),
        ] {
            let mut other = secret.clone();
            change(&mut other);
            assert!(!key.opens(&other), "{other:?}");
        }
    }

    #[test]
    fn a_tag_is_over_one_digest() {
        let (key, _) = made();
        let tag = key.sign("ab").unwrap();
        assert!(key.has_signed(&tag, "ab"));
        assert!(!key.has_signed(&tag, "ac") && !made().0.has_signed(&tag, "ab"));
        assert!(!key.has_signed("", "ab") && !key.has_signed(&tag[4..], "ab"));
    }
}
