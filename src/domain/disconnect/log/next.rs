//! What comes next: the step, and inside the revoking step the token or the call.

use serde::{Deserialize, Serialize};

use super::record::{Record, RunToken};
use super::step::{Step, StepState};
use super::{asked, called, judged, last_state, tokens};

/// What to do now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// Begin this step, or go on with it.
    Attempt(Step),
    /// A person has to look.
    Wait(String),
    /// Nothing is left to do.
    Finished(RunEnding),
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunEnding {
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
    warned |= tokens(log).unwrap_or_default().iter().any(|token| {
        judged(log, &token.credential).is_some_and(|(_, outcome, _)| !outcome.proven())
    });
    Next::Finished(if warned {
        RunEnding::CompletedWithWarnings
    } else {
        RunEnding::Completed
    })
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
    /// Look at the tokens that are not judged yet, until each is settled or has to wait.
    Look,
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
    let is_judged = |token: &RunToken| judged(log, &token.credential).is_some();
    match tokens.iter().all(is_judged) {
        true => NextRevoke::Over,
        false => NextRevoke::Look,
    }
}
