//! Several connections taken out of service as one thing: drafts, the decision, stopping and going on.

mod drive;
mod handlers;
mod kept_last;
mod planned;
pub mod queries;
mod run_summary;
mod standing;
mod targets;
mod totals;
mod walks;

pub use drive::go_on_by_itself;
pub use planned::keep as keep_planned;
pub use walks::Walks;

use std::collections::BTreeSet;
use std::sync::Arc;

use super::caller::{Caller, server_entry};
use super::disconnect::{can_uninstall, check, start_run as begin_one};
use super::queries::runs;
use super::run_entries::walkthrough_over;
use super::{Server, clock_and_ids, connect};
use crate::domain::audit::walkthroughs::{
    WalkthroughBegun, WalkthroughDrafted, WalkthroughGone, WalkthroughMoved, WalkthroughStopped,
};
use crate::domain::audit::{AuditOutcome, Event};
use crate::domain::flow::{Flow, FlowSelection};
use crate::domain::id::WalkthroughId;
use crate::domain::tag::{Tag, tagged};
use crate::domain::walkthrough::{
    Decision, MOST_TARGETS, TargetChoice, Terms, WalkPage, WalkState, WalkTarget, Walkthrough,
};
use crate::store::StoreError;
use crate::store::facts::WalkBegins;
use crate::wire::request::Target;
use crate::wire::rpc::Disconnect;
use crate::wire::walkthrough::{self as wire, WalkthroughDraft};
use crate::wire::{Code, Problem, Topic, view};

/// A refusal names so many of the targets that have changed.
const NAMED: usize = 8;

/// A draft, as somebody leaves it.
///
/// # Errors
/// When nothing in service was chosen, or the draft is not as it was looked at.
pub async fn save(
    server: &Arc<Server>,
    caller: &Caller,
    draft: WalkthroughDraft,
) -> Result<wire::Walkthrough, Problem> {
    let saved = saved(server, caller, draft).await?;
    queries::one(server, caller, &saved)
}

async fn saved(
    server: &Arc<Server>,
    caller: &Caller,
    draft: WalkthroughDraft,
) -> Result<Walkthrough, Problem> {
    let old = draft.id.as_ref();
    let old = old
        .map(|id| queries::seen(server, caller, id))
        .transpose()?;
    let id = draft.id.clone().unwrap_or_else(clock_and_ids::walkthrough);
    let anew = draft.look_again || old.as_ref().is_none_or(|old| old.choice != draft.choice);
    let mut targets = match &draft.targets {
        Some(named) => targets::named(server, &id, named)?,
        None if anew => targets::matching(server, &id, &draft.choice)?,
        None => server.store.walkthrough_targets(&id)?,
    };
    let left_out: BTreeSet<_> = draft.left_out.iter().collect();
    for target in &mut targets {
        target.left_out = left_out.contains(&target.connection);
    }
    let chosen = targets.iter().filter(|it| !it.left_out).count();
    let user = &caller.actor.user;
    let entry = old.is_none().then(|| {
        let drafted = Event::WalkthroughDrafted(WalkthroughDrafted {
            choice: draft.choice.clone(),
            targets: targets.len() as u64,
        });
        caller.entry(drafted, &id, AuditOutcome::Done)
    });
    let walkthrough = Walkthrough {
        title: draft
            .title
            .unwrap_or_else(|| title(server, &draft.choice, chosen)),
        choice: draft.choice,
        by: old.as_ref().map_or(&user.id, |old| &old.by).clone(),
        by_name: old.as_ref().map_or(&user.name, |old| &old.by_name).clone(),
        terms: draft.terms,
        page: draft.page,
        state: WalkState::Draft,
        stopped_because: String::new(),
        planned: None,
        version: 0,
        created_at: old
            .as_ref()
            .map_or_else(clock_and_ids::now, |old| old.created_at),
        decision: None,
        ended_at: None,
        id,
    };
    let expected = draft.version.filter(|_| old.is_some());
    let saved = server
        .store
        .walkthrough_saved(walkthrough, expected, targets, entry)
        .await?;
    tell(server, &saved.id);
    Ok(saved)
}

fn title(server: &Server, choice: &TargetChoice, targets: usize) -> String {
    let provider = match choice {
        TargetChoice::Matching {
            provider: Some(id), ..
        } => Some(server.provider_name(id)),
        _ => None,
    };
    choice.title(provider.as_deref(), targets)
}

/// Throws a draft away, and closes what stopped or fell: the connections that had not begun stay in service.
///
/// # Errors
/// When it runs, or has finished.
pub async fn discard(
    server: &Arc<Server>,
    caller: &Caller,
    id: &WalkthroughId,
) -> Result<(), Problem> {
    let found = queries::seen(server, caller, id)?;
    let gone = WalkthroughGone {
        title: found.title.clone(),
    };
    let entry = |event| caller.entry(event, id, AuditOutcome::Done);
    let store = &server.store;
    let gone = if matches!(found.state, WalkState::Stopped | WalkState::Fallen) {
        let closed = entry(Event::WalkthroughClosed(gone));
        let over = walkthrough_over(id, entry);
        let because = format!("closed by {}", caller.actor.user.name);
        let at = clock_and_ids::now();
        store
            .walkthrough_closed(id, &because, closed, over, at)
            .await
    } else {
        let discarded = entry(Event::WalkthroughDiscarded(gone));
        store.walkthrough_discarded(id, discarded).await
    };
    gone?;
    tell(server, id);
    Ok(())
}

/// Begins to take the targets of a draft out of service. Returns once that is decided, durably.
///
/// # Errors
/// When it, or one of its targets, is not as it was looked at; then nothing has begun.
pub async fn start_walkthrough(
    server: &Arc<Server>,
    caller: &Caller,
    id: &WalkthroughId,
    version: Option<u64>,
) -> Result<wire::Walkthrough, Problem> {
    let begun = decide_walkthrough(server, caller, id, version).await?;
    queries::one(server, caller, &begun)
}

async fn decide_walkthrough(
    server: &Arc<Server>,
    caller: &Caller,
    id: &WalkthroughId,
    version: Option<u64>,
) -> Result<Walkthrough, Problem> {
    let draft = queries::seen(server, caller, id)?;
    let targets = server.store.walkthrough_targets(id)?;
    let chosen = ready(server, &draft, &targets)?;
    let begun = Event::WalkthroughBegun(WalkthroughBegun {
        title: draft.title.clone(),
        choice: draft.choice.clone(),
        connections: chosen as u64,
        left_out: (targets.len() - chosen) as u64,
        terms: draft.terms.clone(),
        flows_ended: Vec::new(),
    });
    let entry = caller.entry(begun, id, AuditOutcome::Done);
    let begins = WalkBegins {
        decision: decision(caller),
        ends: ends(server, &draft.choice, &targets)?,
        tag: tag_of(&draft, caller),
    };
    let store = &server.store;
    let begun = store.walkthrough_begun(id, version, begins, entry).await?;
    connect::wait_for_flows::notify_ended_flows(server);
    tell(server, id);
    go_on_by_itself(server, id.clone());
    Ok(begun)
}

/// How many connections a draft takes along that is about to begin, or to be planned.
fn ready(server: &Server, draft: &Walkthrough, targets: &[WalkTarget]) -> Result<usize, Problem> {
    check(&draft.terms)?;
    let chosen = targets.iter().filter(|it| it.is_due()).count();
    if chosen == 0 && draft.state == WalkState::Draft {
        return Err(targets::nothing());
    }
    if draft.terms.uninstall {
        let chosen = targets.iter().filter(|it| it.is_due());
        let found = chosen.map(|it| server.store.connection(&it.connection));
        let found = found.collect::<Result<Vec<_>, _>>()?;
        can_uninstall(server, found.iter())?;
    }
    let changed = queries::changed(server, draft, targets)?;
    match changed.is_empty() {
        true => Ok(chosen),
        false => Err(conflict(&changed, chosen)),
    }
}

/// The tag on its provider, when everything at one is chosen.
fn tag_of(it: &Walkthrough, caller: &Caller) -> Option<Tag> {
    tagged(&it.choice, &it.terms).map(|provider| Tag {
        provider: provider.to_owned(),
        by: caller.actor.user.name.clone(),
        at: clock_and_ids::now(),
        reason: it.terms.reason,
        run: it.id.to_string(),
    })
}

/// Begins a run, or a walkthrough for several targets, whose first runs are returned. What is returned is durable, and
/// goes on by itself.
///
/// # Errors
/// Before anything has begun: when a target is not found, or not as it was looked at.
pub async fn disconnect(
    server: &Arc<Server>,
    caller: &Caller,
    asked: Disconnect,
) -> Result<Vec<view::Run>, Problem> {
    let terms = terms(&asked);
    match asked.targets.as_slice() {
        [target] => {
            let begun = begin_one(server, caller, target, &terms, asked.swap);
            Ok(vec![begun.await?])
        }
        _ if asked.swap => Err(Problem::new(
            Code::Usage,
            "a swap is of one connection",
            "swap one after the other, or disconnect them without connecting anew",
        )),
        _ => at_once(server, caller, asked.targets, terms).await,
    }
}

/// What is said once for all targets.
fn terms(asked: &Disconnect) -> Terms {
    Terms {
        reason: asked.reason,
        note: asked.note.clone(),
        ticket: asked.ticket.clone(),
        if_unreachable: asked.if_unreachable,
        uninstall: asked.uninstall,
        allow_wider: asked.allow_wider,
        tag: false,
        destroy_at_once: asked.destroy_at_once,
    }
}

/// Several targets at once, without a draft that anybody saw: the runs that have begun by then, which are the first
/// ones. What they belong to says how to stop the rest.
///
/// # Errors
/// Before anything has begun: when a target is not found, out of service, or not as it was looked at.
async fn at_once(
    server: &Arc<Server>,
    caller: &Caller,
    targets: Vec<Target>,
    terms: Terms,
) -> Result<Vec<view::Run>, Problem> {
    check(&terms)?;
    let draft = WalkthroughDraft {
        id: None,
        version: None,
        title: None,
        choice: TargetChoice::Named,
        targets: Some(targets),
        left_out: Vec::new(),
        look_again: false,
        terms,
        page: WalkPage::Plan,
    };
    let draft = saved(server, caller, draft).await?;
    let mut changes = server.hub.listen();
    if let Err(error) = decide_walkthrough(server, caller, &draft.id, None).await {
        discard(server, caller, &draft.id).await?;
        return Err(error);
    }
    loop {
        let targets = server.store.walkthrough_targets(&draft.id);
        let targets = targets?;
        let due = targets.iter().filter(|it| it.is_due()).count();
        let first = targets.len().min(server.walks.at_once);
        let state = server.store.walkthrough(&draft.id)?.state;
        if targets.len() - due >= first || state != WalkState::Running {
            let begun = targets.iter().filter_map(|it| it.run.as_ref());
            return begun
                .map(|id| server.store.run(id).and_then(|run| runs::one(server, &run)))
                .collect::<Result<_, _>>()
                .map_err(Problem::from);
        }
        let stopped = async { server.stop.cancelled().await };
        tokio::select! {
            // Being behind is a reason to look, too.
            _ = changes.recv() => {}
            () = stopped => return Err(Problem::new(
                Code::Failed,
                "the server is about to stop",
                format!("the next start goes on with {}", draft.id),
            )),
        }
    }
}

/// What has begun goes on to its end, what has not does not begin.
///
/// # Errors
/// When it does not run, or everything has begun.
pub async fn stop(
    server: &Arc<Server>,
    caller: &Caller,
    id: &WalkthroughId,
) -> Result<wire::Walkthrough, Problem> {
    queries::seen(server, caller, id)?;
    let event = Event::WalkthroughStopped(WalkthroughStopped::default());
    let entry = caller.entry(event, id, AuditOutcome::Done);
    let because = format!("by {}", caller.actor.user.name);
    let stopped = server.store.walkthrough_stopped(id, &because, entry).await;
    let stopped = stopped?;
    tell(server, id);
    queries::one(server, caller, &stopped)
}

/// Begins what had not begun when it was stopped.
///
/// # Errors
/// When it is not stopped.
pub async fn go_on(
    server: &Arc<Server>,
    caller: &Caller,
    id: &WalkthroughId,
) -> Result<wire::Walkthrough, Problem> {
    queries::seen(server, caller, id)?;
    let resumed = Event::WalkthroughResumed(WalkthroughMoved {});
    let entry = caller.entry(resumed, id, AuditOutcome::Done);
    let store = &server.store;
    let goes_on = store
        .walkthrough_goes_on(id, decision(caller), entry)
        .await?;
    tell(server, id);
    go_on_by_itself(server, id.clone());
    queries::one(server, caller, &goes_on)
}

/// The open authorizations that a draft ends when it begins, besides those of its targets.
pub fn flows_of(server: &Server, draft: &Walkthrough) -> Result<Vec<Flow>, StoreError> {
    let targets = server.store.walkthrough_targets(&draft.id)?;
    let Some(which) = ends(server, &draft.choice, &targets)? else {
        return Ok(Vec::new());
    };
    let mut flows = server.store.flows()?;
    flows.retain(|flow| flow.is_open() && which.includes(flow));
    Ok(flows)
}

/// The open authorizations that a choice ends, beside those of its targets.
fn ends(
    server: &Server,
    choice: &TargetChoice,
    targets: &[WalkTarget],
) -> Result<Option<FlowSelection>, StoreError> {
    // Whose they are, the name says only to people: what was chosen by owner has that owner.
    let owner = || {
        let chosen = targets.iter().find(|it| it.is_due());
        let found = chosen.map(|it| server.store.connection(&it.connection));
        found.transpose().map(|found| found.map(|it| it.owner))
    };
    Ok(match choice {
        TargetChoice::Named => None,
        TargetChoice::All => Some(FlowSelection::All),
        TargetChoice::Matching {
            provider,
            owner: whose,
        } => match (provider, whose) {
            (Some(provider), None) => Some(FlowSelection::At(provider.clone())),
            (Some(provider), Some(_)) => {
                owner()?.map(|it| FlowSelection::AtBy(provider.clone(), it))
            }
            (None, Some(_)) => owner()?.map(FlowSelection::By),
            (None, None) => Some(FlowSelection::All),
        },
    })
}

fn decision(caller: &Caller) -> Decision {
    Decision {
        user: caller.actor.user.id.clone(),
        actor: caller.actor.user.name.clone(),
        role: caller.actor.role,
        origin: caller.origin.clone(),
        at: clock_and_ids::now(),
    }
}

fn conflict(changed: &[wire::Changed], chosen: usize) -> Problem {
    let named: Vec<String> = changed
        .iter()
        .take(NAMED)
        .map(|it| format!("{} · {} ({})", it.provider_name, it.name, it.now))
        .collect();
    let more = if changed.len() > NAMED { ", …" } else { "" };
    Problem::new(
        Code::Conflict,
        format!(
            "{} of {chosen} connections changed since they were looked at, and nothing has begun: {}{more}",
            changed.len(),
            named.join(", ")
        ),
        "look at it again, then repeat what you wanted",
    )
}

fn tell(server: &Server, id: &WalkthroughId) {
    server.hub.tell([
        Topic::Walkthrough(id.clone()),
        Topic::Walkthroughs,
        Topic::Audit,
    ]);
}
