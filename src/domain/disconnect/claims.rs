//! What a run's log says of one token's life and death, put together for its trial.

use super::log::{self, Intent, LoggedEvent, Record, RunToken};
use super::registration::Registration;
use crate::domain::credential::TokenKind;
use crate::domain::id::CredentialId;
use crate::domain::provider::Question;
use crate::domain::trial::{
    AfterCalls, Answer, CallAnswer, CallVerdict, Grant, PastAcceptance, Reading, Trial,
    TrialSubject, Verdict,
};

/// What of a trial does not stand in the run's log.
#[derive(Debug, Clone, Copy)]
pub struct ClaimCircumstances {
    /// Since when our registration is the one that asks: what another one was told proves nothing (RFC 7662 2.2).
    pub registration: Registration,
    /// When the run began: what is on record about its tokens was looked up then.
    pub began: jiff::Timestamp,
}

/// The trial of one token of a run.
#[must_use]
pub fn trial<'a>(log: &'a [Record], token: &'a RunToken, given: ClaimCircumstances) -> Trial<'a> {
    let mut trial = alone(log, token, given);
    trial.grant = grant(log, token, given);
    trial
}

/// The calls that could have ended this token. That a sibling was gone already says nothing about this one.
#[must_use]
pub fn calls_about<'a>(log: &'a [Record], id: &CredentialId) -> Vec<&'a CallAnswer> {
    let intents = log::asked(log)
        .map(|(_, intents)| intents)
        .unwrap_or_default();
    let all = log::tokens(log).unwrap_or_default();
    let token = all.iter().find(|it| it.credential == *id);
    // Of a token that stands twice there is one call.
    let is_it = |about: &CredentialId| {
        let about = all.iter().find(|it| it.credential == *about);
        about
            .zip(token)
            .is_some_and(|(about, own)| about.is_same(own))
    };
    let own_word = |intent: &Intent| {
        let about = intent.token.as_ref();
        about.is_none_or(|about| about == id || is_it(about))
    };
    let in_run = intents
        .iter()
        .enumerate()
        .filter(|(_, intent)| intent.kills.contains(id))
        .flat_map(|(at, intent)| {
            let answers = log::lost(log, at).chain(log::called(log, at));
            answers.map(move |answer| (intent, answer))
        })
        .filter(|(intent, answer)| own_word(intent) || answer.verdict != CallVerdict::Gone)
        .map(|(_, answer)| answer);
    let retried = log.iter().filter_map(|record| match &record.what {
        LoggedEvent::Retried { credential, answer } if credential == id => Some(answer),
        _ => None,
    });
    let beside = log::beside(log, id).map(|(_, answer)| answer);
    beside.into_iter().chain(in_run).chain(retried).collect()
}

/// The trial without what is known of other tokens.
fn alone<'a>(log: &'a [Record], token: &'a RunToken, given: ClaimCircumstances) -> Trial<'a> {
    let id = &token.credential;
    let stands = |answer: &&Answer| given.registration.stood_since(answer.at);
    let first = log::asked(log)
        .map(|(answers, _)| answers)
        .unwrap_or_default();
    let since = last_call(log, id);
    // A vendor that was out of reach at first may have answered since, before the last call.
    let earlier = log::looks(log)
        .filter(|(at, _)| *at < since)
        .flat_map(|(_, look)| &look.answers)
        .filter(|told| told.credential == *id && told.answer.verdict == Verdict::Alive)
        .map(|told| &told.answer);
    // What a call of another run had ended by then was refused because of that call.
    let ended = log::beside(log, id).map(|(_, call)| call.at);
    let is_before = |answer: &&Answer| {
        answer.verdict != Verdict::Dead || ended.is_none_or(|ended| answer.at < ended)
    };
    let before = first
        .iter()
        .filter(|(of, _)| of == id)
        .map(|(_, answer)| answer)
        .filter(is_before)
        .chain(earlier)
        .filter(stands);
    let later = log::looks(log).filter(|(at, _)| *at > since);
    let made_up = log::looks(log).flat_map(|(_, look)| &look.made_up);
    let mut seen = Vec::new();
    for (_, look) in later {
        let answers = look.answers.iter().filter(|told| told.credential == *id);
        let answers: Vec<&Answer> = answers.map(|told| &told.answer).filter(stands).collect();
        if !answers.is_empty() {
            seen.push(AfterCalls::Token(answers));
        }
        let controls = look.controls.iter().filter(|told| told.credential == *id);
        seen.extend(controls.map(|told| AfterCalls::Control(&told.answer)));
    }
    Trial {
        subject: TrialSubject {
            kind: token.kind,
            is_self_contained: token.is_self_contained,
            ends: token.expires_at,
        },
        passed: passed(token, given),
        before: before.collect(),
        made_up: made_up.filter(stands).collect(),
        calls: calls_about(log, id),
        seen,
        grant: Grant::default(),
        is_gone_disproved: log::is_gone_disproved(log),
        is_introspection_disproved: log::is_introspection_disproved(log),
    }
}

/// How the token was accepted before this run. A refresh token was by whoever issued it.
fn passed(token: &RunToken, given: ClaimCircumstances) -> Vec<PastAcceptance<'_>> {
    let on_record = token
        .passed_by
        .filter(|_| given.registration.stood_since(given.began))
        .map(|question| PastAcceptance {
            question,
            endpoint: &token.passed_where,
        });
    let issued = token
        .issued_at
        .filter(|at| token.kind == TokenKind::Refresh && given.registration.stood_since(*at))
        .map(|_| PastAcceptance {
            question: Question::Refresh,
            endpoint: "",
        });
    on_record.into_iter().chain(issued).collect()
}

fn last_call(log: &[Record], id: &CredentialId) -> usize {
    let intents = log::asked(log)
        .map(|(_, intents)| intents)
        .unwrap_or_default();
    let is_about = |at: &usize| {
        intents
            .get(*at)
            .is_some_and(|intent| intent.kills.contains(id))
    };
    let last = log.iter().rposition(|record| match &record.what {
        LoggedEvent::Called { intent, .. } | LoggedEvent::Lost { intent, .. } => is_about(intent),
        LoggedEvent::Retried { credential, .. } => credential == id,
        LoggedEvent::CalledBeside { credentials, .. } => credentials.contains(id),
        LoggedEvent::Asked { .. } => true,
        _ => false,
    });
    last.unwrap_or_default()
}

fn grant(log: &[Record], token: &RunToken, given: ClaimCircumstances) -> Grant {
    let intents = log::asked(log)
        .map(|(_, intents)| intents)
        .unwrap_or_default();
    let mut grant = Grant::default();
    for other in log::tokens(log).unwrap_or_default() {
        if other.credential == token.credential || other.label != token.label {
            continue;
        }
        let trial = alone(log, other, given);
        let last = trial.seen.iter().rev().find_map(|seen| match seen {
            AfterCalls::Token(answers) => Some(answers),
            AfterCalls::Control(_) => None,
        });
        let Some(answers) = last else { continue };
        let ends_both = intents.iter().enumerate().any(|(at, intent)| {
            let is_accepted =
                log::called(log, at).is_some_and(|call| call.verdict == CallVerdict::Accepted);
            is_accepted
                && intent.kills.contains(&token.credential)
                && intent.kills.contains(&other.credential)
        });
        match trial.read(answers) {
            Reading::Yes => grant.lives_on |= ends_both,
            Reading::No(_) => {
                grant.is_refused_at_api |= answers.iter().any(|answer| {
                    answer.verdict == Verdict::Dead
                        && matches!(answer.question, Some(Question::Probe | Question::Userinfo))
                });
            }
            Reading::Unclear | Reading::Nothing => {}
        }
    }
    grant
}
