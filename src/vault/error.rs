//! What can go wrong with a sealed secret.

use std::io;
use std::path::{Path, PathBuf};

use crate::domain::sealed::{SealPurpose, SlotRef};

/// Why the vault did not seal, open or destroy.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The operating system refused.
    #[error("cannot {action} the slot file {}: {source}", path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// On which file.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
    /// No slot is free and the file cannot grow. Destroying still works.
    #[error(
        "no key slot is free and there is no space to add more to {}: \
         free some disk space, or disconnect something first (that needs none)",
        path.display()
    )]
    Full {
        /// The slot file.
        path: PathBuf,
    },
    /// Another process has the slot file open.
    #[error("{} is in use by another process", path.display())]
    Busy {
        /// The slot file.
        path: PathBuf,
    },
    /// Other users could read or write the slot file.
    #[error("{} has mode {mode:04o}, wider than 0600: run `chmod 600` on it", path.display())]
    Exposed {
        /// The slot file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The file is not a slot file, or its first 512 bytes are damaged.
    #[error("{} is not a slot file of this version, or its header is damaged", path.display())]
    NotSlots { path: PathBuf },
    /// The master key is not the one the slot file was made with.
    #[error(
        "the master key does not fit {}: it was made with another one \
         (restore that key file, passphrase or command)",
        path.display()
    )]
    WrongMaster {
        /// The slot file.
        path: PathBuf,
    },
    /// The row was emptied: its secret has been destroyed.
    #[error("the secret has been destroyed")]
    Destroyed,
    /// The slot no longer carries the key: destroyed, or the data was restored without its slots.
    #[error("slot {} does not hold the key {}: the secret cannot be recovered", .0.slot, .0.slot_id)]
    NoKey(SlotRef),
    /// The secret is sealed for something else.
    #[error("a secret sealed for {0:?} may not be opened this way")]
    Forbidden(SealPurpose),
    /// Key or ciphertext do not belong to this owner, purpose and slot, or were altered.
    #[error("the sealed secret does not belong to {owner}, or was altered")]
    Forged {
        /// Who was said to own it.
        owner: String,
    },
    /// The row's nonce, ciphertext or slot id cannot be decoded.
    #[error("the sealed secret is not readable: its {0} is malformed")]
    Malformed(&'static str),
    /// A slot was to be freed while it still holds its key.
    #[error("slot {} still holds a key: destroy it before releasing it", .0.slot)]
    StillKeyed(SlotRef),
    /// The secret is longer than the vault takes.
    #[error("a secret of {0} bytes is longer than the 65536 the vault takes")]
    TooLong(usize),
    /// The operating system gave no random bytes.
    #[error("the operating system gave no random bytes: {0}")]
    Random(getrandom::Error),
}

impl VaultError {
    pub(super) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io {
            action,
            path: path.to_owned(),
            source,
        }
    }
}

impl From<getrandom::Error> for VaultError {
    fn from(error: getrandom::Error) -> Self {
        Self::Random(error)
    }
}
