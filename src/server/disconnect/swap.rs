//! The first half of a swap begins where the second one can be done, and the second one can be given up.

use crate::domain::audit::runs::SwapGivenUp;
use crate::domain::audit::{AuditOutcome, Event};
use crate::domain::connection::Connection;
use crate::domain::flow::{Flow, FlowEnd};
use crate::server::Server;
use crate::server::caller::Caller;
use crate::server::connect::requirements::{missing_registration, missing_requirement};
use crate::server::connect::to_be_ended::is_not_to_be_ended;
use crate::server::connect::wait_for_flows::notify_ended_flows;
use crate::server::resolve;
use crate::server::vendor;
use crate::store::{SpaceMode, StoreError};
use crate::wire::{Code, Problem, Topic, view};

/// Whether another account can be connected afterwards, as far as that is known before.
///
/// # Errors
/// When the provider is tagged, not in the catalog any more, or lacks what it requires or our registration; when the connection
/// is there to be ended alone; and when the disk is full.
pub(super) fn may_begin(server: &Server, connection: &Connection) -> Result<(), Problem> {
    is_not_to_be_ended(server, connection)?;
    let refused = |why: &str, hint: &str| {
        let message = format!("swapping {} failed: {why}", connection.name);
        Problem::new(Code::Conflict, message, hint)
    };
    if server.store.mode() == SpaceMode::Emergency {
        let why = "the disk is full, and no new account could be connected";
        return Err(refused(why, "free some space, or disconnect it alone"));
    }
    let Some(file) = server.provider(&connection.provider) else {
        let why = "its provider is not in the catalog any more";
        return Err(refused(why, "disconnect it alone"));
    };
    missing_requirement(server, &file)?;
    missing_registration(&vendor::app(server, &file.id)?)?;
    match server.store.tag(&connection.provider)? {
        Some(tag) => {
            let message = format!("swapping {} failed: {}", connection.name, tag.sentence());
            Err(Problem::new(Code::Conflict, message, tag.way_off()))
        }
        None => Ok(()),
    }
}

/// Gives up the second half of a connection's swap.
///
/// # Errors
/// When no second half of it is open.
pub(super) async fn give_up(
    server: &Server,
    caller: &Caller,
    name: &str,
) -> Result<view::Run, Problem> {
    let connection = resolve::connection(server, name)?;
    let none = || {
        let message = format!("no swap of {} was left in the middle", connection.name);
        let hint = "see tagout connections";
        Problem::new(Code::Conflict, message, hint)
    };
    let run = server.store.swap_left(&connection.id)?.ok_or_else(none)?;
    let entry = |flows: &[Flow]| {
        let event = Event::SwapGivenUp(SwapGivenUp {
            run: run.id.clone(),
            provider: connection.provider.clone(),
            name: connection.name.clone(),
            jobs: run.half_left().map_or(0, |half| half.jobs.len() as u64),
            flows_ended: flows.iter().map(|flow| flow.id.clone()).collect(),
        });
        caller.entry(event, &connection.id, AuditOutcome::Done)
    };
    let by = FlowEnd::Person {
        name: caller.actor.user.name.clone(),
    };
    let given_up = server.store.swap_given_up(&connection.id, &by, entry);
    match given_up.await {
        Err(StoreError::Refused(_)) => return Err(none()),
        given_up => given_up?,
    }
    notify_ended_flows(server);
    server.hub.tell([
        Topic::Run(run.id.clone()),
        Topic::Runs,
        Topic::Connections,
        Topic::Connection(connection.id),
        Topic::Audit,
    ]);
    let run = server.store.run(&run.id)?;
    Ok(crate::server::queries::runs::one(server, &run)?)
}
