//! How a token's death was tried, as clients see it.

use crate::domain::disconnect::log::{self, LoggedEvent, Record, RunToken};
use crate::domain::id::CredentialId;
use crate::domain::provider::Question;
use crate::domain::trial::{Answer, Control, Outcome, Verdict};
use crate::wire::view::{ControlSeen, LaterLook, LaterVerdict, MadeUpSeen, No, Proof, ProofState};

/// How the death of this token was tried; none while it is not judged.
pub(super) fn of(log: &[Record], token: &RunToken) -> Option<Proof> {
    let id = &token.credential;
    let stands = log::proof(log, id)?;
    let noes = noes(log, id);
    let question = noes.last().and_then(|no| no.question);
    let noes: Vec<No> = noes
        .iter()
        .map(|no| No {
            at: no.at,
            status: no.status,
        })
        .collect();
    Some(Proof {
        state: match stands.until {
            Some(_) => ProofState::UnderWay,
            None => ProofState::Settled,
        },
        until: stands.until,
        basis: stands.basis,
        control: control(log, id),
        made_up: made_up(log, question),
        shortened: log::is_shortened(log, id, stands.basis),
        noes,
    })
}

/// The looks since it was first judged.
pub(super) fn later(log: &[Record], id: &CredentialId) -> Vec<LaterLook> {
    let judged = log.iter().position(
        |record| matches!(&record.what, LoggedEvent::Judged { credential, .. } if credential == id),
    );
    let Some(judged) = judged else {
        return Vec::new();
    };
    log::looks(log)
        .filter(|(at, _)| *at > judged)
        .filter_map(|(_, look)| said(look.answers.iter().filter(|told| told.credential == *id)))
        .map(|answer| LaterLook {
            at: answer.at,
            status: answer.status,
            verdict: match answer.verdict {
                Verdict::Alive => LaterVerdict::Alive,
                Verdict::Dead => LaterVerdict::Dead,
                Verdict::Unknown | Verdict::NotAskable => LaterVerdict::Unclear,
            },
        })
        .collect()
}

/// Until when one that is proven dead at one API may be taken elsewhere.
pub(super) fn elsewhere(log: &[Record], token: &RunToken) -> Option<jiff::Timestamp> {
    let (_, outcome, _) = log::judged(log, &token.credential)?;
    let is_dead = outcome == Outcome::VerifiedDead || outcome == Outcome::AlreadyDead;
    token
        .expires_at
        .filter(|_| is_dead && token.is_self_contained)
}

/// Until when the secret is kept for its proof alone.
pub(super) fn sealed_until(log: &[Record], id: &CredentialId) -> Option<jiff::Timestamp> {
    let is_kept = log::held(log, id).is_some() && !log::has_hold_ended(log, id);
    log::proof(log, id)?.until.filter(|_| is_kept)
}

/// The refusals since anything else was answered, one a look.
fn noes<'a>(log: &'a [Record], id: &CredentialId) -> Vec<&'a Answer> {
    let mut noes = Vec::new();
    for (_, look) in log::looks(log) {
        match said(look.answers.iter().filter(|told| told.credential == *id)) {
            Some(answer) if answer.verdict == Verdict::Dead => noes.push(answer),
            Some(_) => noes.clear(),
            None => {}
        }
    }
    noes
}

/// What a look says most: a yes, else a no, else whatever came.
fn said<'a>(told: impl Iterator<Item = &'a log::AnswerAbout<Answer>>) -> Option<&'a Answer> {
    let answers = told.map(|told| &told.answer);
    answers.min_by_key(|answer| answer.verdict)
}

fn control(log: &[Record], id: &CredentialId) -> Option<ControlSeen> {
    let controls = log::looks(log).flat_map(|(_, look)| &look.controls);
    let passed = controls
        .filter(|told| told.credential == *id && told.answer.answer.verdict == Verdict::Alive)
        .last()?;
    let (fingerprint, kind) = match &passed.answer.control {
        Control::Token { fingerprint, .. } | Control::Narrower { fingerprint } => {
            (Some(fingerprint.clone()), None)
        }
        Control::File => (None, Some("file".to_owned())),
        Control::Client => (None, Some("client".to_owned())),
    };
    Some(ControlSeen {
        fingerprint,
        kind,
        at: passed.answer.answer.at,
        status: passed.answer.answer.status,
    })
}

fn made_up(log: &[Record], question: Option<Question>) -> Option<MadeUpSeen> {
    let question = question?;
    let told = log::looks(log).flat_map(|(_, look)| &look.made_up);
    let told = told
        .filter(|answer| answer.question == Some(question))
        .last()?;
    let code = told.refusal.as_ref().and_then(|it| it.shape.code());
    Some(MadeUpSeen {
        status: told.status,
        code: code.map(str::to_owned),
    })
}
