//! The turns of tokens on trial at every host.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use url::Url;

use crate::domain::id::CredentialId;
use crate::domain::trial::{Needed, Turns};
use crate::server::mint;

/// The turns of every host. They are not written down: after a start each token takes a new one.
#[derive(Default)]
pub struct TurnsByHost {
    of: Mutex<HashMap<String, Turns>>,
}

impl TurnsByHost {
    /// When it is this token's turn at a host that has refused us so often of late; see [`Turns::of`].
    pub(super) fn take(
        &self,
        host: &Url,
        credential: &CredentialId,
        needed: Needed,
        refused: u32,
    ) -> Timestamp {
        let now = mint::now();
        let mut of = self.of.lock().unwrap_or_else(PoisonError::into_inner);
        of.retain(|_, turns| !turns.is_empty(now));
        let turns = of.entry(host.authority().to_owned()).or_default();
        turns.of(credential, needed, refused, now)
    }

    pub(super) fn taken_by(&self, credential: &CredentialId) -> Option<Timestamp> {
        let of = self.of.lock().unwrap_or_else(PoisonError::into_inner);
        of.values().find_map(|turns| turns.taken_by(credential))
    }

    pub(super) fn settled(&self, credential: &CredentialId, refusals: u32) {
        let now = mint::now();
        let mut of = self.of.lock().unwrap_or_else(PoisonError::into_inner);
        for turns in of.values_mut() {
            turns.settled(credential, refusals, now);
        }
    }
}
