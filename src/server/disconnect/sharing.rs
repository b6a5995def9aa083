//! Who else loses something with a call (B5): whoever shares the grant that it ends, or holds a token that it ends. A plan, a run
//! that decides and each call that a run makes ask the same.

use std::collections::{BTreeMap, BTreeSet};

use super::staying;
use crate::domain::connection::Connection;
use crate::domain::credential::IssuedFor;
use crate::domain::disconnect::log::{Intent, RunToken};
use crate::domain::id::CredentialId;
use crate::domain::provider::{Blast, Call, CallKind, ProviderFile};
use crate::server::Server;
use crate::server::grants::{self, Holders};
use crate::store::StoreError;

/// Who else uses the grants of a connection's tokens, and the tokens.
#[derive(Default)]
pub(super) struct Sharing {
    /// The connections that share a grant, by whom it was issued for.
    by_grant: BTreeMap<IssuedFor, Vec<Connection>>,
    holders: Holders,
    is_given_back: bool,
    is_replaced: bool,
}

/// Whose tokens are to be ended.
#[derive(Clone, Copy)]
pub(super) struct EndedFor<'a> {
    /// The connection as which the calls are made.
    pub(super) own: &'a Connection,
    /// The connection that was authorized again, where `own` stands for tokens that this replaced.
    pub(super) again: Option<&'a Connection>,
    /// How far the calls reach.
    pub(super) blast: Blast,
}

impl Sharing {
    /// Who shares the grants of these tokens now, as far as calls of this blast reach.
    pub(super) fn of(
        server: &Server,
        own: &Connection,
        file: &ProviderFile,
        tokens: &[RunToken],
        blast: Blast,
    ) -> Result<Self, StoreError> {
        let again = staying::authorized_again(server, own)?;
        let ended = EndedFor {
            own,
            again: again.as_ref(),
            blast,
        };
        ended.shared_with(server, file, tokens, Holders::of(server, own, blast)?)
    }

    /// Leaves out connections that are disconnected as well.
    pub(super) fn retain(&mut self, stays: impl Fn(&Connection) -> bool) {
        self.holders.retain(&stays);
        for shared in self.by_grant.values_mut() {
            shared.retain(&stays);
        }
    }

    /// The connections that lose something with a call of these intents.
    pub(super) fn losers(
        &self,
        call: &Call,
        intent: &Intent,
        tokens: &[RunToken],
    ) -> Vec<Connection> {
        let holding = self.holders.of_any(&intent.kills);
        if !self.may_end_the_grant(call) {
            return holding;
        }
        let shared = self.by_grant.get(intent.account(tokens));
        grants::united(shared.cloned().unwrap_or_default(), holding)
    }

    /// All that share a grant, and those that hold one of these tokens.
    pub(super) fn all(&self, tokens: &[CredentialId]) -> Vec<Connection> {
        let by_grant = self.by_grant.values().cloned();
        let shared = by_grant.fold(Vec::new(), grants::united);
        grants::united(shared, self.holders.of_any(tokens))
    }

    fn may_end_the_grant(&self, call: &Call) -> bool {
        // What the vendor sends is taken down for all that use the account.
        let takes_down = call.kind == CallKind::Unsubscribe && self.is_given_back;
        // RFC 7009 2.1 lets a server end the grant along with one token of it, and a newer grant of the account may be the same one.
        let is_doubtful = self.is_replaced && call.is_reach_assumed;
        call.blast > Blast::Token || takes_down || is_doubtful
    }
}

impl EndedFor<'_> {
    /// Who shares the grants of these tokens, beside those that hold the tokens.
    pub(super) fn shared_with(
        self,
        server: &Server,
        file: &ProviderFile,
        tokens: &[RunToken],
        holders: Holders,
    ) -> Result<Sharing, StoreError> {
        let mut by_grant = BTreeMap::new();
        for issued_for in accounts(tokens) {
            let mut shared =
                match grants::of_grant(server, self.own, file, self.blast, &issued_for)? {
                    Some(shared) => shared,
                    None => holders.connections(),
                };
            if let Some(again) = self.again {
                shared.retain(|other| other.id != again.id);
                let is_shared = staying::is_shared(again, self.own, &issued_for);
                shared.extend(is_shared.then(|| again.clone()));
            }
            by_grant.insert(issued_for, shared);
        }
        Ok(Sharing {
            by_grant,
            holders,
            is_given_back: self.own.is_given_back,
            is_replaced: self.own.replaced_of.is_some(),
        })
    }
}

/// Whom these tokens were issued for; the account that their connection has is always one.
fn accounts(tokens: &[RunToken]) -> BTreeSet<IssuedFor> {
    let earlier = tokens.iter().map(|token| token.issued_for.clone());
    std::iter::once(IssuedFor::Own).chain(earlier).collect()
}
