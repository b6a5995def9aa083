//! Trying a refresh token after its revocation, once, where there is no other question and the file says that its
//! vendor's `invalid_grant` can be believed (RFC 6749 5.2). Never before: a refresh would spend it.

use serde_json::json;

use super::{StepError, run_entry};
use crate::domain::audit::AuditOutcome;
use crate::domain::connection::Connection;
use crate::domain::credential::{Credential, TokenKind};
use crate::domain::disconnect::judge::{Answer, Verdict};
use crate::domain::disconnect::log::{self, Happened, Record, RunToken};
use crate::domain::disconnect::run::Run;
use crate::domain::provider::{ProveRefresh, Question};
use crate::providers::TokenError;
use crate::server::vendor::{Vendor, not_askable, registration};
use crate::server::{Server, mint, tokens};
use crate::store::StoreError;
use crate::store::facts::Intent;

/// Tries the token if it can be asked no other way and a success of it is on record; what it issued joins the run.
pub(super) async fn refresh_token(
    server: &Server,
    run: &Run,
    log: &[Record],
    (connection, vendor): (&Connection, &Vendor),
    token: &RunToken,
) -> Result<Option<Answer>, StepError> {
    let allowed = vendor.file().auth.prove_refresh == ProveRefresh::Always && !token.by_proof;
    if !allowed || token.kind != TokenKind::Refresh {
        return Ok(None);
    }
    let all = server.store.credentials_of(&connection.id)?;
    let Some(own) = all.iter().find(|c| c.id == token.credential) else {
        return Ok(None);
    };
    // It was issued by an exchange or a refresh that succeeded, and its registration is still the one that asks.
    if !registration(server, &run.provider)?.stood_since(own.issued_at) {
        return Ok(None);
    }
    let after = match begun(server, run, log, own, &all)? {
        Some(answer) => answer,
        None => once(server, run, (connection, vendor), own, &all).await?,
    };
    join(server, run, own).await?;
    Ok(Some(after))
}

/// A crash came after the token was tried: it is not tried again.
fn begun(
    server: &Server,
    run: &Run,
    log: &[Record],
    own: &Credential,
    all: &[Credential],
) -> Result<Option<Answer>, StoreError> {
    let intents = server.store.intents_of(&run.connection)?;
    if intents.iter().any(|intent| intent.call == call(own)) {
        return Ok(Some(answer(
            Verdict::Unknown,
            "",
            "it was tried, and the answer was lost",
        )));
    }
    let tokens = log::tokens(log).unwrap_or_default();
    let is_listed = |c: &Credential| tokens.iter().any(|t| t.credential == c.id);
    let listed = tokens.iter().any(|t| t.proof_of.as_ref() == Some(&own.id));
    // One that has not joined the run yet was issued by the trial that a crash cut short: they come one at a time.
    let unlisted = all
        .iter()
        .any(|c| c.may_live() && c.label == own.label && !is_listed(c));
    let issued = listed || unlisted;
    Ok(issued.then(|| answer(Verdict::Alive, "", "it was tried, and issued new tokens")))
}

async fn once(
    server: &Server,
    run: &Run,
    (connection, vendor): (&Connection, &Vendor),
    own: &Credential,
    all: &[Credential],
) -> Result<Answer, StepError> {
    let Ok(endpoints) = &vendor.endpoints else {
        return Ok(not_askable("the provider's endpoints are not known"));
    };
    let Some(sealed) = &own.sealed else {
        return Ok(not_askable("it was issued, and its answer was lost"));
    };
    let secret = server.vault.open_for_revocation(sealed, own.id.as_str())?;
    let intent = Intent {
        credential: mint::credential(),
        connection: connection.id.clone(),
        generation: own.generation,
        call: call(own),
        at: mint::now(),
        lost: false,
    };
    server.store.intend_to_end(&intent).await?;
    let at = endpoints.token.as_deref().unwrap_or_default();
    match server
        .vendors
        .refresh(&vendor.app, endpoints, &secret)
        .await
    {
        Ok(set) => {
            let replaced = (own.label.as_str(), own);
            tokens::refresh::keep(server, connection, vendor, &intent, all, replaced, &set)
                .await
                .map_err(tokens::NoToken::into_ours)?;
            Ok(answer(
                Verdict::Alive,
                at,
                "it was tried, and issued new tokens",
            ))
        }
        Err(TokenError::Refused { error, .. }) if error == "invalid_grant" => {
            server.store.intent_settled(&intent).await?;
            Ok(answer(Verdict::Dead, at, "invalid_grant"))
        }
        Err(error @ TokenError::Lost { .. }) => {
            let detail = json!({ "run": run.id, "credential": own.id, "call": "proof" });
            let entry = run_entry(run, "connection.answer_lost", AuditOutcome::Warning, detail);
            server.store.intent_lost(&intent, entry).await?;
            Ok(answer(Verdict::Unknown, at, &error.to_string()))
        }
        Err(error) => {
            server.store.intent_settled(&intent).await?;
            Ok(answer(Verdict::Unknown, at, &error.to_string()))
        }
    }
}

/// What the trial issued, or may have issued, is the run's to ask, revoke and judge.
async fn join(server: &Server, run: &Run, own: &Credential) -> Result<(), StepError> {
    let log = server.store.run_log(&run.id)?;
    let mut tokens = log::tokens(&log).unwrap_or_default().to_vec();
    let before = tokens.len();
    let is_new = |tokens: &[RunToken], id| !tokens.iter().any(|t| t.credential == id);
    for fresh in server.store.credentials_of(&run.connection)? {
        if fresh.may_live() && is_new(&tokens, fresh.id.clone()) {
            tokens.push(RunToken {
                credential: fresh.id,
                kind: fresh.kind,
                label: fresh.label,
                fingerprint: fresh.fingerprint,
                superseded: false,
                expires_at: fresh.expires_at,
                never_expires: false,
                passed_by: None,
                passed_where: String::new(),
                by_proof: true,
                proof_of: Some(own.id.clone()),
            });
        }
    }
    for lost in server.store.intents_of(&run.connection)? {
        if lost.call == call(own) && is_new(&tokens, lost.credential.clone()) {
            tokens.push(super::revoke::unseen(lost));
        }
    }
    if tokens.len() == before {
        return Ok(());
    }
    let joined = vec![Happened::Tokens { tokens }];
    Ok(server
        .store
        .recorded(&run.id, mint::now(), joined, None)
        .await?)
}

fn call(own: &Credential) -> String {
    format!("proof of {}", own.id)
}

fn answer(verdict: Verdict, endpoint: &str, reason: &str) -> Answer {
    Answer {
        verdict,
        question: Some(Question::Refresh),
        endpoint: endpoint.to_owned(),
        status: None,
        reason: reason.to_owned(),
        at: mint::now(),
    }
}
