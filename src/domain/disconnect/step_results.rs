//! How the revoking and the destroying step end, by the log: when they end first, and again when a proof is settled later.

use super::log::{self, LoggedEvent, Record, Step, StepState};
use super::run::RunState;
use crate::domain::trial::{CallVerdict, Outcome};

/// How the revoking step stands.
#[must_use]
pub fn revoking(log: &[Record]) -> LoggedEvent {
    let tokens = log::tokens(log).unwrap_or_default();
    let outcomes = tokens
        .iter()
        .map(|token| log::judged(log, &token.credential));
    let is_proven = |outcome: &Outcome| outcome.proven();
    let proven = outcomes
        .flatten()
        .map(|(_, outcome, _)| outcome)
        .filter(is_proven)
        .count();
    let has_no_way = |intent: usize| {
        log::called(log, intent).is_some_and(|call| call.verdict == CallVerdict::Unsupported)
    };
    let no_call = log::asked(log).is_none_or(|(_, intents)| (0..intents.len()).all(has_no_way))
        && log::narrowed(log).is_none();
    let (state, mut detail) = match tokens.len() {
        0 => (StepState::Skipped, "there were no tokens".to_owned()),
        all if all == proven => (StepState::Done, format!("{proven} of {all} proven dead")),
        all if no_call => (
            StepState::Skipped,
            format!("the provider has no way to revoke; {all} may live on"),
        ),
        all => (StepState::Warning, format!("{proven} of {all} proven dead")),
    };
    match proofs_under_way(log) {
        0 => {}
        1 => detail.push_str("; the proof of 1 is under way"),
        n => detail = format!("{detail}; the proofs of {n} are under way"),
    }
    if let Some(shared_with) = log::narrowed(log) {
        let whom = shared_with.join(", ");
        detail = format!("{detail}; calls that would end {whom} too were not made");
    }
    LoggedEvent::step(Step::RevokeTokens, state, detail)
}

/// How the destroying step stands.
#[must_use]
pub fn destroying(log: &[Record]) -> LoggedEvent {
    let counts = log::counts(log);
    let (destroyed, sealed) = (counts.credentials_destroyed, counts.credentials_sealed);
    let (state, mut words) = match destroyed {
        0 if sealed > 0 => (StepState::Done, "nothing was destroyed yet".to_owned()),
        0 => (StepState::Skipped, "there were no secrets".to_owned()),
        1 => (
            StepState::Done,
            "1 key slot overwritten, its ciphertext emptied".to_owned(),
        ),
        n => (
            StepState::Done,
            format!("{n} key slots overwritten, their ciphertexts emptied"),
        ),
    };
    if sealed > 0 {
        let tokens = if sealed == 1 {
            "token is"
        } else {
            "tokens are"
        };
        let why = match latest_end_of_proofs(log) {
            Some(until) => format!("until proven dead, {until:.0} at the latest"),
            None => "to retry the revocation".to_owned(),
        };
        words = format!("{words}; {sealed} {tokens} kept sealed {why}");
    }
    LoggedEvent::step(Step::DestroyCredentials, state, words)
}

/// What a finished run is, by everything that was found since.
#[must_use]
pub fn state(log: &[Record]) -> RunState {
    let warned = Step::ALL
        .into_iter()
        .any(|step| log::last_state(log, step).0 == StepState::Warning);
    let left = log::tokens(log).unwrap_or_default().iter().any(|token| {
        log::judged(log, &token.credential).is_none_or(|(_, outcome, _)| !outcome.proven())
    });
    match warned || left {
        true => RunState::CompletedWithWarnings,
        false => RunState::Completed,
    }
}

/// How many proofs go on after their token was judged.
#[must_use]
pub fn proofs_under_way(log: &[Record]) -> usize {
    let tokens = log::tokens(log).unwrap_or_default().iter();
    let is_open = |proof: log::ProofStand| proof.until.is_some();
    tokens
        .filter(|token| log::proof(log, &token.credential).is_some_and(is_open))
        .count()
}

/// When the last proof under way ends, while no token is held for any other reason.
fn latest_end_of_proofs(log: &[Record]) -> Option<jiff::Timestamp> {
    let mut latest = None;
    for token in log::tokens(log).unwrap_or_default() {
        if log::held(log, &token.credential).is_some()
            && !log::has_hold_ended(log, &token.credential)
        {
            let until = log::proof(log, &token.credential)?.until?;
            latest = latest.max(Some(until));
        }
    }
    latest
}
