//! Walkthroughs as clients see them: the head, and what its runs amount to so far.

use std::sync::Arc;

use super::run_summary::RunSummary;
use super::totals::{folded, left, part};
use super::{Server, WalkTarget, Walkthrough};
use crate::domain::filter::{FilterField, FilterTerms, Searched};
use crate::domain::id::{ConnectionId, WalkthroughId};
use crate::domain::user::{Act, Owner, Role, permit};
use crate::domain::walkthrough::{Decision, WalkState};
use crate::server::caller::Caller;
use crate::server::queries::window::{self, Asked};
use crate::store::StoreError;
use crate::wire::request::Window;
use crate::wire::view::Page;
use crate::wire::walkthrough::{
    self as wire, Changed, Decided, NAMED, PlannedFor, WalkthroughRow, WalkthroughTarget,
};
use crate::wire::{Code, Problem};

/// A part of the list, newest first: of drafts only those that the caller may see.
pub async fn list(
    server: &Arc<Server>,
    caller: &Caller,
    asked: &Window,
) -> Result<Page<WalkthroughRow>, Problem> {
    let (house, by_whom) = (Arc::clone(server), caller.clone());
    let reverse = asked.reverse;
    let source = move |after: Option<&str>, limit: usize| {
        let store = &house.store;
        let rows = store.page::<Walkthrough>("", after, limit, !reverse)?;
        let place = |it: Walkthrough| {
            let key = it.id.to_string();
            (key, Some(it).filter(|it| may_see(&by_whom, it)))
        };
        Ok(rows.into_iter().map(place).collect())
    };
    let searched = |it: &Walkthrough| {
        let mut searched = Searched::of(vec![
            (FilterField::By, by(it).to_owned()),
            (FilterField::State, it.state.word().to_owned()),
            (FilterField::Reason, it.terms.reason.words().to_owned()),
            (
                FilterField::Ticket,
                it.terms.ticket.clone().unwrap_or_default(),
            ),
        ]);
        searched.text += &format!(" {}", it.title);
        searched
    };
    let known = FilterTerms {
        fields: &[
            FilterField::By,
            FilterField::State,
            FilterField::Reason,
            FilterField::Ticket,
        ],
        time: false,
        values: &[],
    };
    let asked = Asked::by(caller, server, asked);
    let rows = window::rows(asked, known, source, searched).await?;
    let total = server.store.count("walkthroughs")?;
    window::page(rows, total.unsigned_abs(), |it| row(server, it)).map_err(Problem::from)
}

/// A draft is its owner's, and shown to those who manage the workspace.
fn may_see(caller: &Caller, walkthrough: &Walkthrough) -> bool {
    walkthrough.state != WalkState::Draft
        || walkthrough.by == caller.actor.user.id
        || caller.actor.role >= Role::Admin
}

/// The walkthrough of this id, if the caller may see it.
///
/// # Errors
/// When there is none, as far as the caller is told.
pub fn seen(server: &Server, caller: &Caller, id: &WalkthroughId) -> Result<Walkthrough, Problem> {
    match server.store.walkthrough(id) {
        Ok(found) if may_see(caller, &found) => Ok(found),
        Ok(_) => Err(none(id.as_str())),
        Err(StoreError::NotFound { .. }) => Err(none(id.as_str())),
        Err(error) => Err(Problem::from(error)),
    }
}

/// The walkthrough that `name` means: an id, or a unique beginning of one.
///
/// # Errors
/// When there is none that the caller may see, or several.
pub fn find(server: &Server, caller: &Caller, name: &str) -> Result<Walkthrough, Problem> {
    if let Ok(id) = name.parse() {
        return seen(server, caller, &id);
    }
    if !name.starts_with(WalkthroughId::PREFIX) {
        return Err(none(name));
    }
    let found = server.store.scan::<Walkthrough>(&name.to_ascii_lowercase());
    let mut found = found?;
    found.retain(|it| may_see(caller, it));
    match <[Walkthrough; 1]>::try_from(found) {
        Ok([one]) => Ok(one),
        Err(found) if found.is_empty() => Err(none(name)),
        Err(_) => Err(Problem::new(
            Code::Usage,
            format!("{name} means several walkthroughs"),
            "write more of the id",
        )),
    }
}

fn none(name: &str) -> Problem {
    Problem::new(
        Code::NotFound,
        format!("there is no walkthrough {name}"),
        "`tagout walkthroughs` lists them",
    )
}

fn by(walkthrough: &Walkthrough) -> &str {
    let planned = walkthrough.planned.as_ref().map(|it| &it.decision);
    let decided = walkthrough.decision.as_ref().or(planned);
    decided.map_or(&walkthrough.by_name, |it| &it.actor)
}

fn row(server: &Server, it: Walkthrough) -> Result<WalkthroughRow, StoreError> {
    let targets = server.store.walkthrough_targets(&it.id)?;
    Ok(WalkthroughRow {
        by: by(&it).to_owned(),
        targets: folded(server, &targets)?.0,
        begun_at: it.decision.map(|decision| decision.at),
        id: it.id,
        title: it.title,
        terms: it.terms,
        page: it.page,
        state: it.state,
        created_at: it.created_at,
        ended_at: it.ended_at,
        planned_for: it.planned.map(|planned| planned.at),
    })
}

fn decided(decision: &Decision) -> Decided {
    Decided {
        actor: decision.actor.clone(),
        role: decision.role.code().to_owned(),
        origin: decision.origin.clone(),
        at: decision.at,
    }
}

/// One walkthrough in full.
pub fn one(
    server: &Server,
    caller: &Caller,
    it: &Walkthrough,
) -> Result<wire::Walkthrough, Problem> {
    let targets = server.store.walkthrough_targets(&it.id)?;
    build(server, caller, it, &targets).map_err(Problem::from)
}

fn build(
    server: &Server,
    caller: &Caller,
    it: &Walkthrough,
    targets: &[WalkTarget],
) -> Result<wire::Walkthrough, StoreError> {
    let (counts, done) = folded(server, targets)?;
    let mut changed = changed(server, it, targets)?;
    changed.truncate(NAMED);
    Ok(wire::Walkthrough {
        id: it.id.clone(),
        title: it.title.clone(),
        choice: it.choice.clone(),
        by: it.by_name.clone(),
        decided: it.decision.as_ref().map(decided),
        planned: it.planned.as_ref().map(|planned| PlannedFor {
            at: planned.at,
            by: decided(&planned.decision),
            late_seconds: it.late_by().map(|late| late.as_secs()),
        }),
        terms: it.terms.clone(),
        page: it.page,
        state: it.state,
        stopped_because: it.stopped_because.clone(),
        version: it.version,
        created_at: it.created_at,
        ended_at: it.ended_at,
        targets: counts,
        left_out: left_out(it, targets),
        changed,
        done,
        left: left(server, targets)?,
        refused: refused(server, caller, it, targets)?,
    })
}

fn left_out(it: &Walkthrough, targets: &[WalkTarget]) -> Vec<ConnectionId> {
    let not_taken = |target: &&WalkTarget| it.state == WalkState::Draft && target.left_out;
    let targets = targets.iter().filter(not_taken);
    targets.map(|target| target.connection.clone()).collect()
}

/// What has changed of a draft's targets since they were looked at.
pub(super) fn changed(
    server: &Server,
    it: &Walkthrough,
    targets: &[WalkTarget],
) -> Result<Vec<Changed>, StoreError> {
    let mut changed = Vec::new();
    if it.state != WalkState::Draft {
        return Ok(changed);
    }
    for target in targets.iter().filter(|it| it.is_due()) {
        let found = server.store.connection(&target.connection)?;
        if found.version != target.version {
            changed.push(Changed {
                connection: found.id,
                provider_name: server.provider_name(&target.provider),
                name: found.name,
                looked_at: target.version,
                found: found.version,
                now: format!("now {}", found.status.badge()),
            });
        }
    }
    Ok(changed)
}

/// Why this caller may not begin it, stop it or go on with it.
fn refused(
    server: &Server,
    caller: &Caller,
    it: &Walkthrough,
    targets: &[WalkTarget],
) -> Result<Option<String>, StoreError> {
    let refusal = |owner: &Owner| permit(&caller.actor, Act::Manage(owner)).err();
    if it.state == WalkState::Draft
        && let Some(refusal) = refusal(&Owner::Personal(it.by.clone()))
    {
        return Ok(Some(refusal.why));
    }
    let taken = |it: &&WalkTarget| !it.left_out && it.passed_over.is_none();
    for target in targets.iter().filter(taken) {
        let owner = server.store.connection(&target.connection)?.owner;
        if let Some(refusal) = refusal(&owner) {
            return Ok(Some(format!("{}: {}", target.name, refusal.why)));
        }
    }
    Ok(None)
}

/// A part of the targets, in their order.
///
/// # Errors
/// When the caller may not see the walkthrough.
pub async fn targets(
    server: &Arc<Server>,
    caller: &Caller,
    id: &WalkthroughId,
    asked: &Window,
) -> Result<Page<WalkthroughTarget>, Problem> {
    let it = seen(server, caller, id)?;
    let store = &server.store;
    let (house, of, reverse) = (Arc::clone(server), id.clone(), asked.reverse);
    let source = move |after: Option<&str>, limit| {
        let rows = house.store.walkthrough_page(&of, after, limit, reverse)?;
        let some = rows.into_iter().map(|(key, target)| (key, Some(target)));
        Ok(some.collect())
    };
    let house = Arc::clone(server);
    let searched = move |target: &WalkTarget| {
        let provider = house.provider_name(&target.provider);
        Searched::of(vec![
            (FilterField::Connection, target.name.clone()),
            (
                FilterField::Provider,
                format!("{} {provider}", target.provider),
            ),
            (FilterField::Owner, target.owner.clone()),
        ])
    };
    let known = FilterTerms {
        fields: &[
            FilterField::Connection,
            FilterField::Provider,
            FilterField::Owner,
        ],
        time: false,
        values: &[],
    };
    let asked = Asked::by(caller, server, asked);
    let rows = window::rows(asked, known, source, searched).await?;
    let total = store.walkthrough_targets(id)?.len() as u64;
    window::page(rows, total, |target| view(server, &it, target)).map_err(Problem::from)
}

fn view(
    server: &Server,
    it: &Walkthrough,
    target: WalkTarget,
) -> Result<WalkthroughTarget, StoreError> {
    let changed = changed(server, it, std::slice::from_ref(&target))?.pop();
    let part = target.run.as_ref().map(|id| part(server, id)).transpose()?;
    let part = part.as_deref();
    Ok(WalkthroughTarget {
        changed: changed.map(|it| it.now),
        state: part.map(|it| it.state),
        step: part.map(|it| it.step),
        tokens: part.map_or(0, |it| it.tokens.len() as u64),
        proven: part.map_or(0, RunSummary::proven),
        provider_name: server.provider_name(&target.provider),
        connection: target.connection,
        provider: target.provider,
        name: target.name,
        owner: target.owner,
        version: target.version,
        left_out: target.left_out,
        run: target.run,
        passed_over: target.passed_over,
    })
}
