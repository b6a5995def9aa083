//! The end of a hold: its slot is overwritten, and the run and the record say what became of the token.

use std::sync::Arc;

use super::tell;
use crate::domain::audit::holds::{HoldEvidence, HoldOver, SecretDestroyed};
use crate::domain::audit::{AuditOutcome, Event, NewEntry};
use crate::domain::disconnect::claims::calls_about;
use crate::domain::disconnect::log::{self, LoggedEvent, Record, RunToken};
use crate::domain::disconnect::step_results;
use crate::domain::hold::{EndedBy, Hold, HoldEnd, HoldEvent, HoldState, TryCalls};
use crate::domain::trial::{CallAnswer, Finding, Keeping, ProofPace};
use crate::server::caller::server_entry;
use crate::server::run_entries::StepError;
use crate::server::trial::{last_answer, residual};
use crate::server::{Server, clock_and_ids, exposure, follow_ups};
use crate::store::StoreError;
use crate::store::facts::AfterHold;

/// D6 of a hold, and the rest of its end.
pub(super) async fn end(
    server: &Arc<Server>,
    hold: &Hold,
    calls: TryCalls,
    why: EndedBy,
    finding: Finding,
) -> Result<(), StepError> {
    let log = server.store.run_log(&hold.run)?;
    let end = HoldEnd {
        why,
        outcome: finding.outcome,
        basis: finding.basis,
        after: Some(last_answer(&log, &hold.token.credential)),
        note: String::new(),
    };
    let event = HoldEvent::Ending {
        calls,
        end: end.clone(),
    };
    let entry = |hold: &Hold| {
        let over = hold_over(hold, &end, &log);
        let event = match hold.keeping {
            Keeping::Proof => Event::ProofSettled(over),
            Keeping::Retry | Keeping::Nothing => Event::HoldEnding(over),
        };
        Some(self::entry(hold, &end, event))
    };
    match kept(server.store.hold_changed(&hold.id, event, entry).await)? {
        Some(ending) => finish(server, &ending).await,
        None => Ok(()),
    }
}

/// Overwrites the slot of a hold that is ending, and says so. Redone after a crash.
pub(super) async fn finish(server: &Arc<Server>, ending: &Hold) -> Result<(), StepError> {
    let HoldState::Ending { end } = &ending.state else {
        return Ok(());
    };
    // In a folder that was restored its slot is nobody's, or another secret's.
    let slot = (!ending.is_not_in_backup()).then_some(&ending.sealed.key);
    if let Some(slot) = slot {
        server.vault.destroy(slot)?;
    }
    let log = server.store.run_log(&ending.run)?;
    let id = &ending.token.credential;
    let evidence = HoldEvidence {
        before: log::before(&log, id).cloned(),
        calls: calls_about(&log, id).into_iter().cloned().collect(),
        after: end.after.clone(),
    };
    let over = hold_over(ending, end, &log);
    let event = match ending.keeping {
        Keeping::Proof => {
            Event::CredentialDestroyed(SecretDestroyed::Proof(over), Box::new(Some(evidence)))
        }
        Keeping::Retry | Keeping::Nothing => Event::HoldEnded(over, Box::new(evidence)),
    };
    let entry = entry(ending, end, event);
    let call = log.iter().rev().find_map(|record| match &record.what {
        LoggedEvent::Retried { credential, answer } if credential == id => Some(answer.clone()),
        _ => None,
    });
    let after = after(server, ending, end, log, call)?;
    server
        .store
        .hold_ended(ending, clock_and_ids::now(), entry, after)
        .await?;
    if let Some(slot) = slot {
        server.vault.release(slot)?;
    }
    let of_connection = server.store.holds_of(&ending.connection)?;
    if !of_connection.iter().any(|hold| hold.run == ending.run) {
        // For vendors on this machine a minute may be shorter; theirs is over by itself then.
        server
            .turns
            .over(&ending.run, ProofPace::default().minute());
    }
    tell(server, ending);
    Ok(())
}

/// What follows for the run: its log is looked at as it will be.
fn after(
    server: &Server,
    ending: &Hold,
    end: &HoldEnd,
    mut log: Vec<Record>,
    call: Option<CallAnswer>,
) -> Result<AfterHold, StoreError> {
    let run = server.store.run(&ending.run)?;
    let file = server.provider(&run.provider);
    let token = RunToken {
        expires_at: ending.expires_at,
        ..ending.token.clone()
    };
    let residual = residual(file.as_deref(), &token, end.outcome, ending.created_at);
    log.push(Record {
        at: clock_and_ids::now(),
        what: LoggedEvent::HoldEnded {
            credential: ending.token.credential.clone(),
            call: call.clone(),
            after: end.after.clone(),
            outcome: end.outcome,
            residual,
            basis: end.basis,
        },
    });
    let steps = vec![step_results::revoking(&log), step_results::destroying(&log)];
    log.extend(steps.iter().map(|what| Record {
        at: clock_and_ids::now(),
        what: what.clone(),
    }));
    let exposed = exposure::follows(server, &run, &log, Some(&ending.token.credential))?;
    let left = follow_ups::follows(server, &run, &ending.account, &log, &exposed)?;
    Ok(AfterHold {
        exposed,
        opened: left.opened.iter().map(follow_ups::opened).collect(),
        left,
        call,
        residual,
        state: Some(step_results::state(&log)),
        steps,
    })
}

fn entry(hold: &Hold, end: &HoldEnd, event: Event) -> NewEntry {
    let outcome = match end.outcome.proven() {
        true => AuditOutcome::Done,
        false => AuditOutcome::Warning,
    };
    server_entry(event, &hold.connection, outcome)
}

/// How a hold ends, for the record.
pub(super) fn hold_over(hold: &Hold, end: &HoldEnd, log: &[Record]) -> HoldOver {
    HoldOver {
        hold: hold.id.clone(),
        run: hold.run.clone(),
        credential: hold.token.credential.clone(),
        kind: hold.token.kind,
        fingerprint: hold.token.fingerprint.clone(),
        ended_by: end.why,
        outcome: end.outcome,
        basis: end.basis,
        shortened: log::is_shortened(log, &hold.token.credential, end.basis),
        tries: hold.tries,
        note: end.note.clone(),
    }
}

/// The hold, if it is still held: a person may have given it up meanwhile.
pub(super) fn kept(changed: Result<Hold, StoreError>) -> Result<Option<Hold>, StoreError> {
    match changed {
        Err(StoreError::Refused(_)) => Ok(None),
        done => done.map(Some),
    }
}
