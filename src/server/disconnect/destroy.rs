//! Destroying secrets: D6 in the store, the slot overwritten, D7 in the store. Redone after a crash.

use serde_json::json;

use super::{StepError, begin_step, run_entry};
use crate::domain::audit::AuditOutcome;
use crate::domain::credential::{Credential, CredentialState};
use crate::domain::disconnect::judge::Outcome;
use crate::domain::disconnect::log::{self, Happened, Record, Step, StepState};
use crate::domain::disconnect::run::{IfUnreachable, Run};
use crate::domain::id::CredentialId;
use crate::domain::sealed::SlotRef;
use crate::server::{Server, holds, mint};

/// Every secret of the connection, of every generation.
pub(super) async fn step(server: &Server, run: &Run, log: &[Record]) -> Result<(), StepError> {
    begin_step(server, run, log, Step::DestroyCredentials)?;
    for credential in server.store.credentials_of(&run.connection)? {
        match credential.state {
            CredentialState::Destroyed => {}
            // D6 was written before a crash, by this run or by a sweep.
            CredentialState::Destroying => finish(server, run, &credential).await?,
            CredentialState::Active | CredentialState::Superseded
                if is_held(run, log, &credential.id) =>
            {
                let moved = holds::open(server, run, log, &credential).await?;
                finish(server, run, &moved).await?;
            }
            CredentialState::Active | CredentialState::Superseded => {
                let entry = run_entry(
                    run,
                    "credential.destroying",
                    AuditOutcome::Done,
                    detail(run, &credential),
                );
                let doomed = server
                    .store
                    .run_destroying(run, &credential.id, mint::now(), entry)
                    .await?;
                finish(server, run, &doomed).await?;
            }
        }
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
    Ok(server.store.noted(&run.id, mint::now(), record)?)
}

/// B4: what could not be revoked because the provider could not be reached is kept, when that was asked for.
fn is_held(run: &Run, log: &[Record], id: &CredentialId) -> bool {
    run.if_unreachable == IfUnreachable::Hold
        && log::judged(log, id).is_some_and(|(_, outcome, _)| outcome == Outcome::Unreachable)
}

async fn finish(server: &Server, run: &Run, credential: &Credential) -> Result<(), StepError> {
    let key: Option<SlotRef> = credential.sealed.as_ref().map(|sealed| sealed.key.clone());
    if let Some(key) = &key {
        server.vault.destroy(key)?;
    }
    let held = log::held(&server.store.run_log(&run.id)?, &credential.id).is_some();
    let action = if held {
        "credential.moved_into_hold"
    } else {
        "credential.destroyed"
    };
    let entry = run_entry(run, action, AuditOutcome::Done, detail(run, credential));
    server
        .store
        .run_destroyed(run, &credential.id, mint::now(), entry)
        .await?;
    if let Some(key) = &key {
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
