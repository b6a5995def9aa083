//! Wipes: begun by an Owner, carried to their end by the server, at the next start when need be.

use std::sync::Arc;
use std::time::Duration;

use super::caller::{Caller, server_entry};
use super::compaction::compact_within;
use super::handler::Handler;
use super::{Server, clock_and_ids};
use crate::domain::audit::upkeep::{WipeBegun, Wiped};
use crate::domain::audit::{AuditOutcome, Event};
use crate::domain::id::WipeId;
use crate::domain::wipe::{Wipe, WipeCounts, WipeStep};
use crate::store::StoreError;
use crate::wire::view::WipePlan;
use crate::wire::{Code, Problem, Topic, rpc};

/// A step that cannot be made now is tried again after so long.
const AGAIN: Duration = Duration::from_secs(10);

/// What a wipe would remove, and what forbids it.
async fn plan(server: &Arc<Server>, provider: Option<String>) -> Result<WipePlan, Problem> {
    known(server, provider.as_deref())?;
    let (ours, of) = (Arc::clone(server), provider.clone());
    // Each message is looked at, of which there may be very many.
    let looked = tokio::task::spawn_blocking(move || ours.store.wipe_forecast(of.as_deref()));
    let forecast = looked
        .await
        .map_err(|error| StoreError::Stopped(format!("counting what goes: {error}")))??;
    let connected = forecast.connected.into_iter().map(|it| it.name);
    Ok(WipePlan {
        provider,
        counts: forecast.counts,
        connected: connected.collect(),
    })
}

impl Handler for rpc::WipePlan {
    async fn handle(self, server: &Arc<Server>, _: &Caller) -> Result<Self::Reply, Problem> {
        plan(server, self.provider).await
    }
}

impl Handler for rpc::Wipe {
    async fn handle(self, server: &Arc<Server>, _: &Caller) -> Result<Self::Reply, Problem> {
        Ok(server.store.wipe(&self.id)?)
    }
}

impl Handler for rpc::WipeBegin {
    /// It has not begun before its entry is durable. One of the same that is open is the one that was asked for.
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        if self.confirm != server.workspace {
            return Err(Problem::new(
                Code::Usage,
                format!("the workspace is not called {}", self.confirm),
                "type its name, as tagout status shows it",
            ));
        }
        let plan = plan(server, self.provider).await?;
        let actor = caller.actor.user.name.clone();
        let wipe = Wipe::begun(
            clock_and_ids::wipe(),
            plan.provider,
            actor,
            clock_and_ids::now(),
        );
        let begun = Event::WipeBegun(WipeBegun {
            swaps_ended: Vec::new(),
            wipe: wipe.id.clone(),
            planned: plan.counts,
        });
        let entry = caller.entry(begun, wipe.what(), AuditOutcome::Done);
        let ours = wipe.id.clone();
        let wipe = server.store.wipe_begun(wipe, entry).await?;
        if wipe.id == ours {
            tell(server);
            go_on(server, ours);
        }
        Ok(wipe)
    }
}

/// Goes on with a wipe in a task of its own.
pub(crate) fn go_on(server: &Arc<Server>, id: WipeId) {
    let ours = Arc::clone(server);
    server.tasks.spawn(async move { drive(&ours, &id).await });
}

/// Step by step to its end. What cannot be done now, on a full disk for one, is tried again until it can.
async fn drive(server: &Arc<Server>, id: &WipeId) {
    while !server.stop.is_cancelled() {
        let done = step(server, id).await;
        tell(server);
        match done {
            Ok(wipe) if wipe.step.is_none() => return,
            Ok(_) => {}
            Err(error) if server.store.failure().is_some() => {
                tracing::error!(wipe = %id, %error, "a wipe stands still; it goes on at the next start");
                return;
            }
            Err(error) => wait(server, id, &error).await,
        }
    }
}

/// A part of the step under way.
async fn step(server: &Arc<Server>, id: &WipeId) -> Result<Wipe, StoreError> {
    let wipe = server.store.wipe(id)?;
    match wipe.step {
        None => Ok(wipe),
        Some(
            WipeStep::RemoveRecords
            | WipeStep::RemoveExecutions
            | WipeStep::RemoveDeliveries
            | WipeStep::ForgetCursors,
        ) => server.store.wipe_part(id, clock_and_ids::now()).await,
        // Nothing that was removed is in any file after this.
        Some(WipeStep::Compact) => {
            compact_within(server).await?;
            server.store.wipe_compacted(id, clock_and_ids::now()).await
        }
        Some(WipeStep::WriteAudit) => end(server, &wipe).await,
    }
}

async fn wait(server: &Arc<Server>, id: &WipeId, error: &StoreError) {
    tracing::warn!(wipe = %id, %error, "a step of a wipe could not be made; it is tried again");
    if let Err(error) = server.store.wipe_waits(id, error.to_string()).await {
        tracing::warn!(wipe = %id, %error, "why a wipe waits could not be kept");
    }
    tell(server);
    server.pause(AGAIN).await;
}

/// The evidence: what was removed, and that nothing of it is left.
async fn end(server: &Arc<Server>, wipe: &Wipe) -> Result<Wipe, StoreError> {
    let entry = |wipe: &Wipe, left: WipeCounts| {
        let wiped = Event::Wiped(Wiped {
            wipe: wipe.id.clone(),
            by: wipe.actor.clone(),
            removed: wipe.counts,
            records_left: left.records,
            executions_left: left.executions,
            deliveries_left: left.deliveries,
            compacted: wipe.has_done(WipeStep::Compact),
        });
        server_entry(wiped, wipe.what(), AuditOutcome::Done)
    };
    // What is remembered of pages names things that are gone now.
    server.executions.pages.forget();
    let ended = server
        .store
        .wipe_ended(&wipe.id, clock_and_ids::now(), entry)
        .await?;
    if ended.step.is_some() {
        tracing::warn!(wipe = %wipe.id, "rows were left behind their steps; the wipe begins anew");
        tell(server);
        server.pause(AGAIN).await;
    }
    Ok(ended)
}

fn known(server: &Server, provider: Option<&str>) -> Result<(), Problem> {
    let Some(id) = provider else { return Ok(()) };
    if server.knows_provider(id)? {
        return Ok(());
    }
    Err(Problem::new(
        Code::NotFound,
        format!("there is no provider {id}"),
        "tagout providers lists them",
    ))
}

fn tell(server: &Server) {
    server.hub.tell([
        Topic::Upkeep,
        Topic::Jobs,
        Topic::Subscriptions,
        Topic::Audit,
        // Its beginning ends swaps that were left in the middle.
        Topic::Connections,
        Topic::Runs,
    ]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::dispatch::{DispatchReply, answer};
    use crate::server::resume_tests::{caller, options, start};
    use crate::wire::rpc::Rpc;

    async fn begin(server: &Arc<Server>) -> Wipe {
        let begin = rpc::WipeBegin {
            provider: None,
            confirm: server.workspace.clone(),
        };
        match answer(server, &caller(server), begin.into()).await {
            Ok(DispatchReply::Json(json)) => rpc::WipeBegin::read(json).unwrap(),
            other => panic!("{other:?}"),
        }
    }

    /// Begun while there was space. It says why it waits, is the one that is asked for again, and ends once there is space.
    #[tokio::test(start_paused = true)]
    async fn a_wipe_on_a_full_disk_waits_and_says_why() {
        let folder = tempfile::tempdir().unwrap();
        let server = start(&options(folder.path())).await;
        let mut changes = server.hub.listen();
        let wipe = begin(&server).await;
        assert_eq!(begin(&server).await.id, wipe.id);
        let full = server.store.fill_disk();
        let mut why = None;
        let ended = loop {
            changes.recv().await.unwrap();
            let now = server.store.wipe(&wipe.id).unwrap();
            if now.ended_at.is_some() {
                break now;
            }
            if why.is_none() && now.why.is_some() {
                why = now.why;
                full.store(false, std::sync::atomic::Ordering::SeqCst);
            }
        };
        assert!(why.is_some_and(|why| why.contains("disk is full")));
        assert_eq!((ended.why, ended.step), (None, None));
        assert_eq!(server.store.open_wipes().unwrap(), []);
    }
}
