//! The tokens of a run with their outcomes, read from its log.

use super::proofs;
use crate::domain::disconnect::log::{self, Intent, Record};
use crate::domain::id::CredentialId;
use crate::domain::trial::{CallVerdict, Residual};
use crate::wire::view;

/// The tokens of a run with their outcomes and what these rest on.
#[must_use]
pub fn tokens(log: &[Record]) -> Vec<view::RunToken> {
    let Some(tokens) = log::tokens(log) else {
        return Vec::new();
    };
    tokens
        .iter()
        .map(|token| {
            let judged = log::judged(log, &token.credential);
            view::RunToken {
                credential: token.credential.clone(),
                kind: token.kind,
                label: token.label.clone(),
                fingerprint: token.fingerprint.clone(),
                superseded: token.superseded,
                replaced_at: token.replaced_at(tokens),
                is_held_elsewhere: token.is_held_elsewhere,
                outcome: judged.map(|(_, outcome, _)| outcome),
                evidence: evidence(log, &token.credential),
                residual_until: judged
                    .map(|(_, _, residual)| residual)
                    .filter(|r| *r != Residual::None),
                over: log::over(log, &token.credential).map(|(at, over)| view::TokenOver {
                    at,
                    over: over.clone(),
                }),
                hold: log::held(log, &token.credential).cloned(),
                proof: proofs::of(log, token),
                again: proofs::later(log, &token.credential),
                elsewhere_until: proofs::elsewhere(log, token),
                sealed_until: proofs::sealed_until(log, &token.credential),
            }
        })
        .collect()
}

/// What a claim rests on: the token's own call when there was one that says something, else the one that took it along.
fn evidence(log: &[Record], id: &CredentialId) -> view::Evidence {
    let mut evidence = view::Evidence {
        probe_after: log::judged(log, id).map(|(after, _, _)| after.clone()),
        ..Default::default()
    };
    let Some((answers, intents)) = log::asked(log) else {
        return evidence;
    };
    evidence.probe_before = answers
        .iter()
        .find(|(c, _)| c == id)
        .map(|(_, answer)| answer.clone());
    let calls = || {
        intents
            .iter()
            .enumerate()
            .filter_map(|(i, intent)| log::called(log, i).map(|answer| (intent, answer)))
    };
    let own = calls().rfind(|(intent, _)| intent.token.as_ref() == Some(id));
    let took = |intent: &Intent| intent.kills.contains(id);
    let along =
        calls().rfind(|(intent, answer)| took(intent) && answer.verdict == CallVerdict::Accepted);
    let chosen = match (own, along) {
        (Some(own), Some(along)) if own.1.verdict != CallVerdict::Accepted => Some(along),
        (own, along) => own
            .or(along)
            .or_else(|| calls().rfind(|(intent, _)| took(intent))),
    };
    let beside = log::beside(log, id)
        .filter(|_| chosen.is_none_or(|(_, answer)| answer.verdict != CallVerdict::Accepted));
    let latest = log::held_call(log, id)
        .or(beside.map(|(_, answer)| answer))
        .or(chosen.map(|(_, answer)| answer));
    if let Some(answer) = latest {
        evidence.endpoint = Some(answer.endpoint.clone());
        evidence.method = Some(answer.method.clone());
        evidence.status = answer.status;
        evidence.at = Some(answer.at);
        evidence.request_id.clone_from(&answer.request_id);
        evidence.reason = Some(answer.reason.clone()).filter(|reason| !reason.is_empty());
        if let Some((run, _)) = beside.filter(|(_, call)| call.at == answer.at) {
            evidence.reason = Some(format!("it shares the grant that {run} ended by this call"));
        }
    } else if let Some(shared_with) = log::spared_for(log, id) {
        evidence.reason = Some(format!(
            "not called: the call would end {} too",
            shared_with.join(", ")
        ));
    }
    evidence
}
