//! Wipes: begun by an Owner, carried to their end by the server, at the next start when need be.

use std::sync::Arc;
use std::time::Duration;

use super::answer::Answer;
use super::upkeep::compact_within;
use super::who::{Caller, server_entry};
use super::{Server, mint};
use crate::domain::audit::upkeep::{WipeBegun, Wiped};
use crate::domain::audit::{AuditOutcome, Event};
use crate::domain::id::WipeId;
use crate::domain::wipe::{Wipe, WipeStep};
use crate::store::StoreError;
use crate::wire::view::WipePlan;
use crate::wire::{Code, Problem, Topic, ask};

/// A compaction that cannot be made now is tried again after so long.
const AGAIN: Duration = Duration::from_secs(10);

/// What a wipe would remove, and what forbids it.
///
/// # Errors
/// When there is no such provider.
fn plan(server: &Server, provider: Option<String>) -> Result<WipePlan, Problem> {
    known(server, provider.as_deref())?;
    let forecast = server.store.wipe_forecast(provider.as_deref())?;
    let connected = forecast.connected.into_iter().map(|it| it.name);
    Ok(WipePlan {
        provider,
        counts: forecast.counts,
        connected: connected.collect(),
    })
}

impl Answer for ask::WipePlan {
    async fn answer(self, server: &Arc<Server>, _: &Caller) -> Result<Self::Reply, Problem> {
        plan(server, self.provider)
    }
}

impl Answer for ask::Wipe {
    async fn answer(self, server: &Arc<Server>, _: &Caller) -> Result<Self::Reply, Problem> {
        Ok(server.store.wipe(&self.id)?)
    }
}

impl Answer for ask::WipeBegin {
    /// It has not begun before its entry is durable.
    async fn answer(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        let plan = plan(server, self.provider)?;
        if self.confirm != server.workspace {
            return Err(Problem::new(
                Code::Usage,
                format!("the workspace is not called {}", self.confirm),
                "type its name, as tagout status shows it",
            ));
        }
        let actor = caller.actor.user.name.clone();
        let wipe = Wipe::begun(mint::wipe(), plan.provider, actor, mint::now());
        let begun = Event::WipeBegun(WipeBegun {
            wipe: wipe.id.clone(),
            planned: plan.counts,
        });
        let entry = caller.entry(begun, wipe.what(), AuditOutcome::Done);
        let wipe = server.store.wipe_begun(wipe, entry).await?;
        tell(server);
        go_on(server, wipe.id.clone());
        Ok(wipe)
    }
}

/// Goes on with a wipe in a task of its own.
pub(crate) fn go_on(server: &Arc<Server>, id: WipeId) {
    let ours = Arc::clone(server);
    server.tasks.spawn(async move {
        if let Err(error) = drive(&ours, &id).await {
            tracing::error!(wipe = %id, %error, "a wipe stands still; it goes on at the next start");
        }
        tell(&ours);
    });
}

async fn drive(server: &Arc<Server>, id: &WipeId) -> Result<(), StoreError> {
    while !server.stop.is_cancelled() {
        let wipe = server.store.wipe(id)?;
        match wipe.step {
            None => return Ok(()),
            Some(
                WipeStep::RemoveRecords
                | WipeStep::RemoveExecutions
                | WipeStep::RemoveDeliveries
                | WipeStep::ForgetCursors,
            ) => {
                server.store.wipe_part(id, mint::now()).await?;
            }
            Some(WipeStep::Compact) => compact(server, id).await?,
            Some(WipeStep::WriteAudit) => end(server, &wipe).await?,
        }
        tell(server);
    }
    Ok(())
}

/// Nothing that was removed is in any file after this.
async fn compact(server: &Arc<Server>, id: &WipeId) -> Result<(), StoreError> {
    match compact_within(server).await {
        Ok(_) => {
            server.store.wipe_compacted(id, mint::now()).await?;
        }
        Err(error) => {
            tracing::warn!(wipe = %id, %error, "the store was not compacted; that is tried again");
            server.store.wipe_waits(id, error.to_string()).await?;
            tell(server);
            server.pause(AGAIN).await;
        }
    }
    Ok(())
}

/// The evidence: what was removed, and that nothing of it is left.
async fn end(server: &Arc<Server>, wipe: &Wipe) -> Result<(), StoreError> {
    let left = server.store.wipe_forecast(wipe.provider.as_deref())?.counts;
    let wiped = Event::Wiped(Wiped {
        wipe: wipe.id.clone(),
        by: wipe.actor.clone(),
        removed: wipe.counts,
        records_left: left.records,
        executions_left: left.executions,
        deliveries_left: left.deliveries,
        compacted: true,
    });
    let entry = server_entry(wiped, wipe.what(), AuditOutcome::Done);
    server
        .store
        .wipe_ended(&wipe.id, mint::now(), entry)
        .await?;
    Ok(())
}

fn known(server: &Server, provider: Option<&str>) -> Result<(), Problem> {
    let Some(id) = provider else { return Ok(()) };
    if server.provider(id).is_some() || server.store.known(id)? > 0 {
        return Ok(());
    }
    Err(Problem::new(
        Code::NotFound,
        format!("there is no provider {id}"),
        "tagout providers lists them",
    ))
}

fn tell(server: &Server) {
    server.hub.tell([Topic::Upkeep, Topic::Jobs, Topic::Audit]);
}
