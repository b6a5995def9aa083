//! The records of a run, and what comes next: pure, so that a crash at any record boundary resumes.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::judge::{Answer, CallAnswer, Outcome, Residual, Verdict};
use crate::domain::credential::TokenKind;
use crate::domain::id::{CredentialId, HoldId};
use crate::domain::provider::Question;
use crate::domain::sealed::SlotRef;

/// The seven steps, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Plan shown, reason and actor recorded, the gate shut.
    Confirm,
    /// Jobs off, executions cancelled, what was received is kept.
    DisableSyncJobs,
    /// Every live token asked, revoked, asked again.
    RevokeTokens,
    /// Slots overwritten, ciphertext emptied, records soft-deleted.
    DestroyCredentials,
    /// Connection, instance, endpoints, health.
    UpdateStatuses,
    /// Scopes marked stale.
    MarkReferences,
    /// The summary entry and the follow-ups.
    WriteAudit,
}

impl Step {
    /// All of them, in order.
    pub const ALL: [Self; 7] = [
        Self::Confirm,
        Self::DisableSyncJobs,
        Self::RevokeTokens,
        Self::DestroyCredentials,
        Self::UpdateStatuses,
        Self::MarkReferences,
        Self::WriteAudit,
    ];

    /// The words on screen.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Confirm => "Confirm",
            Self::DisableSyncJobs => "Disable sync jobs",
            Self::RevokeTokens => "Revoke tokens",
            Self::DestroyCredentials => "Destroy credentials",
            Self::UpdateStatuses => "Update statuses",
            Self::MarkReferences => "Mark references",
            Self::WriteAudit => "Write audit",
        }
    }
}

/// Where a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepState {
    /// Not begun.
    Pending,
    /// Begun.
    Running,
    /// Ended as it should.
    Done,
    /// Ended, and something about it needs attention.
    Warning,
    /// There was nothing to do.
    Skipped,
    /// Our own store or vault refused.
    Failed,
}

impl StepState {
    /// Whether nothing more comes.
    #[must_use]
    pub fn ended(self) -> bool {
        matches!(self, Self::Done | Self::Warning | Self::Skipped)
    }

    /// The word on screen and in JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Running => "running",
            Self::Done => "done",
            Self::Warning => "warning",
            Self::Skipped => "skipped",
            Self::Failed => "failed",
        }
    }
}

/// A token as the run knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunToken {
    /// Its id here.
    pub credential: CredentialId,
    /// What kind.
    pub kind: TokenKind,
    /// Which of several sets, or empty.
    pub label: String,
    /// Which, for whoever finds a token.
    pub fingerprint: String,
    /// Replaced by a newer one before the run began.
    pub superseded: bool,
    /// When it expires by itself.
    pub expires_at: Option<Timestamp>,
    /// Whether it never expires, as the provider file has it.
    pub never_expires: bool,
    /// The question on which the vendor accepted it earlier.
    #[serde(default)]
    pub passed_by: Option<Question>,
    /// Issued when a refresh token was tried after its revocation. It is not tried in its turn.
    #[serde(default)]
    pub by_proof: bool,
}

/// A call that was decided on before the first one was made (D3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intent {
    /// Index into the provider file's `[[disconnect]]`.
    pub call: usize,
    /// The token it is made with or about; none for calls about the account.
    pub token: Option<CredentialId>,
    /// Every token that dies if it works.
    pub kills: Vec<CredentialId>,
}

/// One record of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// When it was written.
    pub at: Timestamp,
    /// What it says.
    pub what: Happened,
}

/// What a record says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Happened {
    /// A step changed its state.
    Step {
        /// Which.
        step: Step,
        /// To what.
        state: StepState,
        /// In words.
        detail: String,
    },
    /// These tokens are the run's: every one of the generation that may live.
    Tokens {
        /// Refresh tokens first.
        tokens: Vec<RunToken>,
    },
    /// D3: what every token answered before the first call, and the calls that follow.
    Asked {
        /// One answer a token, in the order of the tokens.
        answers: Vec<(CredentialId, Answer)>,
        /// In the recipe's order.
        intents: Vec<Intent>,
    },
    /// D4: a call was answered.
    Called {
        /// Index into the intents of D3.
        intent: usize,
        /// The evidence.
        answer: CallAnswer,
    },
    /// D5: a token was asked again and judged.
    Judged {
        /// Which token.
        credential: CredentialId,
        /// What the same question brought.
        after: Answer,
        /// What is claimed.
        outcome: Outcome,
        /// Until when it may live.
        residual: Residual,
    },
    /// D6: this slot is about to be overwritten.
    Destroying {
        /// Whose key.
        credential: CredentialId,
        /// Where it lies; none for a token that was never seen.
        key: Option<SlotRef>,
    },
    /// D7: the slot is overwritten, the row is emptied.
    Destroyed {
        /// Whose key.
        credential: CredentialId,
    },
    /// D6 for a token that could not be revoked yet: its secret lies in a hold from now on.
    Held {
        /// Which token.
        credential: CredentialId,
        /// Where it is retried.
        hold: HoldId,
    },
    /// Its hold ended, during the run or long after it.
    HoldEnded {
        /// Which token.
        credential: CredentialId,
        /// The last call, when one was made.
        call: Option<CallAnswer>,
        /// The last question, when there was one.
        after: Option<Answer>,
        /// What is claimed now.
        outcome: Outcome,
        /// Until when it may live.
        residual: Residual,
    },
    /// While its tokens were held, a question called a token dead that then was seen to work.
    Caught {
        /// Which question.
        question: Question,
        /// Which token.
        credential: CredentialId,
    },
    /// Calls that were not made, because other connections share the grant.
    Narrowed {
        /// Index into the provider file's `[[disconnect]]`.
        calls: Vec<usize>,
        /// What they would have ended too.
        shared_with: Vec<String>,
    },
    /// Counts that only this step knows.
    Counted {
        /// What was counted.
        counts: Counts,
    },
}

/// What a run did, in numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Jobs turned off.
    pub jobs_disabled: u64,
    /// Executions cancelled.
    pub executions_cancelled: u64,
    /// Secrets destroyed.
    pub credentials_destroyed: u64,
    /// Inbound endpoints disabled.
    pub webhooks_disabled: u64,
    /// References marked stale.
    pub references_marked: u64,
}

impl Counts {
    /// Adds `other`, field by field.
    pub fn add(&mut self, other: &Self) {
        self.jobs_disabled += other.jobs_disabled;
        self.executions_cancelled += other.executions_cancelled;
        self.credentials_destroyed += other.credentials_destroyed;
        self.webhooks_disabled += other.webhooks_disabled;
        self.references_marked += other.references_marked;
    }
}

/// What to do now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// Begin this step, or go on with it.
    Attempt(Step),
    /// A person has to look.
    Wait(String),
    /// Nothing is left to do.
    Finished(Ending),
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// Every step done or skipped.
    Completed,
    /// At least one step ended with a warning.
    CompletedWithWarnings,
}

/// What comes after the records of `log`.
#[must_use]
pub fn next(log: &[Record]) -> Next {
    let mut warned = false;
    for step in Step::ALL {
        match last_state(log, step) {
            (StepState::Failed, detail) => return Next::Wait(detail.to_owned()),
            (StepState::Pending | StepState::Running, _) => return Next::Attempt(step),
            (StepState::Warning, _) => warned = true,
            (StepState::Done | StepState::Skipped, _) => {}
        }
    }
    // A provider without a revocation API makes no step fail, but what it leaves alive is no clean end.
    warned |= log
        .iter()
        .any(|r| matches!(&r.what, Happened::Judged { outcome, .. } if !outcome.proven()));
    Next::Finished(if warned {
        Ending::CompletedWithWarnings
    } else {
        Ending::Completed
    })
}

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

/// What comes next inside [`Step::RevokeTokens`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NextRevoke {
    /// Collect the tokens of the generation.
    Collect,
    /// Ask every token, once and for all.
    Ask,
    /// Make this call of D3.
    Call(usize),
    /// Ask this token again and judge it.
    Judge(CredentialId),
    /// Everything is judged.
    Over,
}

/// What comes next inside the revoking step. Once D3 exists the first question is never repeated.
#[must_use]
pub fn next_revoke(log: &[Record]) -> NextRevoke {
    let Some(tokens) = tokens(log) else {
        return NextRevoke::Collect;
    };
    let Some((answers, intents)) = asked(log) else {
        return NextRevoke::Ask;
    };
    // What was issued while a refresh token was tried joined later, and has not been asked yet.
    let unasked = |token: &RunToken| !answers.iter().any(|(id, _)| *id == token.credential);
    if tokens.iter().any(unasked) {
        return NextRevoke::Ask;
    }
    if let Some(open) = (0..intents.len()).find(|i| called(log, *i).is_none()) {
        return NextRevoke::Call(open);
    }
    // Access tokens before refresh tokens: what comes to light when one is used bears on what is said of the other.
    tokens
        .iter()
        .rev()
        .find(|token| judged(log, &token.credential).is_none())
        .map_or(NextRevoke::Over, |token| {
            NextRevoke::Judge(token.credential.clone())
        })
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

/// The answer to an intent, once it came.
#[must_use]
pub fn called(log: &[Record], intent: usize) -> Option<&CallAnswer> {
    log.iter().rev().find_map(|record| match &record.what {
        Happened::Called { intent: i, answer } if *i == intent => Some(answer),
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
