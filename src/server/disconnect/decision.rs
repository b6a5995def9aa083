//! Which calls a disconnect makes, and for whose sake others are left out: the same for its plan, and when a run decides (D3).

use super::planned::PlanInput;
use super::sharing::Sharing;
use super::staying;
use crate::domain::connection::Connection;
use crate::domain::disconnect::intents::{CallReach, DecidedCalls, decide};
use crate::domain::disconnect::log::{Intent, RunToken};
use crate::domain::id::CredentialId;
use crate::domain::provider::{Call, ProviderFile};
use crate::server::{Server, grants};
use crate::store::StoreError;

/// What is decided on, by what the store says now.
#[derive(Default)]
pub(super) struct CallDecision {
    /// The calls of the provider file, which intents name by their index.
    pub(super) recipe: Vec<Call>,
    /// Those that are made, and those that are not.
    pub(super) decided: DecidedCalls,
    sharing: Sharing,
    /// The connection that was authorized again, where a call is left out because it would end a token that stays with it. It may
    /// have gone out of service since: what stays with it is its own disconnect's to end.
    kept_for: Option<Connection>,
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
        let mut sharing = Sharing::of(server, c, file, tokens, blast)?;
        sharing.retain(|other| !(planned.together)(other));
        let kept = staying::issued_once_more(server, c)?;
        let all: Vec<RunToken> = kept.into_iter().chain(tokens.iter().cloned()).collect();
        let mut on = Self::by(c, file, &all, planned, sharing);
        // A call about what is not listed was never to be made.
        let is_listed = |id: &CredentialId| tokens.iter().any(|it| it.credential == *id);
        let left_out = &mut on.decided.left_out;
        left_out.retain(|it| it.kills.is_empty() || it.kills.iter().any(is_listed));
        if let Some(of) = &c.replaced_of
            && on
                .decided
                .left_out
                .iter()
                .any(|it| ends_what_stays(it, &all))
        {
            on.kept_for = Some(server.store.connection(of)?);
        }
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
        let reach = CallReach {
            uninstall: planned.uninstall,
            wide: planned.wider || !c.is_borrowed,
        };
        let recipe = file.calls();
        let is_spared = |it: &Intent| {
            let Some(call) = recipe.get(it.call) else {
                return true;
            };
            let is_more_than_borrowed = c.is_borrowed && call.kills.len() != 1;
            is_more_than_borrowed || !sharing.losers(call, it, tokens).is_empty()
        };
        let decided = decide(&recipe, tokens, reach, |it| {
            (planned.wider || !is_spared(it)) && !ends_what_stays(it, tokens)
        });
        Self {
            recipe,
            decided,
            sharing,
            kept_for: None,
        }
    }

    /// The connections for whose sake calls are left out, or that would lose their tokens.
    pub(super) fn shared(&self) -> Vec<Connection> {
        let shared = self.sharing.all(&self.decided.spared());
        grants::united(shared, self.kept_for.iter().cloned().collect())
    }
}

/// Whether a call is about a token that stays with the connection that was authorized again, or would end one.
fn ends_what_stays(intent: &Intent, tokens: &[RunToken]) -> bool {
    let mut ended = intent.kills.iter().chain(&intent.token);
    ended.any(|id| {
        let mut staying = tokens.iter().filter(|token| token.stays);
        staying.any(|token| token.credential == *id)
    })
}
