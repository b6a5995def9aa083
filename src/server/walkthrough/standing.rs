//! How things stand: a connection as against what was accepted of it, and whoever decided with the rights they have now.

use std::collections::BTreeSet;

use super::Server;
use crate::domain::connection::Connection;
use crate::domain::tag::Tag;
use crate::domain::user::{Act, Actor, Owner, PermissionDenied, User, permit};
use crate::domain::walkthrough::{Decision, Standing, Terms, WalkTarget};
use crate::server::caller::Caller;
use crate::server::grants;
use crate::server::queries::dependents;
use crate::store::StoreError;

/// How a connection stands, as far as it bears on what is accepted. No vendor is asked for it.
pub(super) fn standing(
    server: &Server,
    terms: &Terms,
    c: &Connection,
) -> Result<Standing, StoreError> {
    let mut standing = Standing {
        connection: c.id.clone(),
        generation: c.generation,
        shares: BTreeSet::new(),
        secrets: Standing::secrets(&server.store.credentials_of(&c.id)?),
        reaches: BTreeSet::new(),
        dependents: BTreeSet::new(),
    };
    if let Some(file) = server.provider(&c.provider) {
        let blast = grants::widest(&file, terms.uninstall);
        let shared = grants::siblings(server, c, &file, blast)?;
        standing.shares = (shared.into_iter().map(|it| (it.id, it.generation))).collect();
        standing.reaches = Standing::reach(&file.calls(), terms.uninstall);
        let in_use = dependents::in_use(server, &file, c)?.into_iter();
        standing.dependents = in_use.map(|it| it.feature).collect();
    }
    Ok(standing)
}

/// Whether its planner may still do what the gate let them plan: with these connections, those that would die with them, and the
/// tag.
pub(super) fn may(
    server: &Server,
    caller: &Caller,
    chosen: &[Connection],
    terms: &Terms,
    tag: Option<&Tag>,
) -> Result<Result<(), PermissionDenied>, StoreError> {
    let dying = match terms.allow_wider || terms.uninstall {
        true => grants::ended_with(server, chosen, terms.uninstall)?,
        false => Vec::new(),
    };
    let owners = chosen.iter().chain(&dying).map(|it| &it.owner);
    let mut owners = owners.chain(tag.map(|_| &Owner::Workspace));
    Ok(owners.try_for_each(|owner| permit(&caller.actor, Act::Manage(owner))))
}

/// Why there is nothing to take out of service; none when there is.
pub(super) fn gone(target: &WalkTarget, connection: &Connection) -> Option<String> {
    if connection.generation != target.generation {
        return Some("it was connected anew since this was decided".to_owned());
    }
    (!connection.status.in_service())
        .then(|| format!("it is {} already", connection.status.badge().to_lowercase()))
}

/// Whoever decided, with the rights they have now.
pub(super) fn decider(
    server: &Server,
    decision: Option<&Decision>,
) -> Result<Option<Caller>, StoreError> {
    let Some(decision) = decision else {
        return Ok(None);
    };
    let user = server.store.get::<User>(decision.user.as_str())?;
    Ok(user.map(|user| Caller {
        actor: Actor {
            role: decision.role.min(user.role),
            user,
            read_only: false,
        },
        origin: decision.origin.clone(),
        session: 0,
    }))
}

/// Why this target is not as it was accepted, once others of the walkthrough may have begun; none where it is, and where
/// nothing was accepted for later.
pub(super) fn changed_since(
    server: &Server,
    terms: &Terms,
    target: &WalkTarget,
    all: &[WalkTarget],
) -> Result<Option<&'static str>, StoreError> {
    let Some(accepted) = &target.accepted else {
        return Ok(None);
    };
    let connection = server.store.connection(&target.connection)?;
    let now = standing(server, terms, &connection)?;
    let mut together = BTreeSet::new();
    let mut is_shared_with_begun = false;
    for other in all.iter().filter(|it| !it.left_out) {
        // What is out of service already takes nothing along.
        if other.passed_over.is_none()
            || !server
                .store
                .connection(&other.connection)?
                .status
                .in_service()
        {
            together.insert(other.connection.clone());
        }
        is_shared_with_begun |=
            other.run.is_some() && now.shares.iter().any(|(id, _)| *id == other.connection);
    }
    let mut now = now.accepted(&together);
    // Its grant ends with the others that share it, which was accepted.
    if is_shared_with_begun {
        now.secrets.clone_from(&accepted.secrets);
    }
    // What needs it to be connected may have ended before it.
    if all.iter().any(|it| it.run.is_some()) {
        now.dependents.clone_from(&accepted.dependents);
    }
    Ok(accepted.changed(&now))
}
