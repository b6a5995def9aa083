//! What a disconnect keeps sealed of the tokens that it cannot end, or prove dead, at once (B4).

use super::log::{self, Record};
use super::run::IfUnreachable;
use crate::domain::id::CredentialId;
use crate::domain::trial::{Keeping, Outcome};

impl Keeping {
    /// All that can be chosen, the default first.
    const ALL: [Self; 3] = [Self::Proof, Self::Retry, Self::Nothing];

    /// What these answers keep.
    #[must_use]
    pub fn by(if_unreachable: IfUnreachable, destroy_at_once: bool) -> Self {
        match (destroy_at_once, if_unreachable) {
            (true, _) => Self::Nothing,
            (false, IfUnreachable::Hold) => Self::Retry,
            (false, IfUnreachable::Destroy) => Self::Proof,
        }
    }

    /// What a token of a run is kept for when secrets are destroyed: its proof, or, where that was asked for, until it is dead. What
    /// the vendor has no way to end, or took without anything that could be asked, is not.
    #[must_use]
    pub fn of_token(self, log: &[Record], id: &CredentialId) -> Self {
        if log::proof(log, id).is_some_and(|proof| proof.until.is_some()) {
            return self;
        }
        let is_to_be_retried = log::judged(log, id).is_some_and(|(_, outcome, _)| {
            matches!(
                outcome,
                Outcome::Unreachable | Outcome::StillAlive | Outcome::Rejected
            )
        });
        match self == Self::Retry && is_to_be_retried {
            true => Self::Retry,
            false => Self::Nothing,
        }
    }

    /// What becomes of a token whose vendor cannot be reached.
    #[must_use]
    pub fn if_unreachable(self) -> IfUnreachable {
        match self {
            Self::Retry => IfUnreachable::Hold,
            Self::Proof | Self::Nothing => IfUnreachable::Destroy,
        }
    }

    /// The choice after or before this one, round and round.
    #[must_use]
    pub fn beside(self, forward: bool) -> Self {
        let all = Self::ALL;
        let at = all.iter().position(|it| *it == self).unwrap_or_default();
        let by = if forward { 1 } else { all.len() - 1 };
        let to = all.get((at + by) % all.len());
        to.copied().unwrap_or(self)
    }

    /// The choice, as it is offered.
    #[must_use]
    pub fn choice(self) -> &'static str {
        match self {
            Self::Proof => "destroy now",
            Self::Retry => "hold and retry until dead",
            Self::Nothing => "destroy all at once",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_choices_go_round_both_ways() {
        let mut round = vec![Keeping::Proof];
        for _ in 0..3 {
            round.extend(round.last().map(|it| it.beside(true)));
        }
        let (p, r, n) = (Keeping::Proof, Keeping::Retry, Keeping::Nothing);
        assert_eq!(round, [p, r, n, p]);
        assert_eq!(p.beside(false), n);
        for keeping in round {
            let again = Keeping::by(keeping.if_unreachable(), keeping == Keeping::Nothing);
            assert_eq!(again, keeping);
        }
    }
}
