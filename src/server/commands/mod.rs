//! Changes that are one fact each: configuration, users, follow-ups. Who may make them is decided
//! at the gate.

pub mod catalog;
pub mod configuration;
pub mod dependents;
mod handlers;
mod links;
mod moving;
pub mod records;
mod routing;
pub mod users;

use std::collections::BTreeMap;

use moving::{Mover, VariableChange};

use super::caller::{Caller, SERVER};
use super::queries::{connections, lists, runs};
use super::{Server, clock_and_ids};
use crate::domain::audit::connections::{ConnectionConfigured, WebhookSet};
use crate::domain::audit::follow_ups::{FollowUpAssigned, FollowUpDone, FollowUpUndone};
use crate::domain::audit::{AuditOutcome, Event};
use crate::domain::connection::Connection;
use crate::domain::disconnect::run::{Assigned, DoneBy, FollowUp};
use crate::domain::display_text::clean;
use crate::domain::id::{FollowUpId, WebhookId};
use crate::server::{connect, resolve};
use crate::wire::{Code, Problem, Topic, rpc, view};

/// Changes a connection's name, or its values of the provider file's variables. What came with its token is its own, and is
/// for nobody to change: it says where the token is revoked.
///
/// # Errors
/// When there is none, or the file has no such variable.
pub async fn configure(
    server: &Server,
    caller: &Caller,
    asked: rpc::Configure,
) -> Result<view::Connection, Problem> {
    let rpc::Configure {
        name,
        new_name,
        vars,
        moves,
    } = asked;
    let connection = resolve::connection(server, &name)?;
    connect::to_be_ended::is_not_to_be_ended(server, &connection)?;
    let new_name = new_name.map(|name| clean(&name));
    if new_name.as_deref() == Some("") {
        return Err(Problem::new(
            Code::Usage,
            "a name cannot be empty",
            "choose another",
        ));
    }
    let own = catalog::changed(&connection.vars, &vars);
    let movers = match vars.is_empty() {
        // A name says nothing about where tokens go.
        true => Vec::new(),
        false => movers(server, &connection, &vars, &own).await?,
    };
    let provider = connection.provider.as_str();
    if let Some(refused) = moving::refused(provider, &movers).filter(|_| !moves) {
        return Err(refused);
    }
    let configured = Event::ConnectionConfigured(ConnectionConfigured {
        name: connection.name.clone(),
        new_name: new_name.clone(),
        vars,
    });
    let entry = caller.entry(configured, &connection.id, AuditOutcome::Done);
    let changed = server
        .store
        .configure(&connection.id, new_name, own, entry)
        .await?;
    moving::marked(server, movers).await?;
    server.hub.tell([
        Topic::Connections,
        Topic::Connection(changed.id.clone()),
        Topic::Providers,
        Topic::Audit,
    ]);
    connections::one(server, caller, &changed)
}

/// The connection, if its tokens would go elsewhere with these variables of its own.
async fn movers(
    server: &Server,
    connection: &Connection,
    said: &BTreeMap<String, String>,
    own: &BTreeMap<String, String>,
) -> Result<Vec<Mover>, Problem> {
    let id = connection.provider.as_str();
    let file = server
        .provider(id)
        .ok_or_else(|| resolve::no_provider(server, id))?;
    catalog::declared(&file, said)?;
    let registered = server.store.app(id)?;
    let at_provider = registered.map(|app| app.vars).unwrap_or_default();
    let with = |own: &BTreeMap<String, String>| {
        let mut all = at_provider.clone();
        all.extend(own.clone());
        all
    };
    let (was, is) = (with(&connection.vars), with(own));
    let change = VariableChange::of(server, &file, &was, &is).await;
    let mover = change.and_then(|change| change.mover(connection.clone()));
    Ok(mover.into_iter().collect())
}

/// Enables or disables an inbound endpoint.
///
/// # Errors
/// When there is none, or its connection is out of service.
pub async fn webhook(
    server: &Server,
    caller: &Caller,
    id: &WebhookId,
    enabled: bool,
) -> Result<view::Webhook, Problem> {
    let endpoint = server.store.webhook(id)?;
    let connection = server.store.connection(&endpoint.connection)?;
    let set = WebhookSet {
        name: connection.name.clone(),
    };
    let event = if enabled {
        Event::WebhookEnabled(set)
    } else {
        Event::WebhookDisabled(set)
    };
    let entry = caller.entry(event, id, AuditOutcome::Done);
    let endpoint = server.store.set_webhook(id, enabled, entry).await?;
    server
        .hub
        .tell([Topic::Connection(connection.id), Topic::Audit]);
    Ok(lists::webhook(server, caller, &endpoint)?)
}

/// A named person ticks a follow-up off.
///
/// # Errors
/// When there is none, it is done already.
pub async fn follow_up_done(
    server: &Server,
    caller: &Caller,
    id: &FollowUpId,
    note: String,
) -> Result<view::FollowUp, Problem> {
    let follow_up = server.store.follow_up(id)?;
    let done = Event::FollowUpDone(FollowUpDone::of(&follow_up, &note, None));
    let entry = caller.entry(done, id, AuditOutcome::Done);
    let done = DoneBy {
        by: caller.actor.user.name.clone(),
        at: clock_and_ids::now(),
        note,
    };
    let now = server.store.follow_up_done(&follow_up, done, entry).await?;
    follow_up_changed(server, now)
}

/// A named person takes a wrong tick off a follow-up.
///
/// # Errors
/// When there is none, it is open, or a run proved that it is done.
pub async fn follow_up_undone(
    server: &Server,
    caller: &Caller,
    id: &FollowUpId,
    note: String,
) -> Result<view::FollowUp, Problem> {
    let follow_up = server.store.follow_up(id)?;
    let open = || {
        Problem::new(
            Code::Conflict,
            format!("{id} is open"),
            "`tagout follow-ups` lists them",
        )
    };
    let done = follow_up.done.clone().ok_or_else(open)?;
    if done.by == SERVER {
        return Err(Problem::new(
            Code::Conflict,
            format!("nobody ticked {id} off: it was {}", done.note),
            "What a run has proven is not opened again by hand",
        ));
    }
    let undone = Event::FollowUpUndone(FollowUpUndone {
        run: follow_up.run.clone(),
        runs: follow_up.runs().cloned().collect(),
        text: follow_up.text.clone(),
        note,
        done_by: done.by,
        done_at: done.at,
    });
    let entry = caller.entry(undone, id, AuditOutcome::Done);
    let now = server.store.follow_up_undone(&follow_up, entry).await?;
    follow_up_changed(server, now)
}

/// Somebody is asked to do a follow-up, and told at their next start.
///
/// # Errors
/// When there is none, it is done, or nobody has this name.
pub async fn follow_up_assigned(
    server: &Server,
    caller: &Caller,
    id: &FollowUpId,
    user: &str,
) -> Result<view::FollowUp, Problem> {
    let follow_up = server.store.follow_up(id)?;
    let found = server.store.users()?.into_iter().find(|it| it.name == user);
    let found = found.ok_or_else(|| {
        Problem::new(
            Code::NotFound,
            format!("there is no user {user:?}"),
            "`tagout users` lists them",
        )
    })?;
    let event = Event::FollowUpAssigned(FollowUpAssigned {
        run: follow_up.run.clone(),
        runs: follow_up.runs().cloned().collect(),
        text: follow_up.text.clone(),
        to: found.name.clone(),
        before: follow_up.assigned.as_ref().map(|it| it.name.clone()),
    });
    let entry = caller.entry(event, id, AuditOutcome::Done);
    let assigned = Assigned {
        user: found.id,
        name: found.name,
        by: caller.actor.user.name.clone(),
        at: clock_and_ids::now(),
    };
    let now = server.store.follow_up_assigned(&follow_up, assigned, entry);
    follow_up_changed(server, now.await?)
}

/// Tells of it, and shows it as it is now.
fn follow_up_changed(server: &Server, follow_up: FollowUp) -> Result<view::FollowUp, Problem> {
    let connection = server.store.connection(&follow_up.connection)?;
    let topics = [
        Topic::FollowUps,
        Topic::Connection(connection.id),
        Topic::Audit,
    ];
    let runs = follow_up.runs().cloned().map(Topic::Run);
    server.hub.tell(runs.chain(topics).collect::<Vec<_>>());
    let run = server.store.run(&follow_up.run)?;
    runs::follow_up(server, &run, &follow_up).map_err(Problem::from)
}
