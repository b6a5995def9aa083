//! Which connections a choice means.

use std::collections::BTreeSet;

use super::{MOST_TARGETS, Server, WalkTarget};
use crate::domain::connection::Connection;
use crate::domain::id::WalkthroughId;
use crate::domain::walkthrough::TargetChoice;
use crate::server::resolve;
use crate::store::StoreError;
use crate::store::facts::CONNECTIONS;
use crate::wire::request::Target;
use crate::wire::{Code, Problem};

/// Connections named one by one, as they were looked at. Those out of service already are not chosen.
pub(super) fn named(
    server: &Server,
    id: &WalkthroughId,
    named: &[Target],
) -> Result<Vec<WalkTarget>, Problem> {
    let mut seen = BTreeSet::new();
    let mut targets = Vec::new();
    bounded(named.len())?;
    for it in named {
        let connection = resolve::connection(server, &it.connection)?;
        // One that changed is kept, and is a conflict when it is begun: somebody looked at it as it was.
        let changed = it
            .version
            .is_some_and(|looked| looked != connection.version);
        if seen.insert(connection.id.clone()) && (connection.status.in_service() || changed) {
            let mut target = target(server, id, targets.len(), connection);
            target.version = it.version.unwrap_or(target.version);
            targets.push(target);
        }
    }
    some(targets)
}

/// Everything in service that matches, as far as it is taken at a time.
pub(super) fn matching(
    server: &Server,
    id: &WalkthroughId,
    choice: &TargetChoice,
) -> Result<Vec<WalkTarget>, Problem> {
    let targets = all_matching(server, id, choice)?;
    bounded(targets.len())?;
    some(targets)
}

/// Everything in service that matches, however much it is.
pub(super) fn all_matching(
    server: &Server,
    id: &WalkthroughId,
    choice: &TargetChoice,
) -> Result<Vec<WalkTarget>, Problem> {
    let (provider, owner) = match choice {
        TargetChoice::Matching { provider, owner } => (provider.as_deref(), owner.as_deref()),
        TargetChoice::All => (None, None),
        TargetChoice::Named => return Err(nothing()),
    };
    let owners = owner.map(|name| server.owners_called(name)).transpose()?;
    let found = in_service(server, provider)?;
    let mut targets = Vec::new();
    for connection in found {
        if owners
            .as_ref()
            .is_none_or(|owners| owners.contains(&connection.owner))
        {
            targets.push(target(server, id, targets.len(), connection));
        }
    }
    Ok(targets)
}

fn in_service(server: &Server, provider: Option<&str>) -> Result<Vec<Connection>, StoreError> {
    let mut found = Vec::new();
    if let Some(provider) = provider {
        for connection in server.store.connections_of(provider) {
            found.push(connection?);
        }
    } else {
        // Rank 2 is what is out of service.
        for rank in 0..2 {
            let prefix = format!("{CONNECTIONS}{rank}/");
            for (_, id) in server.store.index_page(&prefix, None, usize::MAX, false)? {
                found.extend(server.store.get::<Connection>(&id)?);
            }
        }
    }
    found.retain(|connection| connection.status.in_service());
    Ok(found)
}

fn target(server: &Server, id: &WalkthroughId, index: usize, c: Connection) -> WalkTarget {
    WalkTarget {
        walkthrough: id.clone(),
        index,
        version: c.version,
        generation: c.generation,
        owner: server.owner_name(&c.owner),
        connection: c.id,
        provider: c.provider,
        name: c.name,
        left_out: false,
        run: None,
        passed_over: None,
        accepted: None,
    }
}

fn some(targets: Vec<WalkTarget>) -> Result<Vec<WalkTarget>, Problem> {
    if targets.is_empty() {
        return Err(nothing());
    }
    Ok(targets)
}

/// Nothing to take out of service was chosen.
pub(super) fn nothing() -> Problem {
    Problem::new(
        Code::NotFound,
        "nothing in service was chosen",
        "`tagout connections` lists what is in service",
    )
}

fn bounded(count: usize) -> Result<(), Problem> {
    if count <= MOST_TARGETS {
        return Ok(());
    }
    Err(Problem::new(
        Code::Usage,
        format!("{count} connections were chosen, and {MOST_TARGETS} are taken at a time"),
        "choose by provider or by owner",
    ))
}
