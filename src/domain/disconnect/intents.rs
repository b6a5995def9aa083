//! Which calls a disconnect makes, decided before the first one (D3).

use super::log::{Intent, RunToken};
use crate::domain::credential::TokenKind;
use crate::domain::provider::{self, Blast, Call, CallKind};

/// How far the calls of a disconnect may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reach {
    /// Whether the app is uninstalled at the vendor too.
    pub uninstall: bool,
    /// Whether calls that end more than the one token are made.
    pub wide: bool,
}

impl Reach {
    /// Whether a disconnect makes this call at all, siblings aside.
    #[must_use]
    pub fn wants(self, call: &Call) -> bool {
        !call.optional || (self.uninstall && call.kind == CallKind::Uninstall)
    }

    /// Whether it makes this call.
    #[must_use]
    pub fn allows(self, call: &Call) -> bool {
        self.wants(call) && (self.wide || call.blast == Blast::Token)
    }
}

/// The calls of a recipe, in its order: one for each token that a revoking call is about, one for the account. Of a token
/// that was issued more than once there is one call.
#[must_use]
pub fn intents(calls: &[Call], tokens: &[RunToken], reach: Reach) -> Vec<Intent> {
    let mut intents = Vec::new();
    for (at, call) in calls.iter().enumerate() {
        if !reach.allows(call) {
            continue;
        }
        let own: Vec<&RunToken> = tokens
            .iter()
            .filter(|token| is_of(token.kind, call.needs()))
            .collect();
        match call.needs() {
            provider::TokenKind::Account => intents.push(intent(at, call, None, tokens)),
            _ if call.kind == CallKind::Revoke => {
                let distinct = own.iter().enumerate().filter(|(place, token)| {
                    !own.iter()
                        .take(*place)
                        .any(|earlier| earlier.is_same(token))
                });
                intents.extend(distinct.map(|(_, token)| intent(at, call, Some(token), tokens)));
            }
            // Uninstalling and unsubscribing need one token to show who asks, and any live one will do.
            _ => intents.extend(newest(&own).map(|token| intent(at, call, Some(token), tokens))),
        }
    }
    intents
}

/// Whether a token of ours is what a provider file calls by this name.
#[must_use]
pub fn is_of(kind: TokenKind, named: provider::TokenKind) -> bool {
    matches!(
        (kind, named),
        (TokenKind::Access, provider::TokenKind::Access)
            | (TokenKind::Refresh, provider::TokenKind::Refresh)
            | (TokenKind::ApiKey, provider::TokenKind::ApiKey)
            | (TokenKind::Installation, provider::TokenKind::Installation)
    )
}

fn newest<'a>(own: &[&'a RunToken]) -> Option<&'a RunToken> {
    own.iter()
        .rev()
        .find(|token| !token.superseded)
        .or(own.last())
        .copied()
}

fn intent(at: usize, call: &Call, about: Option<&RunToken>, tokens: &[RunToken]) -> Intent {
    let along = |token: &&RunToken| call.kills.iter().any(|named| is_of(token.kind, *named));
    let revoked = about.filter(|_| call.kind == CallKind::Revoke);
    let itself = |token: &&RunToken| {
        revoked.is_some_and(|it| it.credential == token.credential || it.is_same(token))
    };
    let mut ended: Vec<&RunToken> = tokens.iter().filter(along).collect();
    ended.extend(tokens.iter().filter(|token| itself(token) && !along(token)));
    let kills = ended.iter().map(|token| token.credential.clone()).collect();
    Intent {
        call: at,
        token: about.map(|token| token.credential.clone()),
        kills,
    }
}
