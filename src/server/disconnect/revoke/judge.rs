//! D5: every token looked at until its trial is settled or has to wait, and what may be claimed.

use std::sync::Arc;

use super::other_runs;
use super::worker::Worker;
use crate::domain::audit::tokens::TokenRevoked;
use crate::domain::audit::{AuditOutcome, Event};
use crate::domain::disconnect::log::{self, LoggedEvent, ProofStand, Record, RunToken};
use crate::domain::disconnect::run::Run;
use crate::domain::id::CredentialId;
use crate::domain::trial::{Keeping, Standing};
use crate::server::queries::run_tokens;
use crate::server::run_entries::{StepError, run_entry};
use crate::server::trial::{Experiment, last_answer, residual};
use crate::server::{Server, clock_and_ids};
use crate::wire::view::Evidence;

/// Looks at every token that is not judged yet, and D5: what may be claimed of each.
pub(super) async fn all(server: &Arc<Server>, run: &Run, log: &[Record]) -> Result<(), StepError> {
    let worker = Worker::of(server, run).await?;
    let experiment = Experiment::new(server, run, worker.vendor.as_ref().ok())?;
    let open = log::tokens(log).unwrap_or_default().iter();
    let open: Vec<&RunToken> = open
        .filter(|token| log::judged(log, &token.credential).is_none())
        .collect();
    let subjects = worker.subjects(open.iter().copied())?;
    let keeping = keeping(run);
    let mut log = experiment.rounds(&subjects, keeping).await?;
    if other_runs::found(&experiment, &log, &open).await? {
        log = experiment.rounds(&subjects, keeping).await?;
    }
    let mut stands = open
        .iter()
        .map(|token| experiment.stand(&log, token, keeping));
    if stands.all(|stand| matches!(stand, Standing::Settled(_))) {
        experiment.turn_is_over();
    }
    let file = server.provider(&run.provider);
    for token in open {
        let (outcome, proof) = match experiment.stand(&log, token, keeping) {
            Standing::Settled(finding) => (
                finding.outcome,
                ProofStand {
                    basis: finding.basis,
                    until: None,
                },
            ),
            Standing::UnderWay {
                meanwhile, until, ..
            } => (
                meanwhile,
                ProofStand {
                    basis: None,
                    // What stays elsewhere is not sealed for a proof of this run.
                    until: (!token.stays).then_some(until),
                },
            ),
        };
        let first = log::before(&log, &token.credential);
        let by = first.map_or_else(clock_and_ids::now, |answer| answer.at);
        let residual = residual(file.as_deref(), token, outcome, by);
        let judged = LoggedEvent::Judged {
            credential: token.credential.clone(),
            after: last_answer(&log, &token.credential),
            outcome,
            residual,
            proof,
        };
        let claim = TokenRevoked {
            run: run.id.clone(),
            credential: token.credential.clone(),
            kind: token.kind,
            fingerprint: token.fingerprint.clone(),
            outcome,
            residual_until: residual,
            basis: proof.basis,
            proof_until: proof.until,
        };
        let audit = match outcome.proven() {
            true => AuditOutcome::Done,
            false => AuditOutcome::Warning,
        };
        let evidence = evidence(&log, &judged, &token.credential);
        let entry = run_entry(run, Event::TokenRevoked(claim, Box::new(evidence)), audit);
        server
            .store
            .recorded(&run.id, clock_and_ids::now(), vec![judged], Some(entry))
            .await?;
    }
    Ok(())
}

/// What the tokens of a run may be kept for.
pub(in crate::server) fn keeping(run: &Run) -> Keeping {
    Keeping::by(run.if_unreachable, run.destroy_at_once)
}

/// What the claim rests on, as the run will show it.
fn evidence(log: &[Record], judged: &LoggedEvent, id: &CredentialId) -> Option<Evidence> {
    let mut told = log.to_vec();
    told.push(Record {
        at: clock_and_ids::now(),
        what: judged.clone(),
    });
    let mut tokens = run_tokens::tokens(&told).into_iter();
    let token = tokens.find(|it| it.credential == *id)?;
    Some(Evidence {
        proof: token.proof,
        ..token.evidence
    })
}
