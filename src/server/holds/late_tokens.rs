//! Tokens that a trial brought after its run: the vendor took the revocation of a refresh token and went on issuing. They are
//! the run's, and are held until they are dead.

use std::sync::Arc;

use super::open;
use crate::domain::audit::tokens::{SecretGone, TokenIssuedAgain};
use crate::domain::audit::{AuditOutcome, Event};
use crate::domain::credential::{Credential, CredentialState};
use crate::domain::disconnect::log::{self, LoggedEvent, ProofStand, RunToken};
use crate::domain::disconnect::run::Run;
use crate::domain::trial::{Keeping, Outcome};
use crate::server::run_entries::{StepError, run_entry};
use crate::server::trial::{last_answer, residual};
use crate::server::{Server, clock_and_ids};

/// Holds what joined the run's tokens after its end. What a crash left half done is finished at the next try.
pub(super) async fn hold_all(server: &Arc<Server>, run: &Run) -> Result<(), StepError> {
    let log = server.store.run_log(&run.id)?;
    let tokens = log::tokens(&log).unwrap_or_default();
    for token in tokens.iter().filter(|token| token.by_proof) {
        let all = server.store.credentials_of(&run.connection)?;
        let Some(row) = all.into_iter().find(|row| row.id == token.credential) else {
            continue;
        };
        match row.state {
            CredentialState::Destroyed => {}
            CredentialState::Destroying => moved(server, run, &row).await?,
            CredentialState::Active | CredentialState::Superseded => {
                judged_alive(server, run, token).await?;
                let log = server.store.run_log(&run.id)?;
                let row = open(server, run, &log, &row, Keeping::Retry).await?;
                moved(server, run, &row).await?;
            }
        }
    }
    Ok(())
}

/// The slot that the secret was moved out of is overwritten, and then that is said.
async fn moved(server: &Server, run: &Run, row: &Credential) -> Result<(), StepError> {
    let slot = row.sealed.as_ref().map(|sealed| &sealed.key);
    if let Some(slot) = slot {
        server.vault.destroy(slot)?;
    }
    let moved = Event::CredentialMoved(SecretGone {
        run: Some(run.id.clone()),
        generation: Some(row.generation),
        ..SecretGone::of(row)
    });
    let entry = run_entry(run, moved, AuditOutcome::Done);
    let destroyed = vec![(row.id.clone(), entry)];
    server
        .store
        .run_destroyed(run, destroyed, clock_and_ids::now())
        .await?;
    if let Some(slot) = slot {
        server.vault.release(slot)?;
    }
    Ok(())
}

/// It has just been issued, and no call about it was made.
async fn judged_alive(server: &Server, run: &Run, token: &RunToken) -> Result<(), StepError> {
    let log = server.store.run_log(&run.id)?;
    if log::judged(&log, &token.credential).is_some() {
        return Ok(());
    }
    let file = server.provider(&run.provider);
    let outcome = Outcome::StillAlive;
    let judged = LoggedEvent::Judged {
        credential: token.credential.clone(),
        after: last_answer(&log, &token.credential),
        outcome,
        residual: residual(file.as_deref(), token, outcome, clock_and_ids::now()),
        proof: ProofStand {
            basis: None,
            until: None,
        },
    };
    let issued = Event::TokenIssuedAgain(TokenIssuedAgain {
        run: run.id.clone(),
        credential: token.credential.clone(),
        kind: token.kind,
        fingerprint: token.fingerprint.clone(),
        issued_for: token.proof_of.clone(),
    });
    let entry = run_entry(run, issued, AuditOutcome::Warning);
    let records = vec![judged];
    Ok(server
        .store
        .recorded(&run.id, clock_and_ids::now(), records, Some(entry))
        .await?)
}
