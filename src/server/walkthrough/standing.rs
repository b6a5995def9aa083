//! How things stand: a connection as against what was accepted of it, and whoever decided with the rights they have now.

use std::collections::{BTreeMap, BTreeSet};

use super::Server;
use crate::domain::audit::walkthroughs::WalkthroughPassedOver;
use crate::domain::audit::{AuditOutcome, Event, NewEntry};
use crate::domain::connection::Connection;
use crate::domain::id::ConnectionId;
use crate::domain::tag::Tag;
use crate::domain::user::{Act, Actor, Owner, PermissionDenied, User, permit};
use crate::domain::walkthrough::{
    Decision, Looked, Standing, Terms, WalkTarget, Walkthrough, left,
};
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

/// What was found when targets were compared with what was accepted.
pub(super) struct Found {
    /// The connections that are taken out of service.
    pub kept: Vec<Connection>,
    /// The targets that are left, by their places, and why.
    pub left: BTreeMap<usize, String>,
    /// Those of them that are out of service already: nothing of these is left in service.
    pub gone: BTreeSet<usize>,
    /// The versions that all of them had.
    pub looked_at: BTreeMap<ConnectionId, u64>,
}

/// Compares what is due of these with what was accepted. All that share a grant, and are due, are compared together.
pub(super) fn compared(
    server: &Server,
    it: &Walkthrough,
    targets: &[WalkTarget],
    has_begun: bool,
) -> Result<Found, StoreError> {
    let mut found = BTreeMap::new();
    let mut looked = Vec::new();
    for target in targets.iter().filter(|it| it.is_due()) {
        let connection = server.store.connection(&target.connection)?;
        let now = match gone(target, &connection) {
            Some(why) if !connection.status.in_service() => Err(why),
            _ => Ok(standing(server, &it.terms, &connection)?),
        };
        looked.push(Looked {
            target,
            now,
            has_begun,
        });
        found.insert(target.index, connection);
    }
    let left = left(&looked);
    let gone = looked.iter().filter(|it| it.now.is_err());
    let gone = gone.map(|it| it.target.index).collect();
    let looked_at = found.values().map(|it| (it.id.clone(), it.version));
    let looked_at = looked_at.collect();
    let kept = found.into_iter();
    let kept = kept.filter(|(index, _)| !left.contains_key(index));
    Ok(Found {
        kept: kept.map(|(_, connection)| connection).collect(),
        left,
        gone,
        looked_at,
    })
}

/// `is_gone` is what is out of service already: it is passed over, and not left in service.
pub(super) fn left_entry(
    caller: &Caller,
    target: &WalkTarget,
    why: &str,
    is_gone: bool,
) -> NewEntry {
    let passed_over = WalkthroughPassedOver {
        walkthrough: target.walkthrough.clone(),
        name: target.name.clone(),
        why: why.to_owned(),
    };
    let event = match is_gone {
        true => Event::WalkthroughPassedOver(passed_over),
        false => Event::WalkthroughLeft(passed_over),
    };
    caller.entry(event, &target.connection, AuditOutcome::Warning)
}
