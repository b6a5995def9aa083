//! Destroying secrets: D6 in the store, the slot overwritten, D7 in the store. Redone after a crash.

use std::sync::Arc;

use serde_json::json;

use super::{StepError, begin_step, begins, run_entry};
use crate::domain::audit::AuditOutcome;
use crate::domain::credential::{Credential, CredentialState};
use crate::domain::disconnect::judge::Outcome;
use crate::domain::disconnect::log::{self, Happened, Record, Step, StepState};
use crate::domain::disconnect::run::{IfUnreachable, Run};
use crate::domain::id::CredentialId;
use crate::domain::sealed::SlotRef;
use crate::server::{Server, holds, mint};
use crate::store::StoreError;

/// Every secret of the connection, of every generation.
pub(super) async fn step(server: &Arc<Server>, run: &Run, log: &[Record]) -> Result<(), StepError> {
    begin_step(server, run, log, Step::DestroyCredentials)?;
    let (mut doomed, mut next) = (Vec::new(), Vec::new());
    for credential in server.store.credentials_of(&run.connection)? {
        match credential.state {
            CredentialState::Destroyed => {}
            // D6 was written before a crash, by this run or by a sweep.
            CredentialState::Destroying => doomed.push(credential),
            CredentialState::Active | CredentialState::Superseded
                if is_held(run, log, &credential.id) =>
            {
                doomed.push(holds::open(server, run, log, &credential).await?);
            }
            CredentialState::Active | CredentialState::Superseded => {
                let detail = detail(run, &credential);
                let entry = run_entry(run, "credential.destroying", AuditOutcome::Done, detail);
                next.push((credential.id, entry));
            }
        }
    }
    if !next.is_empty() {
        let destroying = server.store.run_destroying(run, next, mint::now());
        doomed.extend(destroying.await?);
    }
    if !doomed.is_empty() {
        finish(server, run, &doomed).await?;
    }
    let log = server.store.run_log(&run.id)?;
    let kept = log
        .iter()
        .filter(|record| matches!(record.what, Happened::Held { .. }))
        .count();
    let destroyed = log::counts(&log).credentials_destroyed;
    let (state, mut words) = match destroyed {
        0 if kept > 0 => (StepState::Done, "nothing was destroyed yet".to_owned()),
        0 => (StepState::Skipped, "there were no secrets".to_owned()),
        1 => (
            StepState::Done,
            "1 key slot overwritten, its ciphertext emptied".to_owned(),
        ),
        n => (
            StepState::Done,
            format!("{n} key slots overwritten, their ciphertexts emptied"),
        ),
    };
    if kept > 0 {
        let tokens = if kept == 1 { "token is" } else { "tokens are" };
        words = format!("{words}; {kept} {tokens} kept sealed to retry the revocation");
    }
    let record = Happened::Step {
        step: Step::DestroyCredentials,
        state,
        detail: words,
    };
    let next = begins(Step::UpdateStatuses);
    Ok(server.store.noted(&run.id, mint::now(), [record, next])?)
}

/// B4: what could not be revoked because the provider could not be reached is kept, when that was asked for.
fn is_held(run: &Run, log: &[Record], id: &CredentialId) -> bool {
    run.if_unreachable == IfUnreachable::Hold
        && log::judged(log, id).is_some_and(|(_, outcome, _)| outcome == Outcome::Unreachable)
}

/// Overwrites the slots, and then says so.
async fn finish(server: &Arc<Server>, run: &Run, doomed: &[Credential]) -> Result<(), StepError> {
    let key = |credential: &Credential| Some(credential.sealed.as_ref()?.key.clone());
    let keys: Vec<SlotRef> = doomed.iter().filter_map(key).collect();
    let (vault, slots) = (Arc::clone(server), keys.clone());
    let overwritten = tokio::task::spawn_blocking(move || vault.vault.destroy_all(&slots));
    overwritten
        .await
        .map_err(|_| StoreError::Stopped("overwriting a key slot was interrupted".to_owned()))??;
    let log = server.store.run_log(&run.id)?;
    let entry = |credential: &Credential| {
        let action = match log::held(&log, &credential.id) {
            Some(_) => "credential.moved_into_hold",
            None => "credential.destroyed",
        };
        let entry = run_entry(run, action, AuditOutcome::Done, detail(run, credential));
        (credential.id.clone(), entry)
    };
    let destroyed = doomed.iter().map(entry).collect();
    server
        .store
        .run_destroyed(run, destroyed, mint::now())
        .await?;
    for key in &keys {
        server.vault.release(key)?;
    }
    Ok(())
}

fn detail(run: &Run, credential: &Credential) -> serde_json::Value {
    json!({
        "run": run.id, "credential": credential.id, "kind": credential.kind, "fingerprint": credential.fingerprint,
        "generation": credential.generation,
    })
}
