//! One try at ending a held token.

use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use serde_json::{Value, json};

use super::question::{as_it_was, ask, distrust};
use super::{due_after, shares_grants, tell};
use crate::domain::audit::{AuditOutcome, NewEntry};
use crate::domain::connection::{Connection, Status};
use crate::domain::credential::TokenKind;
use crate::domain::disconnect::intents::{Reach, intents};
use crate::domain::disconnect::judge::{
    Answer, CallAnswer, CallVerdict, Facts, Outcome, Verdict, judge,
};
use crate::domain::hold::{End, EndedBy, Hold, HoldState};
use crate::domain::id::HoldId;
use crate::domain::provider::{self, Call, ProviderFile};
use crate::providers::outlives_its_issuers_word;
use crate::server::disconnect::StepError;
use crate::server::vendor::{LOST, Vendor, evidence, no_answer, unanswered};
use crate::server::who::server_entry;
use crate::server::{Server, grants, mint};
use crate::store::StoreError;

/// Asks, calls, asks again. The hold is the durable intent: a crash in between repeats the call, and what is claimed
/// then rests on the question that was asked before the first one.
pub(super) async fn attempt(server: &Arc<Server>, id: &HoldId) -> Result<(), StepError> {
    let connection = server.store.hold(id)?.connection;
    // A run, a refresh or an exchange of the same connection ends first.
    let _one_at_a_time = server.locks.of(&connection).await;
    let hold = server.store.hold(id)?;
    match &hold.state {
        HoldState::Ended { .. } => return Ok(()),
        HoldState::Ending { .. } => return finish(server, &hold).await,
        HoldState::Waiting => {}
    }
    if hold.has_expired(mint::now()) {
        // What its calls brought stands: that it can live no more is nobody's answer.
        let outcome = claim(&hold, &unanswered("it has expired by itself"));
        return end(server, &hold, EndedBy::Expired, outcome, None).await;
    }
    let vendor = match Vendor::of(server, &hold.provider).await {
        Ok(vendor) => vendor,
        Err(problem) => return later(server, hold, problem.message, None, None).await,
    };
    let secret = server
        .vault
        .open_for_revocation(&hold.sealed, hold.token.credential.as_str())?;
    tried(server, hold, &vendor, &secret).await
}

async fn tried(
    server: &Arc<Server>,
    mut hold: Hold,
    vendor: &Vendor,
    secret: &SecretString,
) -> Result<(), StepError> {
    let of_then = as_it_was(server, &hold)?;
    distrust(server, &mut hold)?;
    let first = ask(server, &hold, vendor, &of_then, secret).await?;
    let lives = first.verdict == Verdict::Alive && vendor.still_stands(server)?;
    if lives {
        // A refusal that was seen before did not last.
        hold.after = None;
    }
    // The provider may answer for the first time since it was out of reach.
    if lives && hold.before.verdict != Verdict::Alive {
        hold.before = first;
    }
    // Whatever the first answer was: a vendor that comes back may refuse everybody for a moment.
    let Some(called) = call(server, &mut hold, vendor, &of_then, secret).await? else {
        return Ok(());
    };
    let (taken, retry_after) = (called.taken, called.retry_after);
    let after = ask(server, &hold, vendor, &of_then, secret).await?;
    if !vendor.still_stands(server)? {
        let words = "our registration was changed meanwhile".to_owned();
        return later(server, hold, words, retry_after, Some(after)).await;
    }
    let outcome = claim(&hold, &after);
    // Where its call was not accepted either, the vendor may be refusing everybody: the next try has to find the same.
    let was_dead = hold
        .after
        .as_ref()
        .is_some_and(|it| it.verdict == Verdict::Dead);
    if outcome.proven() && (taken || was_dead || after.verdict != Verdict::Dead) {
        return end(server, &hold, EndedBy::Dead, outcome, Some(after)).await;
    }
    if taken && is_mute(&hold, &after, secret) {
        return end(server, &hold, EndedBy::Accepted, outcome, Some(after)).await;
    }
    let words = words(&hold, outcome);
    hold.after = Some(after.clone());
    later(server, hold, words, retry_after, Some(after)).await
}

/// What the calls of a try brought, beside their answers.
struct Called {
    /// The vendor has the revocation.
    taken: bool,
    /// How long it wants to be left alone.
    retry_after: Option<Duration>,
}

/// Makes the calls. That the token lived, and that it is called for, is on the disk before the first one, as in a run (D3).
/// None when a person has given the hold up.
async fn call(
    server: &Arc<Server>,
    hold: &mut Hold,
    vendor: &Vendor,
    of_then: &Connection,
    secret: &SecretString,
) -> Result<Option<Called>, StepError> {
    if std::mem::replace(&mut hold.calling, true) {
        hold.called(no_answer(CallVerdict::Lost, LOST));
    }
    let _revoking = server.grants.revoking(vendor.file()).await;
    hold.narrowed = narrowed(server, hold, vendor.file())?;
    if !kept(server.store.hold_changed(hold, None).await)? {
        return Ok(None);
    }
    let mut called = Called {
        taken: false,
        retry_after: None,
    };
    for spec in calls(vendor.file(), hold) {
        let token = Some(secret).filter(|_| spec.needs() != provider::TokenKind::Account);
        let answer = vendor.call(of_then, &spec, token).await;
        called.retry_after = called.retry_after.max(answer.retry_after);
        let answer = evidence(answer);
        called.taken |= is_taken(hold, &answer);
        hold.called(answer);
    }
    hold.calling = false;
    Ok(Some(called))
}

/// Whether the vendor has the revocation: what is gone now may be so by a call whose answer was lost.
fn is_taken(hold: &Hold, answer: &CallAnswer) -> bool {
    let lost = |call: &CallAnswer| call.verdict == CallVerdict::Lost;
    match answer.verdict {
        CallVerdict::Accepted => true,
        CallVerdict::Gone => hold.calls.iter().any(lost),
        _ => false,
    }
}

/// Whether no question can tell that it is dead: there is none, none ever called it alive, or what is answered counts for
/// nothing.
fn is_mute(hold: &Hold, after: &Answer, secret: &SecretString) -> bool {
    let never_lived = hold.before.verdict != Verdict::Alive && hold.token.passed_by.is_none();
    // The issuer says that it has ended, and others take it by its signature all the same: nobody will say more.
    let is_signed = hold.token.kind == TokenKind::Access && outlives_its_issuers_word(secret);
    match after.verdict {
        Verdict::NotAskable => true,
        Verdict::Dead => never_lived,
        Verdict::Unknown => {
            after.status.is_some_and(|status| status < 300) && (never_lived || is_signed)
        }
        Verdict::Alive => false,
    }
}

pub(super) fn claim(hold: &Hold, after: &Answer) -> Outcome {
    let calls: Vec<&CallAnswer> = hold.calls.iter().collect();
    judge(&Facts {
        kind: hold.token.kind,
        before: &hold.before,
        passed_by: hold.token.passed_by,
        passed_where: &hold.token.passed_where,
        calls: &calls,
        after,
    })
}

/// Why only calls about this one token may be made: a wider one would end a newer grant.
pub(super) fn narrowed(
    server: &Server,
    hold: &Hold,
    file: &ProviderFile,
) -> Result<Option<String>, StoreError> {
    let connection = server.store.connection(&hold.connection)?;
    if connection.status.in_service() || connection.status == Status::Disconnecting {
        return Ok(Some("the connection is in service again".to_owned()));
    }
    if server
        .flows
        .is_open_at(|provider| shares_grants(server, file, provider))
    {
        return Ok(Some("an authorization is under way".to_owned()));
    }
    let blast = grants::widest(file, hold.uninstall);
    let own = (&hold.connection, hold.account.id.as_str());
    let mut shared = grants::siblings(server, own, file, blast)?;
    // Those that were there were accepted with the disconnect; who came later was not.
    shared.retain(|c| !hold.allow_wider || c.connected_at.is_none_or(|at| at > hold.created_at));
    Ok((!shared.is_empty()).then(|| {
        let whom = grants::names(server, &shared).join(", ");
        format!("a wider call would end {whom} too")
    }))
}

/// The calls that are retried now.
pub(super) fn calls(file: &ProviderFile, hold: &Hold) -> Vec<Call> {
    let wide = hold.narrowed.is_none();
    let all = file.calls();
    let reach = Reach {
        uninstall: hold.uninstall,
        wide,
    };
    let mut wanted = intents(&all, std::slice::from_ref(&hold.token), reach);
    wanted.retain(|intent| intent.kills.contains(&hold.token.credential));
    wanted.retain(|intent| wide || intent.token.is_some());
    wanted
        .into_iter()
        .filter_map(|intent| all.get(intent.call).cloned())
        .collect()
}

fn words(hold: &Hold, outcome: Outcome) -> String {
    match (&hold.narrowed, hold.calls.last()) {
        (Some(why), _) => format!("{}; {why}", outcome.words()),
        (None, Some(call)) if !call.reason.is_empty() => call.reason.clone(),
        (None, _) => outcome.words().to_owned(),
    }
}

/// It is due again later.
async fn later(
    server: &Server,
    mut hold: Hold,
    why: String,
    retry_after: Option<Duration>,
    after: Option<Answer>,
) -> Result<(), StepError> {
    let now = mint::now();
    hold.tries = hold.tries.saturating_add(1);
    hold.next_try = hold.due(due_after(server, now, hold.tries, retry_after));
    hold.last = why;
    let detail = json!({
        "hold": hold.id, "run": hold.run, "kind": hold.token.kind, "fingerprint": hold.token.fingerprint,
        "tries": hold.tries, "next_try": hold.next_try, "last": hold.last, "narrowed": hold.narrowed,
    });
    let mut entry = server_entry(
        "hold.tried",
        &hold.connection,
        AuditOutcome::Warning,
        detail,
    );
    entry.evidence = json!({ "call": hold.calls.last(), "after": after });
    if kept(server.store.hold_changed(&hold, Some(entry)).await)? {
        tell(server, &hold);
    }
    Ok(())
}

/// Whether it is still held: a person may have given it up meanwhile.
fn kept(changed: Result<(), StoreError>) -> Result<bool, StoreError> {
    match changed {
        Err(StoreError::Refused(_)) => Ok(false),
        done => done.map(|()| true),
    }
}

async fn end(
    server: &Server,
    hold: &Hold,
    why: EndedBy,
    outcome: Outcome,
    after: Option<Answer>,
) -> Result<(), StepError> {
    let end = End {
        why,
        outcome,
        after,
        note: String::new(),
    };
    let entry = entry(hold, &end, "hold.ending");
    let ending = match server.store.hold_ending(hold, end, entry).await {
        Err(StoreError::Refused(_)) => return Ok(()),
        done => done?,
    };
    finish(server, &ending).await
}

/// Overwrites the slot of a hold that is ending, and says so. Redone after a crash.
pub(super) async fn finish(server: &Server, ending: &Hold) -> Result<(), StepError> {
    let HoldState::Ending { end } = &ending.state else {
        return Ok(());
    };
    server.vault.destroy(&ending.sealed.key)?;
    let mut entry = entry(ending, end, "hold.ended");
    entry.evidence = json!({ "before": ending.before, "calls": ending.calls, "after": end.after });
    server.store.hold_ended(ending, mint::now(), entry).await?;
    server.vault.release(&ending.sealed.key)?;
    tell(server, ending);
    Ok(())
}

fn entry(hold: &Hold, end: &End, action: &str) -> NewEntry {
    let outcome = match end.outcome.proven() {
        true => AuditOutcome::Done,
        false => AuditOutcome::Warning,
    };
    server_entry(action, &hold.connection, outcome, ending_detail(hold, end))
}

pub(super) fn ending_detail(hold: &Hold, end: &End) -> Value {
    json!({
        "hold": hold.id, "run": hold.run, "credential": hold.token.credential, "kind": hold.token.kind,
        "fingerprint": hold.token.fingerprint, "ended_by": end.why, "outcome": end.outcome, "tries": hold.tries,
        "note": end.note,
    })
}
