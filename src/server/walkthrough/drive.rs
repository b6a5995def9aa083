//! Going on: connections begin as others end, those that share a grant together, one of each provider last, and again after a
//! crash.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures::future::join_all;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::kept_last::{self, Order};
use super::standing::{compared, decider, gone, left_entry, may};
use super::{Server, clock_and_ids, server_entry, tell};
use crate::domain::audit::walkthroughs::WalkthroughStopped;
use crate::domain::audit::{AuditOutcome, Event};
use crate::domain::connection::Connection;
use crate::domain::disconnect::log::{Next, next};
use crate::domain::id::{ConnectionId, WalkthroughId};
use crate::domain::walkthrough::{WalkState, WalkTarget, Walkthrough};
use crate::server::caller::Caller;
use crate::server::disconnect::planned::PlanInput;
use crate::server::disconnect::{self, UntilOver};
use crate::server::disconnect::{persist_runs, plan, prepare_run};
use crate::server::grants;
use crate::server::run_entries::walkthrough_over;
use crate::store::StoreError;
use crate::store::facts::PassedOver;

/// So many begin in one transaction at most; a larger group that shares a grant begins in parts.
const TOGETHER: usize = 64;

/// How often a group is looked at anew when something of it changed while it was about to begin.
const LOOKS: usize = 3;

/// Goes on with a walkthrough in a task of its own.
pub fn go_on_by_itself(server: &Arc<Server>, id: WalkthroughId) {
    let this = Arc::clone(server);
    server.tasks.spawn(async move {
        if let Err(error) = walk(&this, &id).await {
            tracing::error!(walkthrough = %id, %error, "a walkthrough stands still; it goes on at the next start");
        }
    });
}

async fn walk(server: &Arc<Server>, id: &WalkthroughId) -> Result<(), StoreError> {
    let _turn = server.walks.turns.of(id).await;
    let targets = server.store.walkthrough_targets(id)?;
    let walk = ActiveWalkthrough {
        server,
        id,
        room: Arc::new(Semaphore::new(server.walks.at_once)),
        has_begun: AtomicBool::new(targets.iter().any(|it| it.run.is_some())),
    };
    let mut begun = walk.since_before(&targets)?;
    let due: Vec<WalkTarget> = targets.into_iter().filter(WalkTarget::is_due).collect();
    let under_way: Vec<&str> = begun
        .iter()
        .flat_map(|it| it.providers.iter().map(String::as_str))
        .collect();
    let order = Order::of(server, groups(server, id, due)?, &under_way)?;
    let _kept = server.walks.keep_last(order.kept());
    for group in order.first {
        match walk.begin(group).await? {
            Some(more) => begun.extend(more),
            None => return Ok(()),
        }
    }
    let last = order.last.into_iter();
    let last = join_all(last.map(|group| walk.begin_last(group, &begun)));
    last.await.into_iter().collect()
}

/// A run that has begun, at the providers of its group.
struct StartedRuns {
    providers: BTreeSet<String>,
    until: UntilOver,
}

/// A walkthrough that goes on.
struct ActiveWalkthrough<'a> {
    server: &'a Arc<Server>,
    id: &'a WalkthroughId,
    /// For runs that are under way at once.
    room: Arc<Semaphore>,
    /// Whether any of it has begun.
    has_begun: AtomicBool,
}

impl ActiveWalkthrough<'_> {
    /// What goes on since before a restart takes up room, too.
    fn since_before(&self, targets: &[WalkTarget]) -> Result<Vec<StartedRuns>, StoreError> {
        let mut begun = Vec::new();
        for target in targets {
            let Some(run) = &target.run else {
                continue;
            };
            if matches!(next(&self.server.store.run_log(run)?), Next::Attempt(_)) {
                let until = disconnect::go_on(self.server, run.clone());
                if let Ok(permit) = Arc::clone(&self.room).try_acquire_owned() {
                    self.hold(permit, until.clone());
                }
                begun.push(StartedRuns {
                    providers: [target.provider.clone()].into(),
                    until,
                });
            }
        }
        Ok(begun)
    }

    /// Begins a group when there is room; none when the walkthrough does not go on.
    async fn begin(&self, group: Vec<WalkTarget>) -> Result<Option<Vec<StartedRuns>>, StoreError> {
        let server = self.server;
        let wanted = u32::try_from(group.len().min(server.walks.at_once)).unwrap_or(1);
        let permit = tokio::select! {
            () = server.stop.cancelled() => return Ok(None),
            permit = Arc::clone(&self.room).acquire_many_owned(wanted) => permit,
        };
        let Ok(mut permit) = permit else {
            return Ok(None);
        };
        let walkthrough = server.store.walkthrough(self.id)?;
        if walkthrough.state != WalkState::Running {
            return Ok(None);
        }
        let names = kept_last::providers(&group).into_iter();
        let providers: BTreeSet<String> = names.map(str::to_owned).collect();
        let mut all = Vec::new();
        let has_begun = self.has_begun.load(Ordering::Relaxed);
        for until in start_group(server, &walkthrough, group, has_begun).await? {
            self.has_begun.store(true, Ordering::Relaxed);
            if let Some(one) = permit.split(1) {
                self.hold(one, until.clone());
            }
            all.push(StartedRuns {
                providers: providers.clone(),
                until,
            });
        }
        Ok(Some(all))
    }

    /// Begins a group when these runs are over, as far as they are at its providers.
    async fn begin_last(
        &self,
        group: Vec<WalkTarget>,
        before: &[StartedRuns],
    ) -> Result<(), StoreError> {
        let own = kept_last::providers(&group);
        let is_beside =
            |it: &&StartedRuns| own.iter().any(|provider| it.providers.contains(*provider));
        for other in before.iter().filter(is_beside) {
            tokio::select! {
                () = self.server.stop.cancelled() => return Ok(()),
                () = other.until.clone().wait() => {}
            }
        }
        while let Some(wait) = self.turns_wait(&own)? {
            if !self.server.pause(wait).await {
                return Ok(());
            }
        }
        self.begin(group).await.map(drop)
    }

    /// How long until runs at these providers have had their turn to be proven: what is kept last stands beside them until then.
    fn turns_wait(&self, providers: &BTreeSet<&str>) -> Result<Option<Duration>, StoreError> {
        let targets = self.server.store.walkthrough_targets(self.id)?;
        let beside = targets
            .iter()
            .filter(|it| providers.contains(it.provider.as_str()));
        let runs = beside.filter_map(|it| it.run.as_ref());
        Ok(runs.filter_map(|run| self.server.turns.wait(run)).max())
    }

    /// Room is taken until the run is over.
    fn hold(&self, permit: OwnedSemaphorePermit, until: UntilOver) {
        self.server.tasks.spawn(async move {
            until.wait().await;
            drop(permit);
        });
    }
}

/// Those that share a grant, directly or through another one, in the order of the first of each.
fn groups(
    server: &Server,
    id: &WalkthroughId,
    due: Vec<WalkTarget>,
) -> Result<Vec<Vec<WalkTarget>>, StoreError> {
    let uninstall = server.store.walkthrough(id)?.terms.uninstall;
    let mut order = VecDeque::new();
    let mut waiting: BTreeMap<ConnectionId, WalkTarget> = BTreeMap::new();
    for target in due {
        order.push_back(target.connection.clone());
        waiting.insert(target.connection.clone(), target);
    }
    let mut groups = Vec::new();
    while let Some(first) = order.pop_front() {
        let (mut group, mut open) = (Vec::new(), vec![first]);
        while let Some(connection) = open.pop() {
            let Some(target) = waiting.remove(&connection) else {
                continue;
            };
            open.extend(sharing(server, &target, uninstall)?);
            group.push(target);
        }
        group.sort_by_key(|target| target.index);
        if !group.is_empty() {
            groups.push(group);
        }
    }
    Ok(groups)
}

/// The connections that share a grant with this one.
fn sharing(
    server: &Server,
    target: &WalkTarget,
    uninstall: bool,
) -> Result<Vec<ConnectionId>, StoreError> {
    let Some(file) = server.provider(&target.provider) else {
        return Ok(Vec::new());
    };
    let own = server.store.connection(&target.connection)?;
    let blast = grants::widest(&file, uninstall);
    let shared = grants::siblings(server, &own, &file, blast)?;
    Ok(shared.into_iter().map(|other| other.id).collect())
}

/// Begins a group. What cannot be taken out of service any more is passed over, and the record says why.
async fn start_group(
    server: &Arc<Server>,
    walkthrough: &Walkthrough,
    group: Vec<WalkTarget>,
    has_begun: bool,
) -> Result<Vec<UntilOver>, StoreError> {
    let mut all = Vec::new();
    let mut rest = as_accepted(server, walkthrough, group, has_begun).await?;
    let mut looks = 1;
    while let Some(part) = rest.chunks(TOGETHER).next() {
        match start_group_part(server, walkthrough, part).await {
            // It changed between the look and the write.
            Err(StoreError::Conflict { .. } | StoreError::Refused(_)) if looks < LOOKS => {
                looks += 1;
                let has_begun = has_begun || !all.is_empty();
                rest = as_accepted(server, walkthrough, rest, has_begun).await?;
            }
            Err(StoreError::Refused(why)) => {
                stop(server, &walkthrough.id, &why).await?;
                return Ok(all);
            }
            begun => {
                let those = part.len();
                all.extend(begun?);
                rest = rest.split_off(those);
                looks = 1;
            }
        }
    }
    Ok(all)
}

async fn start_group_part(
    server: &Arc<Server>,
    walkthrough: &Walkthrough,
    part: &[WalkTarget],
) -> Result<Vec<UntilOver>, StoreError> {
    let Some(caller) = decider(server, walkthrough.decision.as_ref())? else {
        stop(
            server,
            &walkthrough.id,
            "whoever decided it is no user any more",
        )
        .await?;
        return Ok(Vec::new());
    };
    let together = |c: &Connection| part.iter().any(|it| it.connection == c.id);
    let (mut new, mut chosen) = (Vec::new(), Vec::new());
    for target in part {
        let connection = server.store.connection(&target.connection)?;
        match gone(target, &connection) {
            Some(why) => {
                // Only what was planned is left in service.
                let is_gone = walkthrough.planned.is_none() || !connection.status.in_service();
                pass_over(server, &caller, target, &why, is_gone).await?;
            }
            None => chosen.push(connection),
        }
    }
    if let Err(refusal) = may(server, &caller, &chosen, &walkthrough.terms, None)? {
        stop(server, &walkthrough.id, &refusal.why).await?;
        return Ok(Vec::new());
    }
    for connection in chosen {
        // Whom the whole leaves alone was shown once; naming them again in each run costs more than the run does.
        let planned = PlanInput {
            most: 0,
            ..PlanInput::by(&walkthrough.terms, &together)
        };
        let plan = plan::of(server, &connection, planned).await?;
        let mut run = prepare_run(server, &caller, &walkthrough.terms, &connection, plan);
        run.run.walkthrough = Some(walkthrough.id.clone());
        run.place = (part.iter().find(|it| it.connection == connection.id)).map(|it| it.index);
        new.push(run);
    }
    if new.is_empty() {
        return Ok(Vec::new());
    }
    let begun = persist_runs(server, new).await?;
    server
        .hub
        .tell([crate::wire::Topic::Walkthrough(walkthrough.id.clone())]);
    Ok(begun)
}

/// Those of a group that are as they were accepted; the others of it are passed over. All of it is, where nothing was accepted
/// for later, and where nobody is there any more whose name it could go on in.
async fn as_accepted(
    server: &Arc<Server>,
    walkthrough: &Walkthrough,
    group: Vec<WalkTarget>,
    has_begun: bool,
) -> Result<Vec<WalkTarget>, StoreError> {
    if walkthrough.planned.is_none() {
        return Ok(group);
    }
    let Some(caller) = decider(server, walkthrough.decision.as_ref())? else {
        return Ok(group);
    };
    let mut found = compared(server, walkthrough, &group, has_begun)?;
    let mut kept = Vec::new();
    for target in group {
        match found.left.remove(&target.index) {
            Some(why) => {
                let is_gone = found.gone.contains(&target.index);
                pass_over(server, &caller, &target, &why, is_gone).await?;
            }
            None => kept.push(target),
        }
    }
    Ok(kept)
}

async fn pass_over(
    server: &Arc<Server>,
    caller: &Caller,
    target: &WalkTarget,
    why: &str,
    is_gone: bool,
) -> Result<(), StoreError> {
    let id = &target.walkthrough;
    let passed_over = PassedOver {
        why: why.to_owned(),
        entry: left_entry(caller, target, why, is_gone),
        is_told: !is_gone,
        over: walkthrough_over(id, |event| caller.entry(event, id, AuditOutcome::Done)),
    };
    server
        .store
        .walkthrough_passed_over(target, passed_over, clock_and_ids::now())
        .await?;
    tell(server, id);
    Ok(())
}

/// It does not go on by itself any more: a person has to look.
async fn stop(server: &Arc<Server>, id: &WalkthroughId, why: &str) -> Result<(), StoreError> {
    let stopped = Event::WalkthroughStopped(WalkthroughStopped {
        why: Some(why.to_owned()),
    });
    let entry = server_entry(stopped, id, AuditOutcome::Warning);
    match server.store.walkthrough_stopped(id, why, entry).await {
        // Somebody else has stopped it.
        Err(StoreError::Refused(refused)) => tracing::info!(walkthrough = %id, refused, why),
        stopped => {
            stopped?;
        }
    }
    tell(server, id);
    Ok(())
}
