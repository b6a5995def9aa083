//! What concerns whoever asks, and needs them: shown on the first screen and by `tagout status`.

use std::sync::Arc;

use super::caller::Caller;
use super::handler::Handler;
use super::{Server, clock_and_ids};
use crate::domain::disconnect::run::FollowUp;
use crate::domain::display_text::counted;
use crate::domain::for_you::{TOLD_FOR, Thing};
use crate::domain::id::{RunId, WalkthroughId};
use crate::domain::user::Role;
use crate::domain::walkthrough::{WalkState, Walkthrough};
use crate::store::StoreError;
use crate::wire::view::{About, ForYou};
use crate::wire::{Problem, rpc};

/// So many of a kind are told at once at most.
const MOST: usize = 20;

impl Handler for rpc::ForYou {
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        Ok(list(server, caller)?)
    }
}

impl Handler for rpc::ForYouSeen {
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        // What is no such thing is told to nobody, and seen by everybody.
        if let Ok(thing) = self.id.parse() {
            let user = &caller.actor.user.id;
            server.store.seen_by(user, &thing).await?;
            forget_expired(server, caller).await?;
        }
        Ok(())
    }
}

/// What was not seen for too long is told no more, and its rows go.
async fn forget_expired(server: &Server, caller: &Caller) -> Result<(), StoreError> {
    let user = &caller.actor.user.id;
    for thing in server.store.told_to(user, usize::MAX)? {
        let is_told = match &thing {
            Thing::Walkthrough(id) => {
                let decision = server.store.walkthrough(id)?.decision;
                decision.is_some_and(|it| is_recent(it.at))
            }
            Thing::Run(id) => is_recent(server.store.run(id)?.started_at),
        };
        if !is_told {
            server.store.seen_by(user, &thing).await?;
        }
    }
    Ok(())
}

/// What concerns this caller: what wants somebody first, then what was done, then what is to come.
pub(super) fn list(server: &Server, caller: &Caller) -> Result<Vec<ForYou>, StoreError> {
    let store = &server.store;
    let user = &caller.actor.user.id;
    let (mut all, mut found) = (Vec::new(), Vec::new());
    for id in store.walkthroughs_fallen()? {
        found.extend(fallen(server, caller, &id)?);
    }
    all.extend(found.drain(..).take(MOST));
    for thing in store.told_to(user, usize::MAX)? {
        found.extend(match &thing {
            Thing::Walkthrough(id) => left(server, id)?,
            Thing::Run(id) => taken_away(server, id)?,
        });
        if found.len() == MOST {
            break;
        }
    }
    all.append(&mut found);
    for follow_up in store.assigned_to(user, MOST)? {
        all.extend(assigned(server, &follow_up)?);
    }
    for id in store.walkthroughs_planned()? {
        found.extend(planned(server, caller, &id)?);
    }
    all.extend(found.into_iter().take(MOST));
    all.sort_by_key(|it| !it.what.needs_them());
    Ok(all)
}

/// Whether somebody planned it, or manages the workspace. Whoever owns something that it takes along is told once it was
/// taken: what is to come is no warning to them.
fn concerns(caller: &Caller, it: &Walkthrough) -> bool {
    let planner = it.planned.as_ref().map(|it| &it.decision.user);
    caller.actor.role >= Role::Admin || planner == Some(&caller.actor.user.id)
}

fn fallen(
    server: &Server,
    caller: &Caller,
    id: &WalkthroughId,
) -> Result<Option<ForYou>, StoreError> {
    let it = server.store.walkthrough(id)?;
    let Some(planned) = it.planned.as_ref() else {
        return Ok(None);
    };
    Ok(concerns(caller, &it).then(|| ForYou {
        what: About::Fallen,
        id: id.to_string(),
        at: planned.at,
        text: format!(
            "did not begin ({}): {}; nothing was disconnected",
            it.stopped_because, it.title
        ),
    }))
}

fn left(server: &Server, id: &WalkthroughId) -> Result<Option<ForYou>, StoreError> {
    let it = server.store.walkthrough(id)?;
    let Some(decision) = it.decision.as_ref().filter(|it| is_recent(it.at)) else {
        return Ok(None);
    };
    let text = match it.state {
        WalkState::Stopped => format!("stopped: {}: {}", it.stopped_because, it.title),
        _ => match left_in_service(server, id)? {
            0 => return Ok(None),
            left => format!(
                "left {} in service: {}",
                counted(left, "connection"),
                it.title
            ),
        },
    };
    Ok(Some(ForYou {
        what: About::Left,
        id: id.to_string(),
        at: decision.at,
        text,
    }))
}

/// How many were passed over, and are in service.
fn left_in_service(server: &Server, id: &WalkthroughId) -> Result<u64, StoreError> {
    let mut left = 0;
    for target in server.store.walkthrough_targets(id)? {
        if target.passed_over.is_some() {
            let connection = server.store.connection(&target.connection)?;
            left += u64::from(connection.status.in_service());
        }
    }
    Ok(left)
}

fn planned(
    server: &Server,
    caller: &Caller,
    id: &WalkthroughId,
) -> Result<Option<ForYou>, StoreError> {
    let it = server.store.walkthrough(id)?;
    let Some(planned) = it
        .planned
        .as_ref()
        .filter(|_| it.state == WalkState::Planned)
    else {
        return Ok(None);
    };
    if !concerns(caller, &it) {
        return Ok(None);
    }
    if let Some(why) = server.walks.why_failing(id) {
        return Ok(Some(ForYou {
            what: About::Planned,
            id: id.to_string(),
            at: planned.at,
            text: format!("not begun, tried again: {why}: {}", it.title),
        }));
    }
    let targets = server.store.walkthrough_targets(id)?;
    let due = targets.iter().filter(|it| it.is_due()).count() as u64;
    Ok(Some(ForYou {
        what: About::Planned,
        id: id.to_string(),
        at: planned.at,
        text: format!(
            "{} is planned by {}: {} to be disconnected",
            it.title,
            planned.decision.actor,
            counted(due, "connection")
        ),
    }))
}

fn taken_away(server: &Server, id: &RunId) -> Result<Option<ForYou>, StoreError> {
    let run = server.store.run(id)?;
    let connection = server.store.connection(&run.connection)?;
    // It is in service again.
    let is_again = connection.generation != run.generation;
    if !is_recent(run.started_at) || is_again {
        return Ok(None);
    }
    let (actor, provider) = (&run.actor, &run.provider_name);
    let text = match &connection.replaced_of {
        Some(of) => {
            let name = server.store.connection(of)?.name;
            format!(
                "{actor} authorized your {provider} · {name} again, which ends its earlier tokens"
            )
        }
        None => {
            let (name, reason) = (&run.name, run.reason.words());
            format!("{actor} disconnected your {provider} · {name} ({reason})")
        }
    };
    Ok(Some(ForYou {
        what: About::TakenAway,
        id: id.to_string(),
        at: run.started_at,
        text,
    }))
}

fn assigned(server: &Server, follow_up: &FollowUp) -> Result<Option<ForYou>, StoreError> {
    let Some(assigned) = &follow_up.assigned else {
        return Ok(None);
    };
    let run = server.store.run(&follow_up.run)?;
    Ok(Some(ForYou {
        what: About::Assigned,
        id: follow_up.id.to_string(),
        at: assigned.at,
        text: format!(
            "{} assigned to you, of {} · {}: {}",
            assigned.by, run.provider_name, run.name, follow_up.text
        ),
    }))
}

fn is_recent(at: jiff::Timestamp) -> bool {
    clock_and_ids::now().duration_since(at) < TOLD_FOR
}
