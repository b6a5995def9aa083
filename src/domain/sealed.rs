//! A sealed secret as a row holds it. Without its key slot it is noise.

use serde::{Deserialize, Serialize};

/// What a sealed secret may be opened for. It is part of what the slot authenticates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SealPurpose {
    /// A connection's token or key, opened for use.
    Use,
    /// A superseded token, opened for the revocation worker alone.
    Superseded,
    /// A token held for retrying its revocation, opened for the revocation worker alone.
    Hold,
    /// Our own registration at a provider; outlives every disconnect.
    App,
    /// What the messages to an outbound subscription are signed with.
    Subscription,
}

/// Which 512-byte slot holds the wrapped key, and the id its header must carry.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SlotRef {
    /// Index into the slot file.
    pub slot: u32,
    /// 16 random bytes in hex: tells this use of the slot from any other.
    pub slot_id: String,
}

/// The key of a sealed secret, and whose it is: what a backup with secrets holds of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecretOwner {
    /// Where the wrapped key is.
    #[serde(flatten)]
    pub slot: SlotRef,
    /// The id that its seal is bound to.
    pub owner: String,
    /// What it may be opened for.
    pub purpose: SealPurpose,
}

/// The key of a sealed secret, wrapped by a key that comes of a backup's passphrase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupSecret {
    /// Which secret.
    #[serde(flatten)]
    pub of: SecretOwner,
    /// Base64 of nonce (24 bytes), encrypted key (32) and tag (16).
    pub key: String,
}

/// How the key of a backup comes of its passphrase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassphraseSeal {
    /// `argon2id`, version 0x13 (RFC 9106).
    pub kdf: String,
    /// Memory in KiB.
    pub memory: u32,
    pub passes: u32,
    pub lanes: u32,
    /// 16 random bytes, hex.
    pub salt: String,
    /// Tells a wrong passphrase: a tag over a constant, base64.
    pub check: String,
}

/// Ciphertext under a key of its own, and where that key lies wrapped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealed {
    /// Where the wrapped key is.
    pub key: SlotRef,
    /// What it may be opened for.
    pub purpose: SealPurpose,
    /// Base64; empty once destroyed.
    pub nonce: String,
    /// Base64; empty once destroyed.
    pub ciphertext: String,
}

impl Sealed {
    /// What the row keeps of a destroyed secret: which slot held its key, and nothing to decrypt.
    #[must_use]
    pub fn emptied(self) -> Self {
        Self {
            nonce: String::new(),
            ciphertext: String::new(),
            ..self
        }
    }

    /// Whether there is nothing left to decrypt.
    #[must_use]
    pub fn is_emptied(&self) -> bool {
        self.ciphertext.is_empty()
    }
}
