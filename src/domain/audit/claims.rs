//! What a log claims, at its end, of the tokens that disconnects were to end: the first word about a token may be that its proof
//! is under way, and a later entry settles it.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Event;
use crate::domain::disconnect::exposure_end::ExposureEnd;
use crate::domain::id::CredentialId;
use crate::domain::trial::Outcome;

/// How many tokens there are of each kind of claim.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Claims {
    /// Proven dead.
    pub proven: u64,
    /// Not proven dead, and settled.
    pub unproven: u64,
    /// Kept for their proof, or to retry their revocation, when the log ended.
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
                let id = &claim.credential;
                let claim = Claim {
                    outcome: claim.outcome,
                    is_under_way: claim.proof_until.is_some(),
                    // Another run that ends it does not undo that it passed after a claim of its death.
                    came_back: self.0.get(id).is_some_and(|earlier| earlier.came_back),
                };
                self.0.insert(id.clone(), claim);
            }
            // A trial of a refresh token brought it, and nothing has ended it yet.
            Event::TokenIssuedAgain(issued) => {
                let first = Claim {
                    outcome: Outcome::StillAlive,
                    is_under_way: false,
                    came_back: false,
                };
                self.0.insert(issued.credential.clone(), first);
            }
            Event::TokenJudgedAgain(again) => {
                self.change(&again.credential, |claim| claim.outcome = again.outcome);
            }
            Event::TokenCameBack(again) => self.change(&again.credential, |claim| {
                claim.outcome = again.outcome;
                claim.came_back = true;
            }),
            Event::HoldOpened(opened) | Event::CredentialSealed(opened) => {
                self.change(&opened.credential, |claim| claim.is_under_way = true);
            }
            Event::ExposureOver(over) => self.change(&over.credential, |claim| {
                claim.is_under_way = false;
                if matches!(over.over, ExposureEnd::Proven { .. }) {
                    claim.outcome = Outcome::VerifiedDead;
                }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::audit::tokens::{TokenIssuedAgain, TokenJudgedAgain, TokenRevoked};
    use crate::domain::credential::TokenKind;
    use crate::domain::trial::Residual;
    use jiff::Timestamp;

    fn revoked(credential: &CredentialId, outcome: Outcome, open: bool) -> Event {
        let claim = TokenRevoked {
            run: format!("run_{:026}", 1).parse().unwrap(),
            credential: credential.clone(),
            kind: TokenKind::Access,
            fingerprint: "withheld".to_owned(),
            outcome,
            residual_until: Residual::None,
            basis: None,
            proof_until: open.then_some(Timestamp::UNIX_EPOCH),
        };
        Event::TokenRevoked(claim, Box::new(None))
    }

    #[test]
    fn a_token_that_passed_again_is_said_to_have_after_another_run_ended_it() {
        let id: CredentialId = format!("cre_{:026}", 1).parse().unwrap();
        let mut claims = ClaimsSoFar::default();
        claims.follow(&revoked(&id, Outcome::VerifiedDead, false));
        claims.follow(&Event::TokenCameBack(TokenJudgedAgain {
            run: format!("run_{:026}", 1).parse().unwrap(),
            credential: id.clone(),
            kind: TokenKind::Access,
            fingerprint: "withheld".to_owned(),
            before: Outcome::VerifiedDead,
            outcome: Outcome::StillAlive,
            residual_until: Residual::None,
        }));
        claims.follow(&revoked(&id, Outcome::VerifiedDead, false));
        let expected = Claims {
            proven: 1,
            came_back: 1,
            ..Claims::default()
        };
        assert_eq!(claims.at_the_end(), expected);
    }

    #[test]
    fn a_claim_is_followed_to_the_end_of_the_log() {
        let id = |n: u8| -> CredentialId { format!("cre_{n:026}").parse().unwrap() };
        let mut claims = ClaimsSoFar::default();
        claims.follow(&revoked(&id(1), Outcome::VerifiedDead, false));
        claims.follow(&revoked(&id(2), Outcome::AcceptedUnverified, true));
        claims.follow(&revoked(&id(3), Outcome::Unreachable, false));
        claims.follow(&Event::TokenIssuedAgain(TokenIssuedAgain {
            run: format!("run_{:026}", 1).parse().unwrap(),
            credential: id(4),
            kind: TokenKind::Access,
            fingerprint: "withheld".to_owned(),
            issued_for: Some(id(1)),
        }));
        let expected = Claims {
            proven: 1,
            unproven: 2,
            under_way: 1,
            came_back: 0,
        };
        assert_eq!(claims.at_the_end(), expected);
        claims.follow(&revoked(&id(3), Outcome::AlreadyDead, false));
        let expected = Claims {
            proven: 2,
            unproven: 1,
            ..expected
        };
        assert_eq!(claims.at_the_end(), expected);
    }
}
