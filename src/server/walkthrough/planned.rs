//! Walkthroughs for later: planned, cancelled, and begun when their time has come, as far as everything still is as it was
//! accepted. While nothing is planned nothing wakes up.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::standing::{Found, compared, decider, left_entry, may, standing};
use super::{
    Server, clock_and_ids, decision, ends, go_on_by_itself, queries, ready, tag_of, targets, tell,
};
use crate::domain::audit::walkthroughs::{
    WalkthroughBegunByTime, WalkthroughCancelled, WalkthroughPlanned,
};
use crate::domain::audit::{AuditOutcome, Event, NewEntry};
use crate::domain::flow::FlowSelection;
use crate::domain::id::{ConnectionId, WalkthroughId};
use crate::domain::user::{Act, permit};
use crate::domain::walkthrough::{
    FallReason, Planned, TargetChoice, WalkState, WalkTarget, Walkthrough,
};
use crate::server::caller::Caller;
use crate::server::run_entries::{walkthrough_fell, walkthrough_over};
use crate::server::{AFTER_TROUBLE, connect};
use crate::store::StoreError;
use crate::store::facts::TimeCame;
use crate::wire::walkthrough as wire;
use crate::wire::{Code, Problem};

/// While something is planned it is looked at so often: a machine that slept, or a clock that was set, wakes nobody.
const LOOKED_AT: SignedDuration = SignedDuration::from_secs(60);

/// How often everything is compared anew when something of it changed while it was about to begin.
const LOOKS: usize = 3;

/// So many connections that were not planned are named.
const NEW_NAMED: usize = 200;

/// A draft begins at a time, or (without one) what is planned is a draft again.
///
/// # Errors
/// When it, or one of its targets, is not as it was looked at, the time is none to plan for, or it is not planned.
pub(super) async fn plan(
    server: &Arc<Server>,
    caller: &Caller,
    id: &WalkthroughId,
    version: Option<u64>,
    at: Option<Timestamp>,
) -> Result<wire::Walkthrough, Problem> {
    let it = queries::seen(server, caller, id)?;
    let now = match at {
        Some(at) => planned(server, caller, &it, version, at).await?,
        None => cancelled(server, caller, &it).await?,
    };
    server.walks.alarm.ring();
    tell(server, id);
    queries::one(server, caller, &now)
}

async fn planned(
    server: &Arc<Server>,
    caller: &Caller,
    draft: &Walkthrough,
    version: Option<u64>,
    at: Timestamp,
) -> Result<Walkthrough, Problem> {
    // To the millisecond, as the clock is read when its time comes.
    let at = Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at);
    let id = &draft.id;
    let targets = server.store.walkthrough_targets(id)?;
    let chosen = ready(server, draft, &targets)?;
    let together: BTreeSet<ConnectionId> = due(&targets).map(|it| it.connection.clone()).collect();
    let mut accepted = BTreeMap::new();
    for target in due(&targets) {
        let connection = server.store.connection(&target.connection)?;
        let standing = standing(server, &draft.terms, &connection)?;
        accepted.insert(target.index, standing.accepted(&together));
    }
    let event = Event::WalkthroughPlanned(WalkthroughPlanned {
        title: draft.title.clone(),
        choice: draft.choice.clone(),
        connections: chosen as u64,
        left_out: (targets.len() - chosen) as u64,
        terms: draft.terms.clone(),
        planned_for: at,
    });
    let entry = caller.entry(event, id, AuditOutcome::Done);
    let planned = Planned {
        at,
        decision: decision(caller),
        begun_at: None,
    };
    let store = &server.store;
    Ok(store
        .walkthrough_planned(id, version, planned, accepted, entry)
        .await?)
}

async fn cancelled(
    server: &Arc<Server>,
    caller: &Caller,
    it: &Walkthrough,
) -> Result<Walkthrough, Problem> {
    let Some(planned) = &it.planned else {
        return Err(Problem::new(
            Code::Conflict,
            format!("{} is {}, not planned", it.id, it.state.word()),
            "`tagout walkthroughs` says where each stands",
        ));
    };
    let event = Event::WalkthroughCancelled(WalkthroughCancelled {
        title: it.title.clone(),
        planned_for: planned.at,
    });
    let entry = caller.entry(event, &it.id, AuditOutcome::Done);
    let cancelled = server.store.walkthrough_cancelled(&it.id, entry).await?;
    server.walks.say_failing(&it.id, None);
    Ok(cancelled)
}

fn due(targets: &[WalkTarget]) -> impl Iterator<Item = &WalkTarget> {
    targets.iter().filter(|it| it.is_due())
}

/// Begins what is due, until the server stops.
pub async fn keep(server: Arc<Server>) {
    loop {
        let next = match begin_due(&server).await {
            Ok(next) => next,
            Err(error) => {
                tracing::error!(%error, "which walkthroughs are due cannot be read");
                Some(clock_and_ids::now() + AFTER_TROUBLE)
            }
        };
        let next = next.map(|at| at.min(clock_and_ids::now() + LOOKED_AT));
        if !server.walks.alarm.wait(next, &server.stop).await {
            return;
        }
    }
}

async fn begin_due(server: &Arc<Server>) -> Result<Option<Timestamp>, StoreError> {
    let (due, mut next) = server.store.walkthroughs_due(clock_and_ids::now())?;
    for id in due {
        let begun = at_its_time(server, &id).await;
        let why = begun.as_ref().err().map(|problem| problem.message.clone());
        server.walks.say_failing(&id, why);
        if let Err(problem) = begun {
            tracing::error!(walkthrough = %id, %problem, "what is planned has not begun; it is tried again");
            let again = clock_and_ids::now() + AFTER_TROUBLE;
            next = Some(next.map_or(again, |next| next.min(again)));
        }
    }
    Ok(next)
}

/// Its time has come: what is still as it was accepted begins, or all of it falls.
async fn at_its_time(server: &Arc<Server>, id: &WalkthroughId) -> Result<(), Problem> {
    let mut looks = 0;
    loop {
        looks += 1;
        let it = server.store.walkthrough(id)?;
        // Somebody has cancelled it.
        let Some(planned) = it
            .planned
            .as_ref()
            .filter(|_| it.state == WalkState::Planned)
        else {
            return Ok(());
        };
        match begin(server, &it, planned).await {
            Err(problem) if problem.code == Code::Conflict && looks < LOOKS => {}
            begun => {
                begun?;
                tell(server, id);
                return Ok(());
            }
        }
    }
}

async fn begin(server: &Arc<Server>, it: &Walkthrough, planned: &Planned) -> Result<(), Problem> {
    let Some(caller) = decider(server, Some(&planned.decision))? else {
        let actor = planned.decision.actor.clone();
        return fall(server, it, FallReason::PlannerGone { actor }).await;
    };
    let targets = server.store.walkthrough_targets(&it.id)?;
    let found = compared(server, it, &targets, false)?;
    let tag = tag_of(it, &caller);
    if let Err(refusal) = may(server, &caller, &found.kept, &it.terms, tag.as_ref())? {
        return fall(server, it, FallReason::NoRight { why: refusal.why }).await;
    }
    let came = came(server, it, &caller, targets, found)?;
    let begun = server.store.walkthrough_begun_by_time(&it.id, came).await?;
    connect::wait_for_flows::notify_ended_flows(server);
    if begun.state == WalkState::Running {
        go_on_by_itself(server, it.id.clone());
    }
    Ok(())
}

/// What begins, and what is left, with its entries in the name of whoever planned it.
fn came(
    server: &Server,
    it: &Walkthrough,
    caller: &Caller,
    targets: Vec<WalkTarget>,
    found: Found,
) -> Result<TimeCame, Problem> {
    let (at, id) = (clock_and_ids::now(), &it.id);
    let planned = it.planned.as_ref();
    let late = planned.and_then(|planned| planned.late_at(at));
    let by_place: BTreeMap<usize, &WalkTarget> = targets.iter().map(|it| (it.index, it)).collect();
    let mut left = Vec::new();
    for (index, why) in found.left {
        if let Some(target) = by_place.get(&index) {
            let entry = left_entry(caller, target, &why, found.gone.contains(&index));
            left.push((index, why, entry));
        }
    }
    let left_in_service = (left.len() - found.gone.len()) as u64;
    let (new, new_total) = new_ones(server, it, caller, &targets)?;
    let (ends, flows_left) = flows(server, it, caller, &targets)?;
    let event = Event::WalkthroughBegunByTime(WalkthroughBegunByTime {
        title: it.title.clone(),
        choice: it.choice.clone(),
        connections: found.kept.len() as u64,
        left: left_in_service,
        new: new_total,
        terms: it.terms.clone(),
        planned_for: planned.map_or(at, |planned| planned.at),
        late_seconds: late.map(|late| late.as_secs()),
        flows_ended: Vec::new(),
        flows_left,
    });
    let outcome = match left_in_service == 0 && new_total == 0 && late.is_none() {
        true => AuditOutcome::Done,
        false => AuditOutcome::Warning,
    };
    Ok(TimeCame {
        at,
        looked_at: found.looked_at,
        left,
        is_told: left_in_service > 0 || new_total > 0,
        new,
        ends,
        tag: tag_of(it, caller),
        entry: caller.entry(event, id, outcome),
        over: walkthrough_over(id, |event| caller.entry(event, id, AuditOutcome::Done)),
    })
}

/// The connections in service that the choice means by now, and that nobody has accepted: those that are named, and how many
/// there are.
fn new_ones(
    server: &Server,
    it: &Walkthrough,
    caller: &Caller,
    targets: &[WalkTarget],
) -> Result<(Vec<(WalkTarget, NewEntry)>, u64), Problem> {
    if it.choice == TargetChoice::Named {
        return Ok((Vec::new(), 0));
    }
    let meant = match targets::all_matching(server, &it.id, &it.choice) {
        Ok(meant) => meant,
        // Nobody has that name any more.
        Err(problem) if problem.code == Code::NotFound => Vec::new(),
        Err(problem) => return Err(problem),
    };
    let known: BTreeSet<&ConnectionId> = targets.iter().map(|it| &it.connection).collect();
    let new = meant.into_iter();
    let new: Vec<WalkTarget> = new.filter(|it| !known.contains(&it.connection)).collect();
    let total = new.len() as u64;
    let why = "it was connected after this was planned";
    let named = new.into_iter().take(NEW_NAMED).enumerate();
    let named = named.map(|(n, target)| {
        let target = WalkTarget {
            index: targets.len() + n,
            passed_over: Some(why.to_owned()),
            ..target
        };
        let entry = left_entry(caller, &target, why, false);
        (target, entry)
    });
    Ok((named.collect(), total))
}

/// The open authorizations that end with it, and how many do not. None that was open when it was planned still is, as they last
/// for minutes: accepted is that those of the choice end, as far as its planner may end them.
fn flows(
    server: &Server,
    it: &Walkthrough,
    caller: &Caller,
    targets: &[WalkTarget],
) -> Result<(Vec<FlowSelection>, u64), StoreError> {
    let Some(which) = ends(server, &it.choice, targets)? else {
        return Ok((Vec::new(), 0));
    };
    let mut open = server.store.flows()?;
    open.retain(|flow| flow.is_open() && which.includes(flow));
    let (own, others): (Vec<_>, Vec<_>) = open
        .into_iter()
        .partition(|flow| permit(&caller.actor, Act::Manage(&flow.owner)).is_ok());
    Ok(match others.len() as u64 {
        0 => (vec![which], 0),
        left => {
            let own = own.into_iter().map(|flow| FlowSelection::One(flow.id));
            (own.collect(), left)
        }
    })
}

async fn fall(server: &Arc<Server>, it: &Walkthrough, why: FallReason) -> Result<(), Problem> {
    tracing::error!(walkthrough = %it.id, %why, "what was planned does not begin");
    let entry = walkthrough_fell(it, &why);
    server.store.walkthrough_fell(&it.id, &why, entry).await?;
    Ok(())
}
