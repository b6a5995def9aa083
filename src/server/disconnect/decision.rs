//! Which calls a disconnect makes, and for whose sake others are left out: the same for its plan, and when a run decides (D3).

use super::planned::PlanInput;
use crate::domain::connection::Connection;
use crate::domain::disconnect::intents::{CallReach, DecidedCalls, decide};
use crate::domain::disconnect::log::RunToken;
use crate::domain::provider::{Call, ProviderFile};
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
    siblings: Vec<Connection>,
    holders: Holders,
}

impl CallDecision {
    /// On the calls about these tokens. While another connection shares the grant, those that end more than one token are left
    /// out, and while another one holds a token, those that end it, unless wider ones are allowed.
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
        let mut siblings = match grants::of_grant(server, c, file, blast)? {
            Some(shared) => shared,
            None => holders.connections(),
        };
        siblings.retain(|other| !(planned.together)(other));
        let reach = CallReach {
            uninstall: planned.uninstall,
            wide: planned.wider || (siblings.is_empty() && !c.is_borrowed),
        };
        let recipe = file.calls();
        let ends_one = |at: usize| recipe.get(at).is_some_and(|call| call.kills.len() == 1);
        let decided = decide(&recipe, tokens, reach, |it| {
            let is_spared = holders.hold_any(&it.kills) || (c.is_borrowed && !ends_one(it.call));
            planned.wider || !is_spared
        });
        Ok(Self {
            recipe,
            decided,
            siblings,
            holders,
        })
    }

    /// The connections for whose sake calls are left out, or that would lose their tokens.
    pub(super) fn shared(&self) -> Vec<Connection> {
        let holding = self.holders.of_any(&self.decided.spared());
        grants::united(self.siblings.clone(), holding)
    }
}
