//! What may be claimed about a token. Proof is the same question accepted before and refused now; neither a
//! 200 nor `active:false` alone is proof (RFC 7009 2.2 answers 200 for tokens that never existed).

mod answer;
mod outcome;
#[cfg(test)]
mod tests;

pub use answer::{Answer, CallAnswer, CallVerdict, Verdict};
pub use outcome::{Outcome, Residual};

use crate::domain::credential::TokenKind;
use crate::domain::provider::Question;

/// Everything that is known about one token when it is judged.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// What kind of token it is.
    pub kind: TokenKind,
    /// The question before the first call of this run.
    pub before: &'a Answer,
    /// The question on which the token is on record as having passed earlier.
    pub passed_by: Option<Question>,
    /// Where it was asked then; empty when that was not kept.
    pub passed_where: &'a str,
    /// Every call that could have ended this token, in order.
    pub calls: &'a [&'a CallAnswer],
    /// The same question afterwards.
    pub after: &'a Answer,
}

impl Facts<'_> {
    fn lived(&self) -> bool {
        self.before.verdict == Verdict::Alive
    }

    fn any(&self, verdict: CallVerdict) -> bool {
        self.calls.iter().any(|call| call.verdict == verdict)
    }

    /// Whether the vendor called it gone by its own account: after a call whose answer was lost it may be so by ours.
    fn was_gone(&self) -> bool {
        self.any(CallVerdict::Gone) && !self.any(CallVerdict::Lost)
    }

    /// Whether a no to the last question says something. Some issuers call a refresh token inactive as soon as its access
    /// token has expired (Authlib, 2026), and take it all the same: their word counts once somebody has heard the
    /// revocation.
    fn is_told(&self) -> bool {
        let is_heard = |call: &&CallAnswer| match call.verdict {
            CallVerdict::Lost => self.lived(),
            _ => call.is_heard(),
        };
        self.kind != TokenKind::Refresh
            || self.after.question != Some(Question::Introspection)
            || self.calls.iter().any(is_heard)
    }
}

/// The one outcome of a token.
#[must_use]
pub fn judge(facts: &Facts<'_>) -> Outcome {
    if facts.after.verdict == Verdict::Dead
        && facts.is_told()
        && let Some(death) = death(facts)
    {
        return death;
    }
    let accepted = facts.any(CallVerdict::Accepted);
    if facts.after.verdict == Verdict::Alive && (accepted || facts.any(CallVerdict::Gone)) {
        return Outcome::StillAlive;
    }
    if facts.after.verdict != Verdict::Alive && accepted {
        return Outcome::AcceptedUnverified;
    }
    // `gone` is the vendor's own word about a token that nothing here says ever worked in this run. Where there is a
    // question and nobody answers it, or there was one and it cannot be asked any more, that word is not held against
    // anything.
    let could_be_asked = match facts.after.verdict {
        Verdict::Unknown => true,
        Verdict::NotAskable => facts.passed_by.is_some(),
        Verdict::Alive | Verdict::Dead => false,
    };
    if facts.was_gone() && !facts.lived() && !could_be_asked {
        return Outcome::AlreadyDead;
    }
    unsettled(facts)
}

/// What a token that is refused now died of; none where that refusal is held against nothing.
fn death(facts: &Facts<'_>) -> Option<Outcome> {
    // Where it was asked is a part of the question: an issuer's new address may know nothing of the old one's tokens.
    let (before, after) = (facts.before, facts.after);
    let is_same = (before.question, &before.endpoint) == (after.question, &after.endpoint);
    let passed_here = facts.passed_where.is_empty() || facts.passed_where == after.endpoint;
    let passed_before =
        facts.passed_by.is_some() && facts.passed_by == after.question && passed_here;
    // A token that lived when this run began died by this run, whatever the calls said: its answer may have been lost,
    // or a sibling's revocation took it along.
    if facts.lived() && is_same {
        return Some(Outcome::VerifiedDead);
    }
    if before.verdict == Verdict::Dead && (passed_before || facts.was_gone()) {
        return Some(Outcome::AlreadyDead);
    }
    // It could not be asked first, and is on record as having passed: that record is the question before. A call whose
    // answer was lost may have ended it, so its death is ours until proven otherwise.
    let is_ours = facts.any(CallVerdict::Accepted) || facts.any(CallVerdict::Lost);
    passed_before.then_some(match is_ours {
        true => Outcome::VerifiedDead,
        false => Outcome::AlreadyDead,
    })
}

fn unsettled(facts: &Facts<'_>) -> Outcome {
    let last = facts
        .calls
        .iter()
        .rev()
        .map(|call| call.verdict)
        .find(|v| *v != CallVerdict::Unsupported);
    match last {
        Some(CallVerdict::Gone | CallVerdict::Accepted) => Outcome::AcceptedUnverified,
        Some(CallVerdict::Unreachable | CallVerdict::Lost) => Outcome::Unreachable,
        Some(CallVerdict::Rejected) => Outcome::Rejected,
        Some(CallVerdict::Unsupported) | None => Outcome::Unsupported,
    }
}
