//! Revoking: every token asked (D3), called for (D4), asked again and judged (D5).

use std::sync::Arc;

use super::{mark_step_running, staying};
use crate::domain::credential::{Credential, TokenKind};
use crate::domain::disconnect::log::{
    LoggedEvent, NextRevoke, Record, RunToken, Step, next_revoke,
};
use crate::domain::disconnect::run::Run;
use crate::domain::disconnect::step_results;
use crate::domain::provider::{Lifetime, ProviderFile};
use crate::providers::outlives_its_issuers_word;
use crate::server::run_entries::StepError;
use crate::server::{Server, clock_and_ids, grants, tokens, vendor};
use crate::wire::Topic;

mod ask;
mod call;
mod judge;
mod other_runs;
mod worker;

pub(in crate::server) use judge::keeping;

pub(super) async fn step(server: &Arc<Server>, run: &Run, log: &[Record]) -> Result<(), StepError> {
    mark_step_running(server, run, log, Step::RevokeTokens)?;
    // Whoever was here before may have made this call, and did not live to write down the answer.
    if let NextRevoke::Call(at) = next_revoke(log) {
        call::lost(server, run, at).await?;
    }
    let mut log = log.to_vec();
    let mut left = call::TimeLeft::default();
    loop {
        log.extend(server.store.run_log_from(&run.id, log.len())?);
        match next_revoke(&log) {
            NextRevoke::Collect => collect(server, run).await?,
            NextRevoke::Ask => ask::all(server, run, &log).await?,
            NextRevoke::Call(at) => call::one(server, run, &log, at, &mut left).await?,
            NextRevoke::Look => judge::all(server, run, &log).await?,
            NextRevoke::Over => return over(server, run, &log).await,
        }
        server.hub.tell([Topic::Run(run.id.clone())]);
    }
}

/// The tokens of the connection: those that are sealed here, and those that were issued and never seen.
async fn collect(server: &Arc<Server>, run: &Run) -> Result<(), StepError> {
    tokens::refresh_first::for_revocation(server, run).await;
    let never = server
        .provider(&run.provider)
        .is_some_and(|file| never_expires(&file));
    let registration = vendor::registration(server, &run.provider)?;
    let is_self_contained = |c: &Credential| {
        let opened = worker::open(server, c)?;
        Ok::<_, StepError>(
            opened.is_some_and(|secret| outlives_its_issuers_word(secret.to_ask().in_a_question())),
        )
    };
    let connection = server.store.connection(&run.connection)?;
    let sealed = |c: &Credential| {
        let token = RunToken::held_by(&connection, c);
        RunToken {
            never_expires: token.never_expires || (never && c.kind == TokenKind::Access),
            // What another registration of ours was told says nothing about what this one is told.
            passed_by: token
                .passed_by
                .filter(|_| c.passed_at.is_some_and(|at| registration.stood_since(at))),
            ..token
        }
    };
    let credentials = server.store.credentials_of(&run.connection)?;
    // A token of an older generation that was not proven dead is still this connection's to end.
    let ours = |c: &&Credential| c.may_live();
    let mut tokens = Vec::new();
    for credential in credentials.iter().filter(ours) {
        tokens.push(RunToken {
            is_self_contained: credential.kind == TokenKind::Access
                && is_self_contained(credential)?,
            ..sealed(credential)
        });
    }
    let kept = staying::staying(server, &connection)?.into_iter();
    tokens.extend(kept.map(|token| RunToken {
        never_expires: token.never_expires || (never && token.kind == TokenKind::Access),
        ..token
    }));
    let unseen_ones = server.store.intents_of(&run.connection)?;
    tokens.extend(unseen_ones.into_iter().map(tokens::lost_token));
    tokens.sort_by_key(|token| token.kind != TokenKind::Refresh);
    let collected = LoggedEvent::Tokens { tokens };
    Ok(server
        .store
        .noted(&run.id, clock_and_ids::now(), [collected])?)
}

async fn over(server: &Arc<Server>, run: &Run, log: &[Record]) -> Result<(), StepError> {
    grants::probe_siblings(server, run).await?;
    let record = step_results::revoking(log);
    let next = LoggedEvent::step_started(Step::DestroyCredentials);
    Ok(server
        .store
        .noted(&run.id, clock_and_ids::now(), [record, next])?)
}

fn never_expires(file: &ProviderFile) -> bool {
    matches!(file.auth.lifetime, Some(Lifetime::Never))
}
