//! What a request is about, and whose that is.

use super::{Need, Requirement};
use crate::domain::audit::EntrySubject;
use crate::domain::connection::Connection;
use crate::domain::id::{ConnectionId, WalkthroughId};
use crate::domain::tag::tagged;
use crate::domain::user::{Owner, Permission, Role};
use crate::server::caller::Caller;
use crate::server::resolve;
use crate::server::{Server, grants, walkthrough};
use crate::store::StoreError;
use crate::wire::Problem;

pub(super) fn one(
    action: &'static str,
    target: impl ToString,
    need: Need,
) -> Result<Vec<Requirement>, Problem> {
    Ok(vec![requirement(action, target, need)])
}

pub(super) fn requirement(action: &'static str, target: impl ToString, need: Need) -> Requirement {
    Requirement {
        action,
        target: target.to_string(),
        need,
        about: EntrySubject::default(),
    }
}

/// What is about a provider. One that nobody knows is not named as what it is about.
pub(super) fn at_provider(
    server: &Server,
    action: &'static str,
    provider: &str,
    need: Need,
) -> Result<Vec<Requirement>, Problem> {
    let known = server.knows_provider(provider)?.then_some(provider);
    Ok(vec![Requirement {
        about: EntrySubject::default().at(known),
        ..requirement(action, provider, need)
    }])
}

/// What belongs to the organisation.
pub(super) fn everybodys() -> Need {
    Need::Manage(Owner::Workspace)
}

/// A change of a user that gives these permissions. One whom nobody knows is looked for when it is done.
pub(super) fn about_user(
    server: &Server,
    action: &'static str,
    name: &str,
    gives: &'static [Permission],
) -> Result<Requirement, Problem> {
    let users = server.store.users()?;
    let role = users.iter().find(|user| user.name == name).map(|u| u.role);
    let need = Need::ChangeUser(role.unwrap_or(Role::Agent), gives);
    Ok(requirement(action, name, need))
}

/// What is granted for single connections has to be held for each of them.
pub(super) fn granted(
    server: &Server,
    user: &str,
    permission: Permission,
    connections: &mut [String],
) -> Result<Vec<Requirement>, Problem> {
    const ACTION: &str = "user.permission";
    let gives: &[Permission] = match permission {
        Permission::TokenRead if !connections.is_empty() => &[],
        Permission::TokenRead => &[Permission::TokenRead],
        Permission::SettingsEdit => &[Permission::SettingsEdit],
    };
    let mut asks = vec![about_user(server, ACTION, user, gives)?];
    for name in connections {
        let found = pin(server, name)?;
        let need = Need::ReadToken(found.owner, found.id.clone());
        asks.extend(one(ACTION, found.id, need)?);
    }
    Ok(asks)
}

pub(super) fn own(caller: &Caller) -> Owner {
    Owner::Personal(caller.actor.user.id.clone())
}

/// A draft is its owner's, as a personal connection is; one that has begun is not a draft any more.
pub(super) fn drafts(
    server: &Server,
    caller: &Caller,
    action: &'static str,
    id: &WalkthroughId,
) -> Result<Requirement, Problem> {
    let draft = walkthrough::queries::seen(server, caller, id)?;
    let need = Need::Manage(Owner::Personal(draft.by));
    Ok(requirement(action, id, need))
}

/// Every connection that a walkthrough takes along.
pub(super) fn walks(
    server: &Server,
    caller: &Caller,
    action: &'static str,
    id: &WalkthroughId,
) -> Result<Vec<Requirement>, Problem> {
    walkthrough::queries::seen(server, caller, id)?;
    let chosen = taken_along(server, id)?;
    Ok(manages(action, chosen))
}

fn taken_along(server: &Server, id: &WalkthroughId) -> Result<Vec<Connection>, StoreError> {
    let targets = server.store.walkthrough_targets(id)?.into_iter();
    let taken = targets.filter(|target| !target.left_out && target.passed_over.is_none());
    taken
        .map(|target| server.store.connection(&target.connection))
        .collect()
}

fn manages(action: &'static str, connections: Vec<Connection>) -> Vec<Requirement> {
    let one = |it: Connection| requirement(action, it.id, Need::Manage(it.owner));
    connections.into_iter().map(one).collect()
}

/// What a disconnect was asked to do beyond the tokens of its own connections.
#[derive(Clone, Copy)]
pub(super) struct Beyond {
    /// Make calls that end every token of a grant.
    pub(super) wider: bool,
    /// Uninstall the app.
    pub(super) uninstall: bool,
}

/// The connections themselves, and those that would die with them.
pub(super) fn disconnects(
    server: &Server,
    action: &'static str,
    chosen: &[Connection],
    beyond: Beyond,
) -> Result<Vec<Requirement>, Problem> {
    let mut asks = manages(action, chosen.to_vec());
    asks.extend(would_die(server, action, chosen, beyond)?);
    Ok(asks)
}

/// [`disconnects`], of every connection that a walkthrough takes along.
pub(super) fn disconnects_all(
    server: &Server,
    caller: &Caller,
    action: &'static str,
    id: &WalkthroughId,
) -> Result<Vec<Requirement>, Problem> {
    let terms = walkthrough::queries::seen(server, caller, id)?.terms;
    let chosen = taken_along(server, id)?;
    let beyond = Beyond {
        wider: terms.allow_wider,
        uninstall: terms.uninstall,
    };
    disconnects(server, action, &chosen, beyond)
}

/// The other connections whose tokens the calls would end that were asked for: who may not manage one of them may not
/// ask for these calls.
pub(super) fn would_die(
    server: &Server,
    action: &'static str,
    chosen: &[Connection],
    beyond: Beyond,
) -> Result<Vec<Requirement>, Problem> {
    if !(beyond.wider || beyond.uninstall) {
        return Ok(Vec::new());
    }
    let doomed = grants::ended_with(server, chosen, beyond.uninstall)?;
    Ok(manages(action, doomed))
}

/// What a walkthrough ends besides its targets: authorizations that are open, and with its tag those to come.
pub(super) fn ends(
    server: &Server,
    action: &'static str,
    id: &WalkthroughId,
) -> Result<Vec<Requirement>, Problem> {
    let draft = server.store.walkthrough(id)?;
    let mut asks = Vec::new();
    if let Some(provider) = tagged(&draft.choice, &draft.terms) {
        asks.extend(at_provider(server, action, provider, everybodys())?);
    }
    for flow in walkthrough::flows_of(server, &draft)? {
        asks.extend(one(action, flow.id, Need::Manage(flow.owner))?);
    }
    Ok(asks)
}

/// The connection that a name means; from here on the request means it too.
pub(super) fn pin(server: &Server, name: &mut String) -> Result<Connection, Problem> {
    let connection = resolve::connection(server, name)?;
    *name = connection.id.to_string();
    Ok(connection)
}

pub(super) fn named(
    server: &Server,
    action: &'static str,
    name: &mut String,
) -> Result<Requirement, Problem> {
    let connection = pin(server, name)?;
    let need = Need::Manage(connection.owner);
    Ok(requirement(action, connection.id, need))
}

pub(super) fn about_job(
    server: &Server,
    action: &'static str,
    name: &mut String,
) -> Result<Vec<Requirement>, Problem> {
    let job = resolve::job(server, name)?;
    *name = job.id.to_string();
    behind(server, action, job.id, Ok(job.connection))
}

/// Something of a connection: whose the connection is, that is whose it is.
pub(super) fn behind(
    server: &Server,
    action: &'static str,
    target: impl ToString,
    connection: Result<ConnectionId, StoreError>,
) -> Result<Vec<Requirement>, Problem> {
    let found = connection.and_then(|id| server.store.connection(&id))?;
    Ok(vec![Requirement {
        about: EntrySubject::default().of(&found.id),
        ..requirement(action, target, Need::Manage(found.owner))
    }])
}
