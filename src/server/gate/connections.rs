//! What is done to connections, and to what belongs to them.

use super::requirements::{RequiredAct, Requirement, requirement};
use crate::domain::audit::EntrySubject;
use crate::domain::connection::Connection;
use crate::domain::id::RunId;
use crate::server::caller::Caller;
use crate::server::{Server, connect, grants, resolve};
use crate::store::{StoreError, StoredRow as _};
use crate::wire::Problem;
use crate::wire::need::{Authorized, Belonging, Beyond, Disconnected};

/// The connection that a name means; from here on the request means it too.
pub(super) fn pin(server: &Server, name: &mut String) -> Result<Connection, Problem> {
    let connection = resolve::connection(server, name)?;
    *name = connection.id.to_string();
    Ok(connection)
}

pub(super) fn managed(
    server: &Server,
    action: &'static str,
    name: &mut String,
) -> Result<Requirement, Problem> {
    let connection = pin(server, name)?;
    let act = RequiredAct::Manage(connection.owner);
    Ok(requirement(action, connection.id, act))
}

pub(super) fn token_read(
    server: &Server,
    action: &'static str,
    name: &mut String,
) -> Result<Requirement, Problem> {
    let found = pin(server, name)?;
    let act = RequiredAct::ReadToken(found.owner, found.id.clone());
    Ok(requirement(action, found.id, act))
}

pub(super) fn authorized(
    server: &Server,
    caller: &Caller,
    action: &'static str,
    asked: Authorized<'_>,
) -> Result<Requirement, Problem> {
    let provider = Some(asked.provider);
    let (owner, target) = connect::whose(server, caller, asked)?;
    Ok(Requirement {
        about: EntrySubject::default().at(provider),
        ..requirement(action, target, RequiredAct::Manage(owner))
    })
}

/// Something of a connection: whose the connection is, that is whose it is.
pub(super) fn behind(
    server: &Server,
    action: &'static str,
    thing: Belonging<'_>,
) -> Result<Requirement, Problem> {
    let store = &server.store;
    let (target, connection) = match thing {
        Belonging::Job(name) => {
            let job = resolve::job(server, name)?;
            *name = job.id.to_string();
            (job.id.to_string(), job.connection)
        }
        Belonging::FollowUp(id) => (id.to_string(), store.follow_up(id)?.connection),
        Belonging::Endpoint(id) => (id.to_string(), store.webhook(id)?.connection),
        Belonging::Config(id) => (id.to_string(), store.config(id)?.connection),
        Belonging::Record(record) => {
            let row = store.record(record.name)?;
            *record.found = Some(row.key());
            (record.name.to_owned(), row.connection)
        }
        Belonging::Reference(reference) => {
            let row = store.reference(reference.name)?;
            *reference.found = Some(row.key());
            (reference.name.to_owned(), row.connection)
        }
    };
    let found = store.connection(&connection)?;
    Ok(of_connection(action, target, &found))
}

fn of_connection(action: &'static str, target: impl ToString, found: &Connection) -> Requirement {
    Requirement {
        about: EntrySubject::default().of(&found.id),
        ..requirement(action, target, RequiredAct::Manage(found.owner.clone()))
    }
}

/// The connections themselves, and those that would die with them.
pub(super) fn disconnected(
    server: &Server,
    action: &'static str,
    asked: Disconnected<'_>,
) -> Result<Vec<Requirement>, Problem> {
    let chosen = asked.names.into_iter().map(|name| pin(server, name));
    let chosen = chosen.collect::<Result<Vec<_>, _>>()?;
    Ok(with_those_that_die(server, action, chosen, asked.beyond)?)
}

/// The connection of a run, and those that would die with it.
pub(super) fn resumed(
    server: &Server,
    action: &'static str,
    id: &RunId,
) -> Result<Vec<Requirement>, Problem> {
    let run = server.store.run(id)?;
    let beyond = Beyond {
        wider: run.allow_wider,
        uninstall: run.uninstall,
    };
    let chosen = server.store.connection(&run.connection)?;
    let mut needed = vec![of_connection(action, id, &chosen)];
    needed.extend(would_die(server, action, &[chosen], beyond)?);
    Ok(needed)
}

/// These connections, and those that would die with them.
pub(super) fn with_those_that_die(
    server: &Server,
    action: &'static str,
    chosen: Vec<Connection>,
    beyond: Beyond,
) -> Result<Vec<Requirement>, StoreError> {
    let doomed = would_die(server, action, &chosen, beyond)?;
    let mut needed = all_managed(action, chosen);
    needed.extend(doomed);
    Ok(needed)
}

/// The other connections whose tokens the calls would end that were asked for: who may not manage one of them may not
/// ask for these calls.
fn would_die(
    server: &Server,
    action: &'static str,
    chosen: &[Connection],
    beyond: Beyond,
) -> Result<Vec<Requirement>, StoreError> {
    if !(beyond.wider || beyond.uninstall) {
        return Ok(Vec::new());
    }
    let doomed = grants::ended_with(server, chosen, beyond.uninstall)?;
    Ok(all_managed(action, doomed))
}

pub(super) fn all_managed(action: &'static str, connections: Vec<Connection>) -> Vec<Requirement> {
    let one = |it: Connection| requirement(action, it.id, RequiredAct::Manage(it.owner));
    connections.into_iter().map(one).collect()
}
