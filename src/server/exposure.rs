//! What past runs left that may still live (B3). It ends by itself: when its time has come, and when something proves the
//! token dead, its own run or a later one of the same token.

use std::sync::Arc;

use super::caller::server_entry;
use super::{AFTER_TROUBLE, Server, clock_and_ids};
use crate::domain::audit::tokens::ExposureOver;
use crate::domain::audit::{AuditOutcome, Event, NewEntry};
use crate::domain::credential::Credential;
use crate::domain::disconnect::exposure::{self, Exposure};
use crate::domain::disconnect::exposure_end::ExposureEnd;
use crate::domain::disconnect::log::{self, Record, RunToken};
use crate::domain::disconnect::run::Run;
use crate::domain::id::{ConnectionId, CredentialId};
use crate::store::StoreError;
use crate::store::facts::ExposureChanges;
use crate::wire::Topic;

/// What a finished run's log changes about what is exposed, as far as it concerns one token, or all of them.
pub(super) fn follows(
    server: &Server,
    run: &Run,
    log: &[Record],
    only: Option<&CredentialId>,
) -> Result<ExposureChanges, StoreError> {
    let mut changes = ExposureChanges::default();
    let tokens = log::tokens(log).unwrap_or_default().iter();
    let of = server.store.connection(&run.connection)?.replaced_of;
    for token in tokens.filter(|token| only.is_none_or(|only| token.credential == *only)) {
        let is_proven =
            log::judged(log, &token.credential).is_some_and(|(_, outcome, _)| outcome.proven());
        let before = server
            .store
            .get::<Exposure>(&format!("{}/{}", run.id, token.credential))?;
        let now = exposure::of(run, log, token, clock_and_ids::now());
        // A disconnect of the connection that it stayed with has ended it since, and tells what became of it.
        let now = match token.stays && !is_there(server, of.as_ref(), token)? {
            true => None,
            false => now,
        };
        let is_listed = now.is_some();
        match (now, before) {
            (Some(now), before) if before.as_ref() != Some(&now) => changes.begun.push(now),
            (Some(_), _) | (None, None) => {}
            (None, Some(before)) if is_proven => changes.proven.push(before),
            (None, Some(before)) => changes.over.push(over(before, ExposureEnd::Expired)),
        }
        let mut same = server.store.exposures_like(&token.fingerprint)?;
        same.retain(|it| it.run != run.id);
        if !is_proven {
            // It stayed, and was listed by the run of those that did not: from now on this one lists it, if it does.
            same.retain(|it| is_listed && it.credential == token.credential);
            changes.taken_over.extend(same);
            continue;
        }
        same.retain(|it| {
            it.credential == token.credential
                || it.is_of(&run.provider, token.kind, &token.fingerprint)
        });
        let proven = |it| {
            let by = run.id.clone();
            over(it, ExposureEnd::Proven { run: by })
        };
        changes.over.extend(same.into_iter().map(proven));
    }
    Ok(changes)
}

/// Whether a token that stayed with a connection is still its own.
fn is_there(
    server: &Server,
    of: Option<&ConnectionId>,
    token: &RunToken,
) -> Result<bool, StoreError> {
    let Some(of) = of else {
        return Ok(false);
    };
    let row = server
        .store
        .get::<Credential>(&format!("{of}/{}", token.credential))?;
    Ok(row.is_some_and(|row| row.may_live()))
}

/// Ends what is over, until the server stops.
pub(super) async fn keep(server: Arc<Server>) {
    loop {
        let next = match end_due(&server).await {
            Ok(next) => next,
            Err(error) => {
                tracing::error!(%error, "what is exposed no more could not be recorded");
                Some(clock_and_ids::now() + AFTER_TROUBLE)
            }
        };
        if !server.exposures.wait(next, &server.stop).await {
            return;
        }
    }
}

/// Ends what is due; when the next is.
async fn end_due(server: &Server) -> Result<Option<jiff::Timestamp>, StoreError> {
    let now = clock_and_ids::now();
    let (due, next) = server.store.exposures_due(now)?;
    let mut topics = Vec::new();
    for exposure in due {
        topics.extend([
            Topic::Run(exposure.run.clone()),
            Topic::Connection(exposure.connection.clone()),
        ]);
        let change = ExposureChanges {
            over: vec![over(exposure, ExposureEnd::Expired)],
            ..ExposureChanges::default()
        };
        server.store.exposed_changed(change, now).await?;
    }
    if !topics.is_empty() {
        topics.extend([Topic::Runs, Topic::Connections, Topic::Audit]);
        server.hub.tell(topics);
    }
    Ok(next)
}

/// A folder from before there were rows has a number: the rows are found in the logs of its runs, once.
pub(super) async fn find_older(server: &Server) -> Result<(), StoreError> {
    if server.store.exposures_are_rows()? {
        return Ok(());
    }
    let mut found: Vec<Exposure> = Vec::new();
    for run in server.store.scan::<Run>("")? {
        if run.ended_at.is_some() {
            let log = server.store.run_log(&run.id)?;
            found.extend(exposure::left(&run, &log, clock_and_ids::now()));
        }
    }
    server.store.insert_exposures(found).await
}

fn over(exposure: Exposure, over: ExposureEnd) -> (Exposure, ExposureEnd, NewEntry) {
    let ended = Event::ExposureOver(ExposureOver {
        run: exposure.run.clone(),
        credential: exposure.credential.clone(),
        kind: exposure.kind,
        fingerprint: exposure.fingerprint.clone(),
        residual_until: exposure.until,
        over: over.clone(),
    });
    let entry = server_entry(ended, &exposure.connection, AuditOutcome::Done);
    (exposure, over, entry)
}
