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
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SlotRef {
    /// Index into the slot file.
    pub slot: u32,
    /// 16 random bytes in hex: tells this use of the slot from any other.
    pub slot_id: String,
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
