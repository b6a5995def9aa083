//! Refresh tokens that were replaced: where using one is the question that tells, each is tried once the one that took its place
//! is proven dead, and never before. A vendor may end a grant because a replaced token is used (RFC 9700 4.14.2), so that a
//! death which is found after that would not be the revocation's.

use super::{Experiment, refresh};
use crate::domain::disconnect::claims;
use crate::domain::disconnect::log::{self, Record, RunToken};
use crate::domain::later::later;
use crate::domain::trial::{Finding, Keeping, Standing};

impl Experiment<'_> {
    /// How a token stands that waits for the proof of the one in its place; none where it does not wait.
    pub(super) fn behind(
        &self,
        log: &[Record],
        token: &RunToken,
        keeping: Keeping,
    ) -> Option<Standing> {
        // What is not kept cannot wait.
        if keeping == Keeping::Nothing || !self.is_told_by_use(log, token) {
            return None;
        }
        let newer = took_its_place(log, token)?;
        let unproven = claims::trial(log, token, self.circumstances).unproven(None);
        match self.stand(log, newer, keeping) {
            Standing::UnderWay { next, until, .. } => Some(Standing::UnderWay {
                meanwhile: unproven,
                next: later(next, self.pace.step()),
                until: later(until, self.pace.patience()),
            }),
            Standing::Settled(finding) if finding.outcome.proven() => None,
            Standing::Settled(_) => Some(Standing::Settled(Finding {
                outcome: unproven,
                basis: None,
            })),
        }
    }

    /// Whether this token may be used for its proof now, as far as those that took its place are concerned.
    pub(super) fn is_its_turn(&self, log: &[Record], token: &RunToken) -> bool {
        !token.superseded || took_its_place(log, token).is_some_and(|it| self.is_proven(log, it))
    }

    /// Whether the log proves it dead, so that nothing has to be asked any more.
    pub(super) fn is_proven(&self, log: &[Record], token: &RunToken) -> bool {
        match self.stand(log, token, Keeping::Proof) {
            Standing::Settled(finding) => finding.outcome.proven(),
            Standing::UnderWay { .. } => false,
        }
    }

    fn is_told_by_use(&self, log: &[Record], token: &RunToken) -> bool {
        let by_use = |vendor| refresh::tells(self, vendor, token, log);
        token.superseded && self.vendor.is_some_and(by_use)
    }
}

/// The next one of its set, itself replaced or not; none where the run has none.
fn took_its_place<'l>(log: &'l [Record], token: &RunToken) -> Option<&'l RunToken> {
    let own = token.issued_at?;
    let all = log::tokens(log).unwrap_or_default().iter();
    let newer = all.filter(|it| {
        (it.kind, &it.label) == (token.kind, &token.label)
            && !it.by_proof
            && it.issued_at.is_some_and(|at| at > own)
    });
    newer.min_by_key(|it| it.issued_at)
}
