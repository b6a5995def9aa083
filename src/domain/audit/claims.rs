//! What a log claims, at its end, of the tokens that disconnects were to end: the first word about a token may be that its proof
//! is under way, and a later entry settles it.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Event;
use crate::domain::id::CredentialId;
use crate::domain::trial::Outcome;

/// How many tokens there are of each kind of claim.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Claims {
    /// Proven dead.
    pub proven: u64,
    /// Not proven dead, and settled.
    pub unproven: u64,
    /// Their proof was under way when the log ended.
    pub under_way: u64,
    /// Of all of these, those that passed again after they had been refused.
    pub came_back: u64,
}

/// Follows what entry after entry claims of each token.
#[derive(Debug, Default)]
pub struct ClaimsSoFar(BTreeMap<CredentialId, Claim>);

#[derive(Debug, Clone, Copy)]
struct Claim {
    outcome: Outcome,
    is_under_way: bool,
    came_back: bool,
}

impl ClaimsSoFar {
    /// Takes the next entry into account.
    pub fn follow(&mut self, event: &Event) {
        match event {
            Event::TokenRevoked(claim, _) => {
                let first = Claim {
                    outcome: claim.outcome,
                    is_under_way: claim.proof_until.is_some(),
                    came_back: false,
                };
                self.0.insert(claim.credential.clone(), first);
            }
            Event::TokenJudgedAgain(again) => {
                self.change(&again.credential, |claim| claim.outcome = again.outcome);
            }
            Event::TokenCameBack(again) => self.change(&again.credential, |claim| {
                claim.outcome = again.outcome;
                claim.came_back = true;
            }),
            Event::ProofSettled(over) | Event::HoldEnded(over, _) | Event::HoldDropped(over) => {
                self.change(&over.credential, |claim| {
                    claim.outcome = over.outcome;
                    claim.is_under_way = false;
                });
            }
            _ => {}
        }
    }

    /// What is claimed after the last entry.
    #[must_use]
    pub fn at_the_end(&self) -> Claims {
        let mut claims = Claims::default();
        for claim in self.0.values() {
            let counted = match (claim.is_under_way, claim.outcome.proven()) {
                (true, _) => &mut claims.under_way,
                (false, true) => &mut claims.proven,
                (false, false) => &mut claims.unproven,
            };
            *counted += 1;
            claims.came_back += u64::from(claim.came_back);
        }
        claims
    }

    fn change(&mut self, credential: &CredentialId, by: impl FnOnce(&mut Claim)) {
        if let Some(claim) = self.0.get_mut(credential) {
            by(claim);
        }
    }
}
