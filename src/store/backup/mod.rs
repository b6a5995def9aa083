//! Backups: the store as of one commit, in one portable file.
//!
//! ```text
//! tagout backup 1\n                                        the title; the number is the version of what follows
//! kind (1) ‖ length (4) ‖ payload ‖ check (4)              a frame; numbers are little-endian
//! ```
//! `check` is the beginning of the SHA-256 of everything in the frame before it. The frames, in their order:
//!
//! - one `H`: JSON, who wrote it and when ([`BackupHeader`]);
//! - `R`: rows, each `key length (2) ‖ value length (4) ‖ key ‖ value`, in the order of their keys. They were read while work
//!   went on, so some are older than others;
//! - `C`: in the same form what was touched meanwhile, as it is later; a value length of 2^32 - 1 means that there is no such
//!   row. What comes later counts. With these laid over the rows, the whole is the store as of one commit;
//! - with secrets (version 2) alone: `S`, JSON, lists of [`BackupSecret`]; and one `W`, base64, the tag of the passphrase's key
//!   over the SHA-256 of everything before this frame;
//! - one `E`: JSON, which commit that is, and the SHA-256 of everything before this frame ([`BackupTotals`]).
//!
//! Keys and values are those of the database, large values in pieces. `~meta/state` holds a sum over all rows, which whoever
//! reads a backup adds up again. Secrets are in no row: a row holds what is sealed under a key that lies in the slot file
//! alone, and the slot file is not part of a backup.
//!
//! One with secrets holds these keys, each wrapped (XChaCha20-Poly1305, as `vault/cipher.rs` has it) by a key that Argon2id makes
//! of a passphrase, with the parameters in the header (`secrets`, [`PassphraseSeal`]): of the secrets that were kept at that commit
//! and still were when their key was read. What was destroyed before is not among them. Its `W` is there because whoever changes
//! a row could have tokens sent elsewhere: nothing of the file is used with its secrets unless the tag fits.

mod frame;
mod make;
mod restore;
mod secrets;
mod verify;

use std::path::PathBuf;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::StoreError;
#[cfg(doc)]
use crate::domain::sealed::BackupSecret;
use crate::domain::sealed::PassphraseSeal;

pub use make::{Backup, BackupPart};
pub use restore::NotFilled;
pub use secrets::{BackupSecrets, SecretSealer, secrets_of};
pub use verify::{Verified, verify};

/// Who wrote a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupHeader {
    /// The version of the program.
    pub program: String,
    /// The workspace.
    pub workspace: String,
    /// When it was begun.
    pub created_at: Timestamp,
    /// How the keys of its secrets are sealed; none where it holds none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secrets: Option<PassphraseSeal>,
}

/// What a backup holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupTotals {
    /// The commit that it is as of.
    pub commit: u64,
    /// Entries of the audit log.
    pub size: u64,
    /// The root over these, hex.
    pub root: String,
    /// Frames before this one.
    pub frames: u64,
    /// The SHA-256 of everything before this frame, hex.
    pub sha256: String,
    /// How many secrets are in it; none where it is one without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secrets: Option<u64>,
}

/// Why a backup cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// It begins as something else.
    #[error("{} is no backup: it does not begin as one", path.display())]
    NoBackup { path: PathBuf },
    /// Another program wrote it.
    #[error("{} is a backup of version {found:?}, and this program reads versions 1 and 2; use the newer program", path.display())]
    OtherVersion {
        path: PathBuf,
        /// What stands there.
        found: String,
    },
    /// It ends too early.
    #[error("{} is cut short: it ends in or after frame {frames}; take another copy of it", path.display())]
    Cut {
        path: PathBuf,
        /// Whole frames in it.
        frames: u64,
    },
    /// Something in it was changed.
    #[error("{} is damaged in frame {frame} ({why}); take another copy of it", path.display())]
    Damaged {
        path: PathBuf,
        /// Which frame, from 0.
        frame: u64,
        /// What does not fit.
        why: &'static str,
    },
    /// The rows are not those of the commit.
    #[error("the rows of {} do not add up to commit {commit}; it cannot be used", path.display())]
    OtherRows {
        path: PathBuf,
        /// What it says it is.
        commit: u64,
    },
    /// It is not the file any more that was looked at.
    #[error("{} is another file than a moment ago; leave it as it is, and begin anew", path.display())]
    Replaced { path: PathBuf },
    /// The file cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Io {
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

fn json(source: serde_json::Error) -> StoreError {
    StoreError::Row {
        key: "of a backup".to_owned(),
        source,
    }
}
