//! What is left to a person at the vendor, as the logs of runs grow: opened once for each act, and closed when a run proves
//! that it is done.

use std::collections::BTreeMap;

use super::caller::{SERVER, server_entry};
use super::queries::catalog;
use super::{Server, clock_and_ids, grants};
use crate::domain::audit::follow_ups::{FollowUpDone, FollowUpOpened};
use crate::domain::audit::{AuditOutcome, Event, NewEntry};
use crate::domain::connection::{Account, Connection};
use crate::domain::credential::IssuedFor;
use crate::domain::disconnect::exposure::Exposure;
use crate::domain::disconnect::exposure_end::ExposureEnd;
use crate::domain::disconnect::log::{self, Record};
use crate::domain::disconnect::manual_acts::Proven;
use crate::domain::disconnect::run::{DoneBy, FollowUp, Run};
use crate::domain::disconnect::step_results;
use crate::domain::id::{FollowUpId, RunId};
use crate::domain::provider::{Blast, ManualWhen, ProviderFile};
use crate::store::StoreError;
use crate::store::facts::{ExposureChanges, FollowUpChanges};

/// What a run's log changes about what is left to a person. `exposed` is what it changes about other runs' tokens.
pub(super) fn follows(
    server: &Server,
    run: &Run,
    account: &Account,
    log: &[Record],
    exposed: &ExposureChanges,
) -> Result<FollowUpChanges, StoreError> {
    let Some(file) = server.provider(&run.provider) else {
        return Ok(FollowUpChanges::default());
    };
    let proven = Proven::by(log, &file.calls());
    let there = at_vendor(server, run, account)?;
    let mut left = FollowUpChanges::default();
    for follow_up in there.values().filter(|it| it.done.is_none()) {
        let mut failed = None;
        let is_done = follow_up.is_done_by(proven, |id| {
            let over = match *id == run.id {
                true => Ok(proven.tokens),
                false => is_over(server, id, &exposed.over),
            };
            over.unwrap_or_else(|error| {
                failed = Some(error);
                false
            })
        });
        if let Some(error) = failed {
            return Err(error);
        }
        if is_done {
            let note = format!("proven done by {}", run.id);
            left.closed
                .push(closed(follow_up, note, Some(run.id.clone())));
        }
    }
    let connection = server.store.connection(&run.connection)?;
    for new in due(server, run, log, &connection)? {
        let same = |it: &&FollowUp| it.is_same_act(&new);
        if there.values().filter(same).any(|it| it.is_of(&run.id)) {
            continue;
        }
        let is_closed = |it: &FollowUp| left.closed.iter().any(|(c, _)| c.id == it.id);
        let open = there.values().filter(|it| it.done.is_none());
        match open.filter(|it| !is_closed(it)).find(same) {
            Some(open) => {
                let mut joined = open.clone();
                joined.also.push(run.id.clone());
                left.joined.push((joined, run.connection.clone()));
            }
            None => left.opened.push(FollowUp {
                account: account.id.clone(),
                ..new
            }),
        }
    }
    Ok(left)
}

/// What the run leaves to a person, by its log.
fn due(
    server: &Server,
    run: &Run,
    log: &[Record],
    connection: &Connection,
) -> Result<Vec<FollowUp>, StoreError> {
    let Some(file) = server.provider(&run.provider) else {
        return Ok(Vec::new());
    };
    // What a person does at the vendor would end the newer grant as well.
    if connection.replaced_of.is_some() && is_shared(server, &file, connection)? {
        return Ok(Vec::new());
    }
    let proven = Proven::by(log, &file.calls());
    let tokens = log::tokens(log).unwrap_or_default();
    // What may still be proven in a moment is not asked of a person yet.
    let is_settled = step_results::proofs_under_way(log) == 0;
    let is_due = |when: ManualWhen| match when {
        ManualWhen::Always => true,
        ManualWhen::UnlessProven => !tokens.is_empty() && !proven.tokens && is_settled,
        ManualWhen::UnlessUninstalled => !proven.uninstalled,
    };
    let open = |step: crate::providers::ManualStep| FollowUp {
        id: clock_and_ids::follow_up(),
        connection: run.connection.clone(),
        account: String::new(),
        run: run.id.clone(),
        also: Vec::new(),
        text: step.text,
        url: step.url,
        checked_on: step.checked_on.map(|date| date.to_string()),
        when: Some(step.when),
        opened_at: clock_and_ids::now(),
        done: None,
        assigned: None,
    };
    let acts = catalog::acts(server, &file, Some(connection)).into_iter();
    Ok(acts.filter(|it| is_due(it.when)).map(open).collect())
}

/// Whether another connection in service uses what was granted to this one's account.
fn is_shared(
    server: &Server,
    file: &ProviderFile,
    connection: &Connection,
) -> Result<bool, StoreError> {
    let all = grants::siblings_of(server, connection, file, Blast::Project, &IssuedFor::Own)?;
    Ok(!all.is_empty())
}

/// Every follow-up about this account at this provider, whichever connection it is of.
fn at_vendor(
    server: &Server,
    run: &Run,
    account: &Account,
) -> Result<BTreeMap<FollowUpId, FollowUp>, StoreError> {
    let mut connections = vec![run.connection.clone()];
    if !account.id.is_empty() {
        let here = std::slice::from_ref(&run.provider);
        for found in server.store.connections_of_account(here, &account.id) {
            connections.extend(Some(found?.id).filter(|id| *id != run.connection));
        }
    }
    let mut there = BTreeMap::new();
    for connection in connections {
        for it in server.store.follow_ups_of(&connection)? {
            // An older one does not say whose account it was about; its connection's is taken for it.
            if it.account.is_empty() || it.account == account.id {
                there.insert(it.id.clone(), it);
            }
        }
    }
    Ok(there)
}

/// Whether every token of a run is proven dead by now, by the run itself or by another.
fn is_over(
    server: &Server,
    id: &RunId,
    now: &[(Exposure, ExposureEnd, NewEntry)],
) -> Result<bool, StoreError> {
    let log = server.store.run_log(id)?;
    let is_proven = |over: &ExposureEnd| matches!(over, ExposureEnd::Proven { .. });
    let is_dead = |token: &log::RunToken| {
        let by_itself =
            log::judged(&log, &token.credential).is_some_and(|(_, outcome, _)| outcome.proven());
        let later = log::over(&log, &token.credential).is_some_and(|(_, over)| is_proven(over));
        let just_now = now.iter().any(|(exposure, over, _)| {
            exposure.run == *id && exposure.credential == token.credential && is_proven(over)
        });
        by_itself || later || just_now
    };
    Ok(log::tokens(&log).unwrap_or_default().iter().all(is_dead))
}

/// One that is done without a person's word, with its entry.
pub(super) fn closed(
    follow_up: &FollowUp,
    note: String,
    proven_by: Option<RunId>,
) -> (FollowUp, NewEntry) {
    let mut closed = follow_up.clone();
    let done = Event::FollowUpDone(FollowUpDone::of(follow_up, &note, proven_by));
    let entry = server_entry(done, &follow_up.id, AuditOutcome::Done);
    closed.done = Some(DoneBy {
        by: SERVER.to_owned(),
        at: entry.at,
        note,
    });
    (closed, entry)
}

/// The entry of one that was opened after its run had ended, whose summary cannot name it.
pub(super) fn opened(follow_up: &FollowUp) -> NewEntry {
    let opened = Event::FollowUpOpened(FollowUpOpened {
        run: follow_up.run.clone(),
        id: follow_up.id.clone(),
        text: follow_up.text.clone(),
        url: follow_up.url.clone(),
    });
    server_entry(opened, &follow_up.id, AuditOutcome::Warning)
}
