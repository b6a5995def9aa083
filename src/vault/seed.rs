//! The Ed25519 seed that signs the audit log's checkpoints, in a file under the same rules as the master key.

use std::path::Path;

use secrecy::ExposeSecret;

use super::key_file::{self, Key};
use super::private_file::KeyError;

const TITLE: &str = "tagout audit key 1";

/// The seed; wiped when dropped, never shown.
pub struct AuditSeed(Key);

impl AuditSeed {
    /// The seed in `path`, made with 32 random bytes when there is no such file.
    pub fn load_or_create(path: &Path) -> Result<Self, KeyError> {
        key_file::load_or_create(path, TITLE).map(Self)
    }

    /// The seed in `path`; none when there is no such file.
    pub fn load(path: &Path) -> Result<Option<Self>, KeyError> {
        Ok(key_file::load(path, TITLE)?.map(Self))
    }

    /// What the signer is made from (RFC 8032, section 5.1.5).
    #[must_use]
    pub fn bytes(&self) -> &[u8; 32] {
        self.0.expose_secret()
    }
}
