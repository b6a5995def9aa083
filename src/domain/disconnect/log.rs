//! The records of a run, and what they say: pure, so that a crash at any record boundary resumes.

use jiff::Timestamp;

use super::exposure_end::ExposureEnd;
use crate::domain::id::{CredentialId, HoldId, RunId};
use crate::domain::provider::Question;
use crate::domain::sealed::SlotRef;
use crate::domain::trial::{Answer, Basis, CallAnswer, CallVerdict, Outcome, Residual, Verdict};

mod next;
mod record;
mod step;

pub use next::{Next, NextRevoke, RunEnding, next, next_revoke};
pub use record::{
    AnswerAbout, Counts, Intent, LoggedEvent, ProofStand, Record, RunToken, TokenCheck,
};
pub use step::{Step, StepState};

/// The latest state of `step`, and its detail.
#[must_use]
pub fn last_state(log: &[Record], step: Step) -> (StepState, &str) {
    log.iter()
        .rev()
        .find_map(|record| match &record.what {
            LoggedEvent::Step {
                step: s,
                state,
                detail,
            } if *s == step => Some((*state, detail.as_str())),
            _ => None,
        })
        .unwrap_or((StepState::Pending, ""))
}

/// Whether a call of this run ends a token that another run knows: it is one of those that the call ends.
#[must_use]
pub fn ends(log: &[Record], intent: &Intent, token: &RunToken) -> bool {
    let own = tokens(log).unwrap_or_default().iter();
    let mut ended = own.filter(|it| intent.kills.contains(&it.credential));
    ended.any(|it| it.is_same(token))
}

/// The tokens of the run, once collected.
#[must_use]
pub fn tokens(log: &[Record]) -> Option<&[RunToken]> {
    log.iter().rev().find_map(|record| match &record.what {
        LoggedEvent::Tokens { tokens } => Some(tokens.as_slice()),
        _ => None,
    })
}

/// What D3 holds, once written. A later record of its kind repeats the earlier one and adds to it.
#[must_use]
#[expect(clippy::type_complexity, reason = "two slices of one record")]
pub fn asked(log: &[Record]) -> Option<(&[(CredentialId, Answer)], &[Intent])> {
    log.iter().rev().find_map(|record| match &record.what {
        LoggedEvent::Asked { answers, intents } => Some((answers.as_slice(), intents.as_slice())),
        _ => None,
    })
}

/// What a token answered before the first call.
#[must_use]
pub fn before<'a>(log: &'a [Record], credential: &CredentialId) -> Option<&'a Answer> {
    let (answers, _) = asked(log)?;
    answers
        .iter()
        .find_map(|(of, answer)| (of == credential).then_some(answer))
}

/// How the proof of a token's death stood when it was judged, or ended later.
#[must_use]
pub fn proof(log: &[Record], credential: &CredentialId) -> Option<ProofStand> {
    log.iter().rev().find_map(|record| match &record.what {
        LoggedEvent::Judged {
            credential: c,
            proof,
            ..
        } if c == credential => Some(*proof),
        LoggedEvent::HoldEnded {
            credential: c,
            basis,
            ..
        } if c == credential => Some(ProofStand {
            basis: *basis,
            until: None,
        }),
        _ => None,
    })
}

/// Whether a death that rests on this was proven by looks that need less time than by default. A vendor's own word for the end of
/// a token needs none.
#[must_use]
pub fn is_shortened(log: &[Record], credential: &CredentialId, basis: Option<Basis>) -> bool {
    let needs_time = match basis {
        Some(Basis::Time | Basis::Control) => true,
        Some(Basis::Named) | None => false,
    };
    let is_its = |look: &TokenCheck| look.answers.iter().any(|it| it.credential == *credential);
    needs_time && looks(log).any(|(_, look)| look.shortened && is_its(look))
}

/// What was looked at after the first questions, in order, with the place in the log.
pub fn looks(log: &[Record]) -> impl Iterator<Item = (usize, &TokenCheck)> {
    log.iter()
        .enumerate()
        .filter_map(|(at, record)| match &record.what {
            LoggedEvent::Looked { look } => Some((at, look)),
            _ => None,
        })
}

/// Whether introspection called a token dead that an API accepted at the same time: its word about the others counts for
/// nothing then.
#[must_use]
pub fn is_introspection_disproved(log: &[Record]) -> bool {
    let first = asked(log).map(|(answers, _)| answers).unwrap_or_default();
    let first: Vec<_> = first.iter().map(|(id, answer)| (id, answer)).collect();
    let later = looks(log).map(|(_, look)| {
        let answers = look.answers.iter();
        answers
            .map(|told| (&told.credential, &told.answer))
            .collect()
    });
    let was_caught = log
        .iter()
        .any(|record| matches!(record.what, LoggedEvent::Caught { .. }));
    // Once calls were made a token may die between two answers of one look: a yes that came before the no says nothing then.
    let at_any_time = |_: &Answer, _: &Answer| true;
    let afterwards = |no: &Answer, yes: &Answer| yes.at >= no.at;
    let mut later = later;
    was_caught
        || contradicts(&first, at_any_time)
        || later.any(|told: Vec<_>| contradicts(&told, afterwards))
}

/// Whether an issuer called a token dead that an API accepted, at times that bear it out.
fn contradicts(
    told: &[(&CredentialId, &Answer)],
    bears_out: impl Fn(&Answer, &Answer) -> bool,
) -> bool {
    let says = |answer: &Answer, verdict, is_issuers: bool| {
        answer.verdict == verdict
            && (answer.question == Some(Question::Introspection)) == is_issuers
            && answer.question.is_some()
    };
    told.iter().any(|(id, answer)| {
        says(answer, Verdict::Dead, true)
            && told.iter().any(|(other, works)| {
                other == id && says(works, Verdict::Alive, false) && bears_out(answer, works)
            })
    })
}

/// Whether a call said `gone` about a token that was seen to work later. Its word about the others counts for nothing then.
#[must_use]
pub fn is_gone_disproved(log: &[Record]) -> bool {
    let Some((_, intents)) = asked(log) else {
        return false;
    };
    intents.iter().enumerate().any(|(at, intent)| {
        let is_gone = called(log, at).is_some_and(|call| call.verdict == CallVerdict::Gone);
        let works = |id: &CredentialId| {
            looks(log).any(|(_, look)| {
                look.answers
                    .iter()
                    .any(|told| told.credential == *id && told.answer.verdict == Verdict::Alive)
            })
        };
        is_gone && intent.token.as_ref().is_some_and(works)
    })
}

/// The answer to an intent, once it came.
#[must_use]
pub fn called(log: &[Record], intent: usize) -> Option<&CallAnswer> {
    log.iter().rev().find_map(|record| match &record.what {
        LoggedEvent::Called { intent: i, answer } if *i == intent => Some(answer),
        _ => None,
    })
}

/// The tries of an intent whose answers were lost.
pub fn lost(log: &[Record], intent: usize) -> impl Iterator<Item = &CallAnswer> {
    log.iter().filter_map(move |record| match &record.what {
        LoggedEvent::Lost { intent: i, answer } if *i == intent => Some(answer),
        _ => None,
    })
}

/// The outcome of a token, once judged; what its hold brought later is the last word.
#[must_use]
pub fn judged<'a>(
    log: &'a [Record],
    credential: &CredentialId,
) -> Option<(&'a Answer, Outcome, Residual)> {
    let at_first = log.iter().rev().find_map(|record| match &record.what {
        LoggedEvent::Judged {
            credential: c,
            after,
            outcome,
            residual,
            ..
        } if c == credential => Some((after, *outcome, *residual)),
        _ => None,
    })?;
    let later = log.iter().rev().find_map(|record| match &record.what {
        LoggedEvent::HoldEnded {
            credential: c,
            after,
            outcome,
            residual,
            ..
        } if c == credential => Some((after.as_ref().unwrap_or(at_first.0), *outcome, *residual)),
        _ => None,
    });
    Some(later.unwrap_or(at_first))
}

/// The hold that a token was moved into.
#[must_use]
pub fn held<'a>(log: &'a [Record], credential: &CredentialId) -> Option<&'a HoldId> {
    log.iter().find_map(|record| match &record.what {
        LoggedEvent::Held {
            credential: c,
            hold,
        } if c == credential => Some(hold),
        _ => None,
    })
}

/// Whether a call was refused for our client's sake.
#[must_use]
pub fn refuses_our_client(log: &[Record]) -> bool {
    log.iter().any(|record| match &record.what {
        LoggedEvent::Called { answer, .. } | LoggedEvent::Retried { answer, .. } => {
            answer.verdict == CallVerdict::ClientRefused
        }
        _ => false,
    })
}

/// Whether what a token was held for is over, and its secret destroyed.
#[must_use]
pub fn has_hold_ended(log: &[Record], credential: &CredentialId) -> bool {
    log.iter().any(
        |record| matches!(&record.what, LoggedEvent::HoldEnded { credential: c, .. } if c == credential),
    )
}

/// Why a token that the run left can live no more, and since when that is known.
#[must_use]
pub fn over<'a>(
    log: &'a [Record],
    credential: &CredentialId,
) -> Option<(Timestamp, &'a ExposureEnd)> {
    log.iter().rev().find_map(|record| match &record.what {
        LoggedEvent::Over {
            credential: c,
            over,
        } if c == credential => Some((record.at, over)),
        _ => None,
    })
}

/// The last call of a token's hold, once that has ended.
#[must_use]
pub fn held_call<'a>(log: &'a [Record], credential: &CredentialId) -> Option<&'a CallAnswer> {
    log.iter().rev().find_map(|record| match &record.what {
        LoggedEvent::HoldEnded {
            credential: c,
            call,
            ..
        } if c == credential => call.as_ref(),
        _ => None,
    })
}

/// The call of another run that ended a token of this one.
#[must_use]
pub fn beside<'a>(
    log: &'a [Record],
    credential: &CredentialId,
) -> Option<(&'a RunId, &'a CallAnswer)> {
    log.iter().find_map(|record| match &record.what {
        LoggedEvent::CalledBeside {
            run,
            credentials,
            answer,
        } if credentials.contains(credential) => Some((run, answer)),
        _ => None,
    })
}

/// Whom calls that were not made would have ended too; none when every call of the recipe was made.
#[must_use]
pub fn narrowed(log: &[Record]) -> Option<&[String]> {
    log.iter().rev().find_map(|record| match &record.what {
        LoggedEvent::Narrowed { shared_with, .. } => Some(shared_with.as_slice()),
        _ => None,
    })
}

/// Whom the calls would have ended too that were not made about this token; none where other calls end it, or none does.
#[must_use]
pub fn spared_for<'a>(log: &'a [Record], credential: &CredentialId) -> Option<&'a [String]> {
    log.iter().rev().find_map(|record| match &record.what {
        LoggedEvent::Narrowed {
            shared_with,
            left_alone,
            ..
        } => {
            let is_its = left_alone.as_ref().is_none_or(|it| it.contains(credential));
            is_its.then_some(shared_with.as_slice())
        }
        _ => None,
    })
}

/// Credentials whose destruction was begun and not finished.
#[must_use]
pub fn destroying(log: &[Record]) -> Vec<(&CredentialId, Option<&SlotRef>)> {
    let done = |id: &CredentialId| {
        log.iter()
            .any(|r| matches!(&r.what, LoggedEvent::Destroyed { credential } if credential == id))
    };
    log.iter()
        .filter_map(|record| match &record.what {
            LoggedEvent::Destroying { credential, key } if !done(credential) => {
                Some((credential, key.as_ref()))
            }
            _ => None,
        })
        .collect()
}

/// The sum of all counts.
#[must_use]
pub fn counts(log: &[Record]) -> Counts {
    let mut sum = Counts::default();
    for record in log {
        match &record.what {
            LoggedEvent::Counted { counts } => sum.add(counts),
            // A token that is held was moved, not destroyed; its end comes later.
            LoggedEvent::Destroyed { credential } if held(log, credential).is_none() => {
                sum.credentials_destroyed += 1;
            }
            LoggedEvent::Held { .. } => sum.credentials_sealed += 1,
            LoggedEvent::HoldEnded { .. } => {
                sum.credentials_sealed = sum.credentials_sealed.saturating_sub(1);
                sum.credentials_destroyed += 1;
            }
            _ => {}
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_needed_less_time_is_shortened_and_a_vendors_own_word_is_not() {
        let own: CredentialId = "cre_01jd7000000000000000000001".parse().unwrap();
        let other: CredentialId = "cre_01jd7000000000000000000002".parse().unwrap();
        let looked = |shortened| {
            let answer = Answer {
                verdict: Verdict::Dead,
                question: None,
                endpoint: String::new(),
                status: Some(401),
                reason: String::new(),
                at: Timestamp::UNIX_EPOCH,
                refusal: None,
            };
            let told = AnswerAbout {
                credential: own.clone(),
                answer,
            };
            let look = TokenCheck {
                answers: vec![told],
                shortened,
                ..TokenCheck::default()
            };
            Record {
                at: Timestamp::UNIX_EPOCH,
                what: LoggedEvent::Looked { look },
            }
        };
        let log = [looked(false), looked(true)];
        for (basis, is_so) in [
            (Some(Basis::Time), true),
            (Some(Basis::Control), true),
            (Some(Basis::Named), false),
            (None, false),
        ] {
            assert_eq!(is_shortened(&log, &own, basis), is_so, "{basis:?}");
            assert!(!is_shortened(&log, &other, basis), "another token's look");
            assert!(!is_shortened(&log[..1], &own, basis), "at the usual pace");
        }
    }
}
