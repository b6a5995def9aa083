//! The keys of secrets in a backup. How they are wrapped is not known here.

use std::path::Path;

use super::frame::{FrameKind, encode};
use super::verify::{Content, walk};
use super::{BackupError, Verified};
use crate::domain::sealed::{BackupSecret, SecretOwner};
use crate::store::StoreError;

/// So many in one frame.
const TOGETHER: usize = 500;

/// Whoever can read the keys of secrets, and wraps them for a backup.
pub trait SecretSealer: Send {
    /// The key of a secret, wrapped; none when it has been destroyed meanwhile.
    ///
    /// # Errors
    /// When it cannot be read.
    fn seal(&self, of: SecretOwner) -> Result<Option<BackupSecret>, StoreError>;

    /// What holds the file together: a tag over its digest so far.
    ///
    /// # Errors
    /// When it cannot be made.
    fn sign(&self, digest: &str) -> Result<String, StoreError>;
}

/// What a backup holds of secrets.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BackupSecrets {
    pub secrets: Vec<BackupSecret>,
    /// The tag over the file.
    pub tag: String,
    /// What it is over: the SHA-256 of everything before it, hex.
    pub digest: String,
}

/// Secrets in frames, and how many they are.
pub(super) fn frames(
    of: Vec<SecretOwner>,
    by: &dyn SecretSealer,
) -> Result<(Vec<Vec<u8>>, u64), StoreError> {
    let mut sealed = Vec::new();
    for one in of {
        sealed.extend(by.seal(one)?);
    }
    let mut frames = Vec::new();
    for some in sealed.chunks(TOGETHER) {
        let payload = serde_json::to_vec(some).map_err(super::json)?;
        frames.push(encode(FrameKind::Secrets, &payload));
    }
    Ok((frames, sealed.len() as u64))
}

/// The secrets of a backup that was verified, each still sealed.
///
/// # Errors
/// When the file is not what it was.
pub fn secrets_of(path: &Path, verified: &Verified) -> Result<BackupSecrets, BackupError> {
    let mut found = BackupSecrets::default();
    let (header, end, _) = walk::<BackupError>(path, |content| {
        match content {
            Content::Secrets(secrets) => found.secrets.extend(secrets),
            Content::Whole { tag, digest } => (found.tag, found.digest) = (tag, digest),
            Content::Rows(_) | Content::Changes(_) => {}
        }
        Ok(())
    })?;
    match (header, end) == (verified.header.clone(), verified.end.clone()) {
        true => Ok(found),
        false => Err(BackupError::Replaced { path: path.into() }),
    }
}
