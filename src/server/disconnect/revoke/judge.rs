//! D5: what may be claimed.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::json;

use super::again;
use super::worker::Worker;
use super::{StepError, prove, run_entry};
use crate::domain::audit::{AuditOutcome, NewEntry};
use crate::domain::credential::TokenKind;
use crate::domain::disconnect::judge::{
    Answer, CallAnswer, CallVerdict, Facts, Outcome, Residual, Verdict, judge,
};
use crate::domain::disconnect::log::{self, Happened, Record, RunToken};
use crate::domain::disconnect::run::{IfUnreachable, Run};
use crate::domain::id::CredentialId;
use crate::domain::provider::{Lifetime, ProviderFile, Question};
use crate::server::look::runs;
use crate::server::vendor::{self, not_askable};
use crate::server::{Server, mint};
use crate::store::StoreError;
use crate::wire::view::Evidence;

/// Asks the same question again, and D5: what may be claimed.
pub(super) async fn one(
    server: &Arc<Server>,
    run: &Run,
    log: &[Record],
    id: &CredentialId,
) -> Result<(), StepError> {
    let mut tokens = log::tokens(log).unwrap_or_default().iter();
    let token = tokens.find(|token| token.credential == *id);
    let token = token.ok_or_else(|| {
        StoreError::Damaged(format!("{} judges a token it does not have", run.id))
    })?;
    let worker = Worker::of(server, run).await?;
    let mut calls: Vec<CallAnswer> = calls_about(log, id).into_iter().cloned().collect();
    if log::is_gone_disproved(log) {
        gone_as(CallVerdict::Accepted, &mut calls);
    }
    let unasked = not_askable("it was not asked before");
    let first = log::before(log, id).unwrap_or(&unasked);
    let again = again::asked(&worker, (run, log), token, first.question, &calls).await?;
    let (before, passed_by, after) = match tried(&worker, run, log, token, first, &again).await? {
        // The exchange or refresh that issued it is the success on record.
        Some(tried) => (&unasked, Some(Question::Refresh), tried),
        None => (first, token.passed_by, again),
    };
    let outcome = claimed(&worker, run, token, (before, passed_by, &after), calls)?;
    let file = server.provider(&run.provider);
    let residual = residual(file.as_deref(), token, outcome, first.at);
    let judged = Happened::Judged {
        credential: id.clone(),
        after,
        outcome,
        residual,
    };
    let mut entry = entry(run, token, outcome, residual);
    entry.evidence = json!(evidence(log, &judged, id));
    Ok(server
        .store
        .recorded(&run.id, mint::now(), vec![judged], Some(entry))
        .await?)
}

/// What may be claimed of the token by these questions and calls.
fn claimed(
    worker: &Worker<'_>,
    run: &Run,
    token: &RunToken,
    (before, passed_by, after): (&Answer, Option<Question>, &Answer),
    mut calls: Vec<CallAnswer>,
) -> Result<Outcome, StepError> {
    let registration = vendor::registration(worker.server, &run.provider)?;
    let issued = worker.issued_at(&token.credential)?;
    if issued.is_some_and(|at| !registration.stood_since(at)) {
        gone_as(CallVerdict::Rejected, &mut calls);
    }
    // Somebody changed our registration meanwhile: the two questions were not the same one.
    let unasked = not_askable("our registration has changed since it was asked");
    let before = match registration.stood_since(before.at) {
        true => before,
        false => &unasked,
    };
    let calls: Vec<&CallAnswer> = calls.iter().collect();
    let outcome = judge(&Facts {
        kind: token.kind,
        before,
        // When it passed was looked at once, when the run collected it.
        passed_by: passed_by.filter(|_| registration.stood_since(run.started_at)),
        passed_where: match passed_by {
            // A trial is made at the token endpoint, which issued it.
            Some(Question::Refresh) => "",
            _ => &token.passed_where,
        },
        calls: &calls,
        after,
    });
    // Whoever asked for it to be kept until it is revoked is not served by a death that nobody's call brought about.
    let is_held = run.if_unreachable == IfUnreachable::Hold && again::is_outage(calls);
    Ok(match outcome.proven() && is_held {
        true => Outcome::Unreachable,
        false => outcome,
    })
}

/// Takes `gone` for less than the vendor's word about the token: for a yes where it was said of a token that works, for a
/// refusal where another registration of ours had issued the token.
pub(in crate::server) fn gone_as(verdict: CallVerdict, calls: &mut [CallAnswer]) {
    for call in calls {
        if call.verdict == CallVerdict::Gone {
            call.verdict = verdict;
        }
    }
}

/// What trying the refresh token brought, where nothing else can tell and the file allows it.
async fn tried(
    worker: &Worker<'_>,
    run: &Run,
    log: &[Record],
    token: &RunToken,
    first: &Answer,
    again: &Answer,
) -> Result<Option<Answer>, StepError> {
    // Of a token that no question ever called alive, no question can tell that it is dead.
    let never_alive = again.verdict != Verdict::Alive
        && first.verdict != Verdict::Alive
        && token.passed_by.is_none();
    let Ok(vendor) = &worker.vendor else {
        return Ok(None);
    };
    // Where nobody has heard a revocation, a trial would only issue more.
    let calls = calls_about(log, &token.credential);
    if !calls.into_iter().any(CallAnswer::is_heard) {
        return Ok(None);
    }
    if again.verdict != Verdict::NotAskable && !never_alive {
        return Ok(None);
    }
    let whose = (&worker.connection, vendor);
    prove::refresh_token(worker.server, run, log, whose, token).await
}

fn entry(run: &Run, token: &RunToken, outcome: Outcome, residual: Residual) -> NewEntry {
    let audit = match outcome.proven() {
        true => AuditOutcome::Done,
        false => AuditOutcome::Warning,
    };
    let detail = json!({
        "run": run.id, "credential": token.credential, "kind": token.kind, "fingerprint": token.fingerprint,
        "outcome": outcome, "residual_until": residual,
    });
    run_entry(run, "token.revoked", audit, detail)
}

/// What the claim rests on, as the run will show it.
fn evidence(log: &[Record], judged: &Happened, id: &CredentialId) -> Option<Evidence> {
    let mut told = log.to_vec();
    told.push(Record {
        at: mint::now(),
        what: judged.clone(),
    });
    let mut tokens = runs::tokens(&told).into_iter();
    tokens.find(|it| it.credential == *id).map(|it| it.evidence)
}

/// The calls that could have ended this token. That a sibling was gone already says nothing about this one.
pub(in crate::server) fn calls_about<'a>(
    log: &'a [Record],
    id: &CredentialId,
) -> Vec<&'a CallAnswer> {
    let Some((_, intents)) = log::asked(log) else {
        return Vec::new();
    };
    let own_word =
        |intent: &log::Intent| intent.token.is_none() || intent.token.as_ref() == Some(id);
    intents
        .iter()
        .enumerate()
        .filter(|(_, intent)| intent.kills.contains(id))
        .flat_map(|(at, intent)| {
            let answers = log::lost(log, at).chain(log::called(log, at));
            answers.map(move |answer| (intent, answer))
        })
        .filter(|(intent, answer)| own_word(intent) || answer.verdict != CallVerdict::Gone)
        .map(|(_, answer)| answer)
        .collect()
}

/// Until when a token that is not proven dead may live (B3). `by` is when it was there already.
fn residual(
    file: Option<&ProviderFile>,
    token: &RunToken,
    outcome: Outcome,
    by: Timestamp,
) -> Residual {
    if outcome.proven() {
        return Residual::None;
    }
    if let Some(at) = token.expires_at {
        return Residual::Until(at);
    }
    if token.never_expires {
        return Residual::Never;
    }
    // The file's lifetime counts from the issue, which was before the token was asked about.
    let lifetime = file.and_then(|file| file.auth.lifetime.as_ref());
    let lifetime = lifetime.filter(|_| token.kind == TokenKind::Access);
    let ends = lifetime.and_then(Lifetime::duration);
    match ends.map(|lifetime| by.checked_add(lifetime)) {
        Some(Ok(at)) => Residual::Until(at),
        _ => Residual::Unknown,
    }
}
