//! The same question after the calls, and when its no is one.

use std::time::Duration;

use super::StepError;
use super::worker::Worker;
use crate::domain::credential::TokenKind;
use crate::domain::disconnect::judge::{Answer, CallAnswer, CallVerdict, Verdict};
use crate::domain::disconnect::log::{self, Happened, Record, RunToken};
use crate::domain::disconnect::run::Run;
use crate::domain::provider::Question;
use crate::server::mint;

/// How long an answer is given to change: some vendors end a token a little after they said yes, and an outage that looks
/// like a refusal passes. Each wait is the product's own, and in all they are 3.5 s.
const SETTLES: [Duration; 3] = [
    Duration::from_millis(500),
    Duration::from_secs(1),
    Duration::from_secs(2),
];

/// The same question as before; a vendor that said yes is given a little time, and so is one that did not answer.
pub(super) async fn asked(
    worker: &Worker<'_>,
    (run, log): (&Run, &[Record]),
    token: &RunToken,
    question: Option<Question>,
    calls: &[CallAnswer],
) -> Result<Answer, StepError> {
    let is_accepted = |call: &CallAnswer| call.verdict == CallVerdict::Accepted;
    let (accepted, is_outage) = (calls.iter().any(is_accepted), is_outage(calls));
    let mut after = worker.ask_again(token, question).await?;
    for settles in SETTLES {
        let may_change = match after.verdict {
            Verdict::Alive => accepted,
            // Nobody took a call, and the token is refused all at once: an outage may look like that.
            Verdict::Dead => is_outage,
            Verdict::Unknown | Verdict::NotAskable => accepted && after.is_unanswered(),
        };
        if !may_change {
            break;
        }
        tokio::time::sleep(settles).await;
        after = worker.ask_again(token, question).await?;
    }
    if after.verdict == Verdict::Dead && is_used(log, after.question) {
        after.verdict = Verdict::Unknown;
        after.reason = "a token that was issued for it still works".to_owned();
    }
    if after.verdict == Verdict::Dead
        && (log::is_caught_lying(log, after.question)
            || catches_a_lie(worker, (run, log), after.question).await?)
    {
        after.verdict = Verdict::Unknown;
        after.reason = "it says the same of another token that still works".to_owned();
    }
    Ok(after)
}

/// Whether calls were made and nobody answered one.
pub(super) fn is_outage<'a>(calls: impl IntoIterator<Item = &'a CallAnswer>) -> bool {
    use CallVerdict::{Accepted, Gone, Lost, Rejected, Unreachable};
    let mut found_nobody = false;
    for call in calls {
        match call.verdict {
            Accepted | Gone | Rejected => return false,
            Lost | Unreachable => found_nobody = true,
            CallVerdict::Unsupported => {}
        }
    }
    found_nobody
}

/// Whether the app is said not to be installed where a token of the installation was just seen to work.
fn is_used(log: &[Record], question: Option<Question>) -> bool {
    let mut tokens = log::tokens(log).unwrap_or_default().iter();
    question == Some(Question::Installed)
        && tokens.any(|token| {
            let judged = log::judged(log, &token.credential);
            token.kind == TokenKind::Access
                && judged.is_some_and(|(after, ..)| after.verdict == Verdict::Alive)
        })
}

/// Whether the issuer calls another token of this run dead that works where it is taken; that is remembered.
async fn catches_a_lie(
    worker: &Worker<'_>,
    (run, log): (&Run, &[Record]),
    question: Option<Question>,
) -> Result<bool, StepError> {
    let works = |token: &&RunToken| {
        let judged = log::judged(log, &token.credential);
        token.kind == TokenKind::Access
            && judged.is_some_and(|(after, ..)| {
                after.verdict == Verdict::Alive && after.question != question
            })
    };
    let mut tokens = log::tokens(log).unwrap_or_default().iter();
    let (Some(witness), Some(question @ Question::Introspection)) = (tokens.find(works), question)
    else {
        return Ok(false);
    };
    let seen = worker.ask_again(witness, Some(question)).await?;
    if seen.verdict != Verdict::Alive || seen.question == Some(question) {
        return Ok(false);
    }
    let caught = Happened::Caught {
        question,
        credential: witness.credential.clone(),
    };
    let store = &worker.server.store;
    store
        .recorded(&run.id, mint::now(), vec![caught], None)
        .await?;
    Ok(true)
}
