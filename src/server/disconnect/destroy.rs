//! Destroying secrets: D6 in the store, the slot overwritten, D7 in the store. Redone after a crash.

use std::sync::Arc;

use super::{keeping, mark_step_running};
use crate::domain::audit::holds::SecretDestroyed;
use crate::domain::audit::tokens::SecretGone;
use crate::domain::audit::{AuditOutcome, Event};
use crate::domain::credential::{Credential, CredentialState, TokenKind};
use crate::domain::disconnect::log::{self, LoggedEvent, Record, Step};
use crate::domain::disconnect::run::Run;
use crate::domain::disconnect::step_results;
use crate::domain::sealed::SlotRef;
use crate::domain::trial::Keeping;
use crate::server::run_entries::{StepError, run_entry};
use crate::server::{Server, clock_and_ids, holds};
use crate::store::StoreError;

/// Every secret of the connection, of every generation.
pub(super) async fn step(server: &Arc<Server>, run: &Run, log: &[Record]) -> Result<(), StepError> {
    mark_step_running(server, run, log, Step::DestroyCredentials)?;
    let (mut doomed, mut next) = (Vec::new(), Vec::new());
    let mut all = server.store.credentials_of(&run.connection)?;
    // Holds are tried in their order, and that an access token is refused where it is used bears on what the issuer says of
    // its refresh token.
    all.sort_by_key(|credential| credential.kind == TokenKind::Refresh);
    for credential in all {
        match credential.state {
            CredentialState::Destroyed => {}
            // D6 was written before a crash, by this run or by a sweep.
            CredentialState::Destroying => doomed.push(credential),
            CredentialState::Active | CredentialState::Superseded => {
                // A backup brings rows of tokens without their secrets: there is nothing to keep.
                let keeping = match credential.sealed {
                    Some(_) => keeping(run).of_token(log, &credential.id),
                    None => Keeping::Nothing,
                };
                match keeping {
                    Keeping::Nothing => {
                        let event = Event::CredentialDestroying(secret_gone(run, &credential));
                        let entry = run_entry(run, event, AuditOutcome::Done);
                        next.push((credential.id, entry));
                    }
                    keeping => {
                        let moved = holds::open(server, run, log, &credential, keeping).await?;
                        doomed.push(moved);
                    }
                }
            }
        }
    }
    if !next.is_empty() {
        let destroying = server.store.run_destroying(run, next, clock_and_ids::now());
        doomed.extend(destroying.await?);
    }
    if !doomed.is_empty() {
        finish(server, run, &doomed).await?;
    }
    let log = server.store.run_log(&run.id)?;
    let record = step_results::destroying(&log);
    let next = LoggedEvent::step_started(Step::UpdateStatuses);
    Ok(server
        .store
        .noted(&run.id, clock_and_ids::now(), [record, next])?)
}

/// Overwrites the slots, and then says so.
async fn finish(server: &Arc<Server>, run: &Run, doomed: &[Credential]) -> Result<(), StepError> {
    let key = |credential: &Credential| Some(credential.sealed.as_ref()?.key.clone());
    let keys: Vec<SlotRef> = doomed.iter().filter_map(key).collect();
    let (vault, slots) = (Arc::clone(server), keys.clone());
    let overwritten = tokio::task::spawn_blocking(move || vault.vault.destroy_all(&slots));
    overwritten
        .await
        .map_err(|error| StoreError::Stopped(format!("overwriting a key slot: {error}")))??;
    let log = server.store.run_log(&run.id)?;
    let entry = |credential: &Credential| {
        let gone = secret_gone(run, credential);
        let event = match log::held(&log, &credential.id) {
            Some(_) => Event::CredentialMoved(gone),
            None => Event::CredentialDestroyed(SecretDestroyed::Secret(gone), Box::new(None)),
        };
        let entry = run_entry(run, event, AuditOutcome::Done);
        (credential.id.clone(), entry)
    };
    let destroyed = doomed.iter().map(entry).collect();
    server
        .store
        .run_destroyed(run, destroyed, clock_and_ids::now())
        .await?;
    for key in &keys {
        server.vault.release(key)?;
    }
    Ok(())
}

fn secret_gone(run: &Run, credential: &Credential) -> SecretGone {
    SecretGone {
        run: Some(run.id.clone()),
        generation: Some(credential.generation),
        ..SecretGone::of(credential)
    }
}
