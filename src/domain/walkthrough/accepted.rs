//! What somebody accepts who plans a walkthrough for later, and what of it still stands when its time has come.
//!
//! Accepted is what a disconnect does and to whom: the connection in its generation, who else shares its grant and would die,
//! the refresh tokens and keys that end, how far the calls reach, and what is in use that depends on it. Not among it is what
//! grows and shrinks by itself: counts, and access tokens, which are renewed every hour. Nor is which refresh token it is: where
//! a vendor rotates them, our own refresh brings the next one of the same grant, and what is accepted is that this grant ends.
//! A grant that somebody authorized anew has another generation.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::WalkTarget;
use crate::domain::credential::{Credential, TokenKind};
use crate::domain::disconnect::intents::CallReach;
use crate::domain::id::ConnectionId;
use crate::domain::provider::Call;

/// So many hex digits of SHA-256 tell apart what was accepted: 128 bits.
const DIGITS: usize = 32;

/// How a connection stands, as far as it bears on what is accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    pub connection: ConnectionId,
    /// Of which generation.
    pub generation: u32,
    /// The other connections of its grant, in their generations.
    pub shares: BTreeSet<(ConnectionId, u32)>,
    /// The refresh tokens and keys, as [`secrets`](Self::secrets) names them.
    pub secrets: BTreeSet<String>,
    /// How far the calls reach, as [`reach`](Self::reach) names them.
    pub reaches: BTreeSet<String>,
    /// What is in use that depends on it.
    pub dependents: BTreeSet<String>,
}

/// What was accepted of a connection: a digest of each part, so that it can be said which one has changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accepted {
    /// The connection, in its generation.
    pub connection: String,
    /// The others that share its grant, and are not taken along.
    pub shares: String,
    /// Its refresh tokens and keys.
    pub secrets: String,
    /// The calls that end more than one token, uninstalls among them.
    pub reaches: String,
    /// What is in use that depends on it.
    pub dependents: String,
}

impl Standing {
    /// Names for the refresh tokens and keys of a connection. A refresh token is known by its set, a key and an installation by
    /// itself. One that a newer one replaced, and one whose answer was lost, are traces of our own refreshes.
    #[must_use]
    pub fn secrets(all: &[Credential]) -> BTreeSet<String> {
        let named = all
            .iter()
            .filter(|it| it.may_live())
            .filter_map(|it| match it.kind {
                TokenKind::Access | TokenKind::Unknown => None,
                TokenKind::Refresh => Some(format!("refresh {} {}", it.generation, it.label)),
                TokenKind::ApiKey | TokenKind::Installation => {
                    Some(format!("{} {}", it.kind.word(), it.id))
                }
            });
        named.collect()
    }

    /// Names for the calls of a provider file that end more than the one token, of those that are made at all.
    #[must_use]
    pub fn reach(calls: &[Call], uninstall: bool) -> BTreeSet<String> {
        let reach = CallReach {
            uninstall,
            wide: false,
        };
        let wider = calls
            .iter()
            .filter(|call| reach.wants(call) && !reach.allows(call));
        wider
            .map(|call| serde_json::json!([call.kind, call.blast, call.kills]).to_string())
            .collect()
    }

    /// What is accepted of it, together with these.
    #[must_use]
    pub fn accepted(&self, together: &BTreeSet<ConnectionId>) -> Accepted {
        let others = self.shares.iter().filter(|(id, _)| !together.contains(id));
        Accepted {
            connection: digest([format!("{} {}", self.connection, self.generation)]),
            shares: digest(others.map(|(id, generation)| format!("{id} {generation}"))),
            secrets: digest(&self.secrets),
            reaches: digest(&self.reaches),
            dependents: digest(&self.dependents),
        }
    }
}

impl Accepted {
    /// Why this is not what stands now; none when it is.
    #[must_use]
    pub fn changed(&self, now: &Self) -> Option<&'static str> {
        let parts = [
            (
                self.connection == now.connection,
                "it was connected anew since this was planned",
            ),
            (
                self.shares == now.shares,
                "who else shares its grant has changed since this was planned",
            ),
            (
                self.secrets == now.secrets,
                "its refresh tokens or keys have changed since this was planned",
            ),
            (
                self.reaches == now.reaches,
                "what its calls would end has changed since this was planned",
            ),
            (
                self.dependents == now.dependents,
                "what depends on it has changed since this was planned",
            ),
        ];
        let changed = parts
            .into_iter()
            .find(|(is_as_accepted, _)| !is_as_accepted);
        changed.map(|(_, why)| why)
    }
}

/// A target, and how its connection stands when the time has come: or why there is nothing to take out of service.
#[derive(Debug)]
pub struct Looked<'a> {
    /// The target.
    pub target: &'a WalkTarget,
    /// How it stands.
    pub now: Result<Standing, String>,
    /// Whether others of its walkthrough have begun.
    pub has_begun: bool,
}

/// Which of these are left, by their places, and why. One that is left may share its grant with another one: whoever accepted
/// that both end has not accepted that one of them ends the other, which is left then as well.
#[must_use]
pub fn left(looked: &[Looked<'_>]) -> BTreeMap<usize, String> {
    let mut left = BTreeMap::new();
    let mut together: BTreeSet<ConnectionId> = looked
        .iter()
        .map(|it| it.target.connection.clone())
        .collect();
    loop {
        let before = left.len();
        for it in looked {
            if left.contains_key(&it.target.index) {
                continue;
            }
            if let Some(why) = why_left(it, &together) {
                left.insert(it.target.index, why);
            }
        }
        if left.len() == before {
            return left;
        }
        let is_left = |it: &&Looked<'_>| left.contains_key(&it.target.index);
        for gone in looked.iter().filter(is_left) {
            together.remove(&gone.target.connection);
        }
    }
}

fn why_left(it: &Looked<'_>, together: &BTreeSet<ConnectionId>) -> Option<String> {
    match (&it.now, &it.target.accepted) {
        (Err(why), _) => Some(why.clone()),
        (Ok(now), Some(accepted)) => {
            let mut now = now.accepted(together);
            // What needs it to be connected may have ended before it.
            if it.has_begun {
                now.dependents.clone_from(&accepted.dependents);
            }
            accepted.changed(&now).map(str::to_owned)
        }
        (Ok(_), None) => Some("what was accepted of it is not known".to_owned()),
    }
}

/// Each by its length first: no two lists look alike.
fn digest(parts: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        let part = part.as_ref();
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    let mut hex = hex::encode(hash.finalize());
    hex.truncate(DIGITS);
    hex
}

#[cfg(test)]
mod tests;
