//! Which calls a disconnect makes, decided before the first one (D3).

use std::collections::BTreeSet;

use super::log::{Intent, RunToken};
use crate::domain::credential::{IssuedFor, TokenKind};
use crate::domain::id::CredentialId;
use crate::domain::provider::{self, Blast, Call, CallKind};

/// How far the calls of a disconnect may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallReach {
    /// Whether the app is uninstalled at the vendor too.
    pub uninstall: bool,
    /// Whether calls that end more than the one token are made.
    pub wide: bool,
}

impl CallReach {
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
pub fn intents(calls: &[Call], tokens: &[RunToken], reach: CallReach) -> Vec<Intent> {
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

/// The calls that are made, and what is left out for the sake of connections that stay.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DecidedCalls {
    /// The calls that are made.
    pub made: Vec<Intent>,
    /// The calls that are not.
    pub left_out: Vec<Intent>,
}

impl DecidedCalls {
    /// Indices into the recipe: what is not made for one token at least.
    #[must_use]
    pub fn skipped(&self) -> BTreeSet<usize> {
        self.left_out.iter().map(|intent| intent.call).collect()
    }

    /// Every token that a call which is left out would end.
    #[must_use]
    pub fn spared(&self) -> Vec<CredentialId> {
        let spared = self.left_out.iter().flat_map(|intent| &intent.kills);
        spared.cloned().collect()
    }

    /// The tokens that no call ends because some are left out.
    #[must_use]
    pub fn left_alone(&self) -> Vec<CredentialId> {
        let is_ended = |id: &CredentialId| self.made.iter().any(|it| it.kills.contains(id));
        let mut alone = self.spared();
        alone.retain(|id| !is_ended(id));
        alone.sort();
        alone.dedup();
        alone
    }

    /// Decides on nothing but these.
    pub fn retain(&mut self, is_meant: impl Fn(&Intent) -> bool) {
        self.made.retain(&is_meant);
        self.left_out.retain(&is_meant);
    }
}

/// Decides on the calls of a recipe. Those that end more than the connection's own tokens are left out where the reach is not
/// wide, and those about a token that others hold where `may_end` says so.
#[must_use]
pub fn decide(
    calls: &[Call],
    tokens: &[RunToken],
    reach: CallReach,
    may_end: impl Fn(&Intent) -> bool,
) -> DecidedCalls {
    let everything = CallReach {
        wide: true,
        ..reach
    };
    let is_allowed = |intent: &Intent| calls.get(intent.call).is_some_and(|it| reach.allows(it));
    let (made, left_out): (Vec<Intent>, Vec<Intent>) = intents(calls, tokens, everything)
        .into_iter()
        .partition(|intent| is_allowed(intent) && may_end(intent));
    DecidedCalls { made, left_out }
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
    let revoked = about.filter(|_| call.kind == CallKind::Revoke);
    let is_ended = |token: &&RunToken| match revoked {
        Some(own) => {
            own.credential == token.credential || own.is_same(token) || dies_along(call, own, token)
        }
        // It is made for the account of the token that it is made with, and for the connection's where it needs none.
        None => {
            is_named(call, token.kind)
                && token.issued_for == about.map_or(IssuedFor::Own, |it| it.issued_for.clone())
        }
    };
    let ended = tokens.iter().filter(is_ended);
    Intent {
        call: at,
        token: about.map(|token| token.credential.clone()),
        kills: ended.map(|token| token.credential.clone()).collect(),
    }
}

/// Whether a token dies with another one that is revoked. A call that ends one token ends what was issued with it, and no
/// other token of its kind; what ends a grant ends nothing that was granted by another account.
fn dies_along(call: &Call, revoked: &RunToken, token: &RunToken) -> bool {
    let is_issued_with_it = revoked.label == token.label && revoked.kind != token.kind;
    let is_of_its_account = revoked.issued_for == token.issued_for;
    is_named(call, token.kind)
        && is_of_its_account
        && (call.blast > Blast::Token || is_issued_with_it)
}

/// Which of these tokens die with one that this call revokes, itself aside.
pub fn ended_along<'t>(
    call: &'t Call,
    revoked: &'t RunToken,
    tokens: &'t [RunToken],
) -> impl Iterator<Item = &'t RunToken> {
    let others = tokens.iter().filter(|it| !it.is_same(revoked));
    others.filter(|it| it.credential != revoked.credential && dies_along(call, revoked, it))
}

fn is_named(call: &Call, kind: TokenKind) -> bool {
    call.kills.iter().any(|named| is_of(kind, *named))
}

#[cfg(test)]
mod tests;
