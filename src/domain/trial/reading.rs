//! What one look at a token says: yes, no, or nothing.

use super::{Answer, CallVerdict, MadeUpAnswer, Refusal, Trial, Verdict};
use crate::domain::provider::{Question, RefusalKind};

/// What one look at a token says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// It was accepted: one yes is enough.
    Yes,
    /// Every question that it once passed says no, in the way in which this vendor says it.
    No(RefusalCause),
    /// Somebody refused or did not answer, and it cannot be told who.
    Unclear,
    /// No question that was asked proves anything of this token.
    Nothing,
}

/// What the refusals of a look name as their cause, all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RefusalCause {
    /// Nothing that tells this token from one that never existed.
    Unknown,
    /// That this token has expired.
    Expired,
    /// That this token was revoked.
    Revoked,
}

impl Trial<'_> {
    /// What these answers say, each of them to another question, asked at one time.
    #[must_use]
    pub fn read(&self, answers: &[&Answer]) -> Reading {
        let accepted = |it: &&&Answer| it.verdict == Verdict::Alive && !self.accepts_anything(it);
        if answers.iter().any(|it| accepted(&it)) {
            return Reading::Yes;
        }
        let counted: Vec<&Answer> = answers
            .iter()
            .copied()
            .filter(|it| self.counts(it))
            .collect();
        let mut named = None;
        for answer in &counted {
            match self.refusal(answer) {
                Some(now) => {
                    named = Some(named.map_or(now, |so_far: RefusalCause| so_far.min(now)))
                }
                None => return Reading::Unclear,
            }
        }
        match named {
            Some(named) => Reading::No(named),
            None => Reading::Nothing,
        }
    }

    /// Whether every question that counts is this one.
    pub(super) fn rests_on(&self, question: Question, answers: &[&Answer]) -> bool {
        answers
            .iter()
            .filter(|it| self.counts(it))
            .all(|it| it.question == Some(question))
    }

    /// A question counts where this token passed it, at the same place: in this run or on record.
    fn counts(&self, answer: &Answer) -> bool {
        let Some(question) = answer.question else {
            return false;
        };
        let in_this_run = |it: &&&Answer| it.verdict == Verdict::Alive && it.is_to_the_same(answer);
        let on_record = self.passed.iter().any(|passed| {
            passed.question == question
                && (passed.endpoint.is_empty() || passed.endpoint == answer.endpoint)
        });
        self.may_count(question)
            && (on_record || self.before.iter().any(|it| in_this_run(&it)))
            && !self.accepts_anything(answer)
    }

    fn may_count(&self, question: Question) -> bool {
        let was_passed = self.passed.iter().any(|passed| passed.question == question)
            || self
                .before
                .iter()
                .any(|it| it.verdict == Verdict::Alive && it.question == Some(question));
        if question == Question::Introspection && self.is_introspection_disproved {
            return false;
        }
        // Whoever takes a self-contained token need not ask its issuer, so that the issuer's word is no proof.
        let binds = !self.subject.is_self_contained || question == Question::Probe;
        was_passed && binds
    }

    /// Whether a made-up token passes the same question, so that it says nothing.
    fn accepts_anything(&self, answer: &Answer) -> bool {
        self.made_up
            .iter()
            .any(|it| it.is_to_the_same(answer) && it.verdict == Verdict::Alive)
    }

    /// What a refusal names; none where it cannot be told from one that a gateway or a closed account would give.
    fn refusal(&self, answer: &Answer) -> Option<RefusalCause> {
        if answer.verdict != Verdict::Dead {
            return None;
        }
        let refusal = answer.refusal.as_ref()?;
        let made_up = self.made_up.iter().filter(|it| it.is_to_the_same(answer));
        let known = made_up.filter_map(|it| it.refusal.as_ref());
        match refusal.kind {
            RefusalKind::Suspended => self
                .has(CallVerdict::Accepted)
                .then_some(RefusalCause::Unknown),
            RefusalKind::Revoked | RefusalKind::Expired | RefusalKind::Plain => {
                named(refusal, known)
            }
        }
    }
}

/// What a refusal names, beside what made-up tokens are refused with; none where it is refused otherwise.
fn named<'a>(
    refusal: &Refusal,
    mut known: impl Iterator<Item = &'a Refusal> + Clone,
) -> Option<RefusalCause> {
    // What is said of a token that nobody issued does not name the end of this one.
    let is_said_of_any = known.clone().any(|known| known.kind == refusal.kind);
    match refusal.kind {
        RefusalKind::Revoked if !is_said_of_any => Some(RefusalCause::Revoked),
        RefusalKind::Expired if !is_said_of_any => Some(RefusalCause::Expired),
        RefusalKind::Suspended => None,
        RefusalKind::Revoked | RefusalKind::Expired | RefusalKind::Plain => known
            .next()
            .is_some_and(|known| known.shape == refusal.shape)
            .then_some(RefusalCause::Unknown),
    }
}

/// What a refusal names, as far as can be told without a trial; none where it is not known to be one of this vendor. It has to
/// name the token's end, or to be how a made-up token is refused. Where none can be made up there is nothing to compare; where
/// the vendor was asked about one and did not say yes or no, nothing is known of how it refuses, and only the words of the
/// provider file count. In both it is not known whether those words are said of any token.
#[must_use]
pub fn named_by(answer: &Answer, made_up: &MadeUpAnswer) -> Option<RefusalCause> {
    let refusal = answer.refusal.as_ref()?;
    let has_words = matches!(refusal.kind, RefusalKind::Revoked | RefusalKind::Expired);
    match made_up {
        MadeUpAnswer::Clear(made_up) => named(refusal, made_up.refusal.iter()),
        MadeUpAnswer::NotAskable => {
            (refusal.kind != RefusalKind::Suspended).then_some(RefusalCause::Unknown)
        }
        MadeUpAnswer::Unclear => has_words.then_some(RefusalCause::Unknown),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::trial::Shape;

    fn refused(kind: RefusalKind, status: u16) -> Answer {
        Answer {
            verdict: Verdict::Dead,
            question: Some(Question::Probe),
            endpoint: "https://acme.example/me".to_owned(),
            status: Some(status),
            reason: String::new(),
            at: jiff::Timestamp::UNIX_EPOCH,
            refusal: Some(Refusal {
                kind,
                shape: Shape {
                    status,
                    ..Shape::default()
                },
                is_over_budget: false,
            }),
        }
    }

    #[test]
    fn what_a_refusal_names_depends_on_what_is_said_of_a_made_up_token() {
        use RefusalKind::{Expired, Plain, Revoked, Suspended};
        let said = |kind, status| MadeUpAnswer::Clear(Box::new(refused(kind, status)));
        for (kind, made_up, expected) in [
            (Plain, said(Plain, 401), Some(RefusalCause::Unknown)),
            (Plain, said(Plain, 403), None),
            (Revoked, said(Plain, 403), Some(RefusalCause::Revoked)),
            (Expired, said(Plain, 403), Some(RefusalCause::Expired)),
            (Revoked, said(Revoked, 401), Some(RefusalCause::Unknown)),
            (Plain, MadeUpAnswer::NotAskable, Some(RefusalCause::Unknown)),
            (
                Revoked,
                MadeUpAnswer::NotAskable,
                Some(RefusalCause::Unknown),
            ),
            (Suspended, MadeUpAnswer::NotAskable, None),
            (Plain, MadeUpAnswer::Unclear, None),
            (Revoked, MadeUpAnswer::Unclear, Some(RefusalCause::Unknown)),
        ] {
            let found = named_by(&refused(kind, 401), &made_up);
            assert_eq!(found, expected, "{kind:?} {made_up:?}");
        }
    }
}
