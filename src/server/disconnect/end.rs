//! The last steps: statuses, references, the summary entry and what is left to a person.

use std::sync::Arc;

use super::mark_step_running;
use crate::domain::audit::runs::{
    DisconnectEvidence, Disconnected, LeftToPerson, Revoked, StepDone, TokenSeen,
};
use crate::domain::audit::{AuditOutcome, Event};
use crate::domain::disconnect::log::{self, Record, Step};
use crate::domain::disconnect::run::{Run, RunState};
use crate::domain::disconnect::step_results;
use crate::server::queries::run_tokens;
use crate::server::run_entries::{StepError, run_entry, walkthrough_over};
use crate::server::{Server, clock_and_ids, exposure, follow_ups, token_reads};
use crate::store::StoreError;
use crate::store::facts::{FollowUpChanges, RunEnd};
use crate::wire::{Topic, view};

pub(super) async fn update_statuses(
    server: &Server,
    run: &Run,
    log: &[Record],
) -> Result<(), StepError> {
    mark_step_running(server, run, log, Step::UpdateStatuses)?;
    let revoked = Event::ConnectionRevoked(step_done(run));
    let entry = run_entry(run, revoked, AuditOutcome::Done);
    Ok(server
        .store
        .run_statuses(run, clock_and_ids::now(), entry)
        .await?)
}

pub(super) async fn mark_references(
    server: &Server,
    run: &Run,
    log: &[Record],
) -> Result<(), StepError> {
    mark_step_running(server, run, log, Step::MarkReferences)?;
    let stale = Event::ReferencesStale(step_done(run));
    let entry = run_entry(run, stale, AuditOutcome::Done);
    Ok(server
        .store
        .run_references(run, clock_and_ids::now(), entry)
        .await?)
}

/// D10: the summary that T8 asks for, and the follow-ups.
pub(super) async fn write_audit(
    server: &Server,
    run: &Run,
    log: &[Record],
) -> Result<(), StepError> {
    mark_step_running(server, run, log, Step::WriteAudit)?;
    let tokens = run_tokens::tokens(log);
    let at = clock_and_ids::now();
    let state = step_results::state(log);
    let outcome = if state == RunState::Completed {
        AuditOutcome::Done
    } else {
        AuditOutcome::Warning
    };
    let exposed = exposure::follows(server, run, log, None)?;
    let account = server.store.connection(&run.connection)?.account;
    let left = follow_ups::follows(server, run, &account, log, &exposed)?;
    let summary = summary(run, log, &tokens, &left);
    let evidence = DisconnectEvidence {
        tokens: tokens.into_iter().map(seen).collect(),
        // Who could still hold a copy of what was revoked (B10).
        readers: token_reads::readers(server, &run.connection, run.generation)?,
    };
    let entry = run_entry(
        run,
        Event::Disconnected(summary, Box::new(evidence)),
        outcome,
    );
    let over = run
        .walkthrough
        .as_ref()
        .map(|id| walkthrough_over(id, |event| run_entry(run, event, AuditOutcome::Done)));
    let end = RunEnd {
        at,
        state,
        left,
        exposed,
        entry,
        over,
    };
    Ok(server.store.run_ended(&run.id, end).await?)
}

/// The run is over: it gets the checkpoint that covers its summary entry. Redone after a crash.
pub async fn settle(server: &Arc<Server>, run: Run) -> Result<(), StoreError> {
    let run = server.store.run(&run.id)?;
    if run.checkpoint.is_none() {
        server
            .store
            .run_settled(&run.id, server.store.checkpoint()?)?;
    }
    let mut topics = super::topics(&run);
    topics.extend([Topic::FollowUps, Topic::Providers]);
    if run.walkthrough.is_some() {
        topics.push(Topic::Walkthroughs);
    }
    server.hub.tell(topics);
    server.exposures.ring();
    Ok(())
}

fn summary(
    run: &Run,
    log: &[Record],
    tokens: &[view::RunToken],
    left: &FollowUpChanges,
) -> Disconnected {
    let counts = log::counts(log);
    let revoked = tokens.iter().map(|token| Revoked {
        kind: token.kind,
        fingerprint: token.fingerprint.clone(),
        outcome: token.outcome,
        residual_until: token.residual_until,
    });
    let left = left.of_run().map(|left| LeftToPerson {
        id: left.id.clone(),
        text: left.text.clone(),
        url: left.url.clone(),
    });
    Disconnected {
        decided: run.into(),
        revoked: revoked.collect(),
        jobs_disabled: counts.jobs_disabled,
        executions_cancelled: counts.executions_cancelled,
        credentials_destroyed: counts.credentials_destroyed,
        credentials_sealed: counts.credentials_sealed,
        webhooks_disabled: counts.webhooks_disabled,
        references_marked: counts.references_marked,
        follow_ups: left.collect(),
    }
}

fn seen(token: view::RunToken) -> TokenSeen {
    TokenSeen {
        kind: token.kind,
        fingerprint: token.fingerprint,
        evidence: token.evidence,
        proof: token.proof,
    }
}

fn step_done(run: &Run) -> StepDone {
    StepDone {
        run: run.id.clone(),
        name: run.name.clone(),
    }
}
