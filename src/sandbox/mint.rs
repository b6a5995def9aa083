//! Unguessable values: tokens, codes, request ids.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use sha2::{Digest, Sha256};

/// A stream of secrets, hashed from one random key and a counter.
///
/// The counter is shared by every clone: a token that was only pretended (the `lie_200` fault works on a copy of the
/// vendor's state) must never be issued for real afterwards.
#[derive(Clone)]
pub(super) struct Mint(Arc<Stream>);

struct Stream {
    key: [u8; 32],
    next: AtomicU64,
}

impl Mint {
    /// Draws the key from the operating system.
    pub(super) fn new() -> Result<Self, getrandom::Error> {
        let mut key = [0; 32];
        getrandom::fill(&mut key)?;
        Ok(Self(Arc::new(Stream {
            key,
            next: AtomicU64::new(0),
        })))
    }

    /// 128 unguessable bits as 32 hex digits.
    pub(super) fn hex(&self) -> String {
        let turn = self.0.next.fetch_add(1, Ordering::Relaxed);
        let digest = Sha256::new()
            .chain_update(self.0.key)
            .chain_update(turn.to_be_bytes())
            .finalize();
        let mut hex = hex::encode(digest);
        hex.truncate(32);
        hex
    }
}

/// Copies of a vendor's state are compared to see whether a call changed anything; where values come from is no change.
impl PartialEq for Mint {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}
