//! Calls of other runs that ended a token of this one: connections that share a grant and go together end each other's
//! tokens, and whichever comes second finds its own dead.

use crate::domain::connection::Connection;
use crate::domain::credential::TokenKind;
use crate::domain::disconnect::claims;
use crate::domain::disconnect::log::{self, LoggedEvent, Record, RunToken};
use crate::domain::disconnect::run::Run;
use crate::domain::id::RunId;
use crate::domain::provider::Blast;
use crate::domain::trial::{CallAnswer, CallVerdict, Reading};
use crate::server::run_entries::StepError;
use crate::server::trial::Experiment;
use crate::server::{Server, clock_and_ids, grants};
use crate::store::StoreError;

/// Looks, for tokens that are refused or called gone although no call of this run about them was accepted, for a call of
/// another run that was; whether one was found, and written down.
pub(super) async fn found(
    experiment: &Experiment<'_>,
    log: &[Record],
    tokens: &[&RunToken],
) -> Result<bool, StepError> {
    let (server, run) = (experiment.server, experiment.run);
    let is_refused = |token: &RunToken| {
        let calls = claims::calls_about(log, &token.credential);
        let is_gone = calls.iter().any(|call| call.verdict == CallVerdict::Gone);
        is_gone || matches!(experiment.last_reading(log, token), Some(Reading::No(_)))
    };
    let is_unexplained = |token: &&&RunToken| {
        matches!(token.kind, TokenKind::Access | TokenKind::Refresh)
            && log::beside(log, &token.credential).is_none()
            && !experiment.is_accepted(log, token)
            && is_refused(token)
    };
    let unexplained: Vec<&&RunToken> = tokens.iter().filter(is_unexplained).collect();
    if unexplained.is_empty() {
        return Ok(false);
    }
    let connection = server.store.connection(&run.connection)?;
    let mut found = Vec::new();
    for token in unexplained {
        let call = call_beside(server, run, &connection, token)?;
        found.extend(call.map(|(by, answer)| LoggedEvent::CalledBeside {
            run: by,
            credentials: vec![token.credential.clone()],
            answer,
        }));
    }
    if found.is_empty() {
        return Ok(false);
    }
    server
        .store
        .recorded(&run.id, clock_and_ids::now(), found, None)
        .await?;
    Ok(true)
}

/// The first call of another run that was accepted since this one began, and that ends this token: what the two share, or the
/// same token.
fn call_beside(
    server: &Server,
    run: &Run,
    connection: &Connection,
    token: &RunToken,
) -> Result<Option<(RunId, CallAnswer)>, StoreError> {
    let mut first: Option<(RunId, CallAnswer)> = None;
    for other in grants::of_account(server, connection, &token.issued_for)? {
        let file = server.provider(&other.provider);
        let (Some(file), Some(id)) = (file, server.store.last_run_of(&other.id)?) else {
            continue;
        };
        let (calls, log) = (file.calls(), server.store.run_log(&id)?);
        let (_, intents) = log::asked(&log).unwrap_or_default();
        for (at, intent) in intents.iter().enumerate() {
            let Some(call) = calls.get(intent.call) else {
                continue;
            };
            let is_wide = call.blast >= Blast::Grant
                && grants::is_reached(server, &file, &connection.provider, call.blast)?;
            if !is_wide && !log::ends(&log, intent, token) {
                continue;
            }
            let answer = log::called(&log, at).filter(|answer| {
                answer.verdict == CallVerdict::Accepted && answer.at >= run.started_at
            });
            if let Some(answer) = answer
                && first.as_ref().is_none_or(|(_, it)| answer.at < it.at)
            {
                first = Some((id.clone(), answer.clone()));
            }
        }
    }
    Ok(first)
}
