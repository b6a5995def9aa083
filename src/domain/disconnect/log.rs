//! The records of a run, and what they say: pure, so that a crash at any record boundary resumes.

use super::judge::{Answer, CallAnswer, CallVerdict, Outcome, Residual, Verdict};
use crate::domain::id::{CredentialId, HoldId};
use crate::domain::provider::Question;
use crate::domain::sealed::SlotRef;

mod next;
mod record;
mod step;

pub use next::{Ending, Next, NextRevoke, next, next_revoke};
pub use record::{Counts, Happened, Intent, Record, RunToken};
pub use step::{Step, StepState};

/// The latest state of `step`, and its detail.
#[must_use]
pub fn last_state(log: &[Record], step: Step) -> (StepState, &str) {
    log.iter()
        .rev()
        .find_map(|record| match &record.what {
            Happened::Step {
                step: s,
                state,
                detail,
            } if *s == step => Some((*state, detail.as_str())),
            _ => None,
        })
        .unwrap_or((StepState::Pending, ""))
}

/// The tokens of the run, once collected.
#[must_use]
pub fn tokens(log: &[Record]) -> Option<&[RunToken]> {
    log.iter().rev().find_map(|record| match &record.what {
        Happened::Tokens { tokens } => Some(tokens.as_slice()),
        _ => None,
    })
}

/// What D3 holds, once written. A later record of its kind repeats the earlier one and adds to it.
#[must_use]
#[expect(clippy::type_complexity, reason = "two slices of one record")]
pub fn asked(log: &[Record]) -> Option<(&[(CredentialId, Answer)], &[Intent])> {
    log.iter().rev().find_map(|record| match &record.what {
        Happened::Asked { answers, intents } => Some((answers.as_slice(), intents.as_slice())),
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

/// Whether this question was answered with "dead" for a token that was then seen to work.
#[must_use]
pub fn is_caught_lying(log: &[Record], question: Option<Question>) -> bool {
    log.iter().any(|record| match &record.what {
        Happened::Judged {
            credential, after, ..
        } => {
            let put = before(log, credential).and_then(|answer| answer.question);
            put == question && put != after.question && after.verdict == Verdict::Alive
        }
        Happened::Caught { question: lied, .. } => Some(*lied) == question,
        _ => false,
    })
}

/// Whether a call said `gone` about a token that works, or that had worked a moment before and was ended by no other call.
/// Its word about the others counts for nothing then.
#[must_use]
pub fn is_gone_disproved(log: &[Record]) -> bool {
    let Some((_, intents)) = asked(log) else {
        return false;
    };
    let works = |id| judged(log, id).is_some_and(|(after, ..)| after.verdict == Verdict::Alive);
    let worked = |id| before(log, id).is_some_and(|answer| answer.verdict == Verdict::Alive);
    let may_end = |at: usize| {
        let answer = called(log, at).map(|call| call.verdict);
        answer == Some(CallVerdict::Accepted)
            || answer == Some(CallVerdict::Lost)
            || lost(log, at).next().is_some()
    };
    let is_ended = |id| {
        let mut others = intents.iter().enumerate();
        others.any(|(at, other)| other.kills.contains(id) && may_end(at))
    };
    intents.iter().enumerate().any(|(at, intent)| {
        let is_gone = called(log, at).is_some_and(|call| call.verdict == CallVerdict::Gone);
        let disproves = |id| works(id) || (worked(id) && !is_ended(id));
        is_gone && intent.token.as_ref().is_some_and(disproves)
    })
}

/// The answer to an intent, once it came.
#[must_use]
pub fn called(log: &[Record], intent: usize) -> Option<&CallAnswer> {
    log.iter().rev().find_map(|record| match &record.what {
        Happened::Called { intent: i, answer } if *i == intent => Some(answer),
        _ => None,
    })
}

/// The tries of an intent whose answers were lost.
pub fn lost(log: &[Record], intent: usize) -> impl Iterator<Item = &CallAnswer> {
    log.iter().filter_map(move |record| match &record.what {
        Happened::Lost { intent: i, answer } if *i == intent => Some(answer),
        _ => None,
    })
}

/// The outcome of a token, once judged; what its hold brought later is the last word.
#[must_use]
pub fn judged<'a>(
    log: &'a [Record],
    credential: &CredentialId,
) -> Option<(&'a Answer, Outcome, Residual)> {
    let at_first = log.iter().find_map(|record| match &record.what {
        Happened::Judged {
            credential: c,
            after,
            outcome,
            residual,
        } if c == credential => Some((after, *outcome, *residual)),
        _ => None,
    })?;
    let later = log.iter().rev().find_map(|record| match &record.what {
        Happened::HoldEnded {
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
        Happened::Held {
            credential: c,
            hold,
        } if c == credential => Some(hold),
        _ => None,
    })
}

/// The last call of a token's hold, once that has ended.
#[must_use]
pub fn held_call<'a>(log: &'a [Record], credential: &CredentialId) -> Option<&'a CallAnswer> {
    log.iter().rev().find_map(|record| match &record.what {
        Happened::HoldEnded {
            credential: c,
            call,
            ..
        } if c == credential => call.as_ref(),
        _ => None,
    })
}

/// Whom calls that were not made would have ended too; none when every call of the recipe was made.
#[must_use]
pub fn narrowed(log: &[Record]) -> Option<&[String]> {
    log.iter().rev().find_map(|record| match &record.what {
        Happened::Narrowed { shared_with, .. } => Some(shared_with.as_slice()),
        _ => None,
    })
}

/// Credentials whose destruction was begun and not finished.
#[must_use]
pub fn destroying(log: &[Record]) -> Vec<(&CredentialId, Option<&SlotRef>)> {
    let done = |id: &CredentialId| {
        log.iter()
            .any(|r| matches!(&r.what, Happened::Destroyed { credential } if credential == id))
    };
    log.iter()
        .filter_map(|record| match &record.what {
            Happened::Destroying { credential, key } if !done(credential) => {
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
            Happened::Counted { counts } => sum.add(counts),
            // A token that is held was moved, not destroyed.
            Happened::Destroyed { credential } if held(log, credential).is_none() => {
                sum.credentials_destroyed += 1;
            }
            _ => {}
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    fn answer(verdict: Verdict, question: Question) -> Answer {
        Answer {
            verdict,
            question: Some(question),
            endpoint: String::new(),
            status: Some(200),
            reason: String::new(),
            at: Timestamp::UNIX_EPOCH,
        }
    }

    fn log(after: &Answer) -> Vec<Record> {
        let credential: CredentialId = "cre_01jd7000000000000000000001".parse().unwrap();
        let before = answer(Verdict::Alive, Question::Introspection);
        let asked = Happened::Asked {
            answers: vec![(credential.clone(), before)],
            intents: Vec::new(),
        };
        let judged = Happened::Judged {
            credential,
            after: after.clone(),
            outcome: Outcome::StillAlive,
            residual: Residual::Unknown,
        };
        let at = Timestamp::UNIX_EPOCH;
        [asked, judged].map(|what| Record { at, what }).into()
    }

    #[test]
    fn a_question_is_caught_lying_by_a_token_that_works_elsewhere() {
        let caught = |after: &Answer, question| is_caught_lying(&log(after), Some(question));
        let works = answer(Verdict::Alive, Question::Userinfo);
        assert!(caught(&works, Question::Introspection));
        assert!(!caught(&works, Question::Userinfo));
        // What a hold saw counts as well, for the one question.
        let mut later = log(&answer(Verdict::Dead, Question::Introspection));
        later.push(Record {
            at: Timestamp::UNIX_EPOCH,
            what: Happened::Caught {
                question: Question::Introspection,
                credential: "cre_01jd7000000000000000000001".parse().unwrap(),
            },
        });
        assert!(is_caught_lying(&later, Some(Question::Introspection)));
        assert!(!is_caught_lying(&later, Some(Question::Userinfo)));
        for honest in [
            answer(Verdict::Alive, Question::Introspection),
            answer(Verdict::Dead, Question::Introspection),
        ] {
            assert!(!caught(&honest, Question::Introspection));
        }
    }
}
