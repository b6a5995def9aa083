//! The master key, which wraps the key of every secret, and the three places it may come from.

use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretSlice, SecretString};

use super::key_file::{self, Key};
use super::passphrase;
use super::private_file::KeyError;

const TITLE: &str = "tagout master key 1";

/// Where the master key is taken from.
pub enum MasterSource {
    /// A 0600 file, made at the first start.
    File(PathBuf),
    /// A passphrase; the salt lies in a file beside the configuration.
    Passphrase {
        /// As typed or read, without the line end.
        passphrase: SecretString,
        /// Where salt, parameters and check value are kept.
        salt_file: PathBuf,
    },
    /// What a configured command printed.
    CommandOutput(SecretSlice<u8>),
}

impl MasterSource {
    /// The key itself. A passphrase costs 64 MiB and a good part of a second.
    pub fn key(&self) -> Result<MasterKey, KeyError> {
        match self {
            Self::File(path) => MasterKey::load_or_create(path),
            Self::Passphrase {
                passphrase,
                salt_file,
            } => MasterKey::from_passphrase(passphrase, salt_file),
            Self::CommandOutput(printed) => MasterKey::from_command(printed.expose_secret()),
        }
    }
}

/// The master key; wiped when dropped, never shown.
pub struct MasterKey(Key);

impl MasterKey {
    /// The key in `path`; None when there is no such file.
    pub fn load(path: &Path) -> Result<Option<Self>, KeyError> {
        Ok(key_file::load(path, TITLE)?.map(Self))
    }

    /// The key in `path`, made with 32 random bytes when there is no such file.
    pub fn load_or_create(path: &Path) -> Result<Self, KeyError> {
        key_file::load_or_create(path, TITLE).map(Self)
    }

    /// The key derived from a passphrase; `salt_file` is made at first use.
    pub fn from_passphrase(passphrase: &SecretString, salt_file: &Path) -> Result<Self, KeyError> {
        passphrase::derive(passphrase, salt_file).map(Self)
    }

    /// The key a command printed: 64 hex digits, or the base64 of 32 bytes.
    ///
    /// 32 raw bytes are not taken: nothing would tell them from a password of 32 letters.
    pub fn from_command(printed: &[u8]) -> Result<Self, KeyError> {
        let text = printed.trim_ascii();
        let mut decoded = false;
        let key = Key::init_with_mut(|key| {
            decoded = match text.len() {
                64 => hex::decode_to_slice(text, key).is_ok(),
                44 => decode_base64(text, key),
                _ => false,
            };
        });
        if decoded {
            Ok(Self(key))
        } else {
            Err(KeyError::NotAKey(printed.len()))
        }
    }

    pub(super) fn bytes(&self) -> &[u8; 32] {
        self.0.expose_secret()
    }
}

/// Through a wiped buffer, because the decoder wants room for the padding's bytes too.
fn decode_base64(text: &[u8], key: &mut [u8; 32]) -> bool {
    let mut bytes = zeroize::Zeroizing::new([0; 33]);
    match STANDARD.decode_slice(text, bytes.as_mut_slice()) {
        Ok(32) => bytes.first_chunk().is_some_and(|decoded| {
            *key = *decoded;
            true
        }),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_may_print_hex_or_base64_and_nothing_else() {
        let bytes: Vec<u8> = (100..132).collect();
        let hex = hex::encode(&bytes) + "\n";
        let base64 = STANDARD.encode(&bytes) + "\r\n";
        assert_eq!(
            MasterKey::from_command(hex.as_bytes())
                .unwrap()
                .bytes()
                .as_slice(),
            bytes
        );
        assert_eq!(
            MasterKey::from_command(base64.as_bytes())
                .unwrap()
                .bytes()
                .as_slice(),
            bytes
        );
        for wrong in [
            "",
            "secret",
            "a password that has 32 letters..",
            &hex[1..],
            &"zz".repeat(32),
            &"=".repeat(44),
        ] {
            assert!(
                matches!(
                    MasterKey::from_command(wrong.as_bytes()),
                    Err(KeyError::NotAKey(_))
                ),
                "{wrong}"
            );
        }
    }
}
