//! Which calls a disconnect makes, and for whose sake others are left out: the same for its plan, and when a run decides (D3).

use std::collections::{BTreeMap, BTreeSet};

use super::planned::PlanInput;
use super::staying;
use crate::domain::connection::Connection;
use crate::domain::credential::IssuedFor;
use crate::domain::disconnect::intents::{CallReach, DecidedCalls, decide};
use crate::domain::disconnect::log::{Intent, RunToken};
use crate::domain::id::CredentialId;
use crate::domain::provider::{Blast, Call, CallKind, ProviderFile};
use crate::server::grants::Holders;
use crate::server::{Server, grants};
use crate::store::StoreError;

/// What is decided on, by what the store says now.
#[derive(Default)]
pub(super) struct CallDecision {
    /// The calls of the provider file, which intents name by their index.
    pub(super) recipe: Vec<Call>,
    /// Those that are made, and those that are not.
    pub(super) decided: DecidedCalls,
    siblings: Siblings,
    holders: Holders,
}

impl CallDecision {
    /// On the calls about these tokens. While another connection shares the grant of a token, those about it that end more than
    /// one are left out, and while another one holds a token, those that end it, unless wider ones are allowed.
    pub(super) fn on(
        server: &Server,
        c: &Connection,
        file: &ProviderFile,
        tokens: &[RunToken],
        planned: PlanInput<'_>,
    ) -> Result<Self, StoreError> {
        let blast = grants::widest(file, planned.uninstall);
        let mut holders = Holders::of(server, c, blast)?;
        holders.retain(|other| !(planned.together)(other));
        let mut siblings = Siblings::default();
        for issued_for in accounts(tokens) {
            let mut shared = match grants::of_grant(server, c, file, blast, &issued_for)? {
                Some(shared) => shared,
                None => holders.connections(),
            };
            let again = staying::shared_with(server, c, &issued_for)?;
            shared = grants::united(shared, again.into_iter().collect());
            shared.retain(|other| !(planned.together)(other));
            siblings.0.insert(issued_for, shared);
        }
        let kept = staying::issued_once_more(server, c)?;
        let all: Vec<RunToken> = kept.into_iter().chain(tokens.iter().cloned()).collect();
        let sharing = Sharing { siblings, holders };
        let mut on = Self::by(c, file, &all, planned, sharing);
        // A call about what is not listed was never to be made.
        let is_listed = |id: &CredentialId| tokens.iter().any(|it| it.credential == *id);
        let left_out = &mut on.decided.left_out;
        left_out.retain(|it| it.kills.is_empty() || it.kills.iter().any(is_listed));
        Ok(on)
    }

    /// By who shares what.
    pub(super) fn by(
        c: &Connection,
        file: &ProviderFile,
        tokens: &[RunToken],
        planned: PlanInput<'_>,
        sharing: Sharing,
    ) -> Self {
        let Sharing { siblings, holders } = sharing;
        let reach = CallReach {
            uninstall: planned.uninstall,
            wide: planned.wider || !c.is_borrowed,
        };
        let recipe = file.calls();
        let spec = |it: &Intent| recipe.get(it.call);
        let ends_one = |it: &Intent| spec(it).is_some_and(|call| call.kills.len() == 1);
        // What the vendor sends is taken down for all that use the account.
        let is_wide = |it: &Intent| {
            let takes_down = |call: &Call| call.kind == CallKind::Unsubscribe && c.is_given_back;
            spec(it).is_some_and(|call| call.blast > Blast::Token || takes_down(call))
        };
        // RFC 7009 2.1 lets a server end the grant along with one token of it, and a newer grant of the account may be the same one.
        let is_doubtful = |it: &Intent| {
            c.replaced_of.is_some() && spec(it).is_some_and(|call| call.is_reach_assumed)
        };
        let stays = |id: &CredentialId| {
            let mut staying = tokens.iter().filter(|token| token.stays);
            staying.any(|token| token.credential == *id)
        };
        let decided = decide(&recipe, tokens, reach, |it| {
            let is_spared = holders.hold_any(&it.kills)
                || (c.is_borrowed && !ends_one(it))
                || ((is_wide(it) || is_doubtful(it)) && siblings.has_any(it.account(tokens)));
            let is_kept = it.kills.iter().chain(&it.token).any(stays);
            (planned.wider || !is_spared) && !is_kept
        });
        Self {
            recipe,
            decided,
            siblings,
            holders,
        }
    }

    /// The connections for whose sake calls are left out, or that would lose their tokens.
    pub(super) fn shared(&self) -> Vec<Connection> {
        let holding = self.holders.of_any(&self.decided.spared());
        grants::united(self.siblings.all(), holding)
    }
}

/// Whom these tokens were issued for; the account that their connection has is always one.
pub(super) fn accounts(tokens: &[RunToken]) -> BTreeSet<IssuedFor> {
    let earlier = tokens.iter().map(|token| token.issued_for.clone());
    std::iter::once(IssuedFor::Own).chain(earlier).collect()
}

/// Who shares the grants of a connection's tokens, and the tokens.
#[derive(Default)]
pub(super) struct Sharing {
    pub(super) siblings: Siblings,
    pub(super) holders: Holders,
}

/// The connections that share the grants of a connection's tokens, by whom these were issued for.
#[derive(Default)]
pub(super) struct Siblings(pub(super) BTreeMap<IssuedFor, Vec<Connection>>);

impl Siblings {
    fn has_any(&self, issued_for: &IssuedFor) -> bool {
        self.0.get(issued_for).is_some_and(|it| !it.is_empty())
    }

    fn all(&self) -> Vec<Connection> {
        let each = self.0.values().cloned();
        each.fold(Vec::new(), grants::united)
    }
}
