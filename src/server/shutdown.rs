//! A person stops the server.

use std::sync::Arc;

use super::caller::Caller;
use super::handler::Handler;
use super::{Server, clock_and_ids, holds};
use crate::domain::audit::server::ServerStopped;
use crate::domain::audit::{AuditOutcome, Event};
use crate::wire::{Problem, Topic, rpc};

impl Handler for rpc::Stop {
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        let unproven = holds::unproven(server, caller)?;
        let stopped = Event::ServerStopped(ServerStopped {
            pid: std::process::id(),
            at: clock_and_ids::now(),
        });
        let entry = caller.entry(stopped, "server", AuditOutcome::Done);
        server.store.note(entry).await?;
        server.hub.tell([Topic::Stopping]);
        server.stop.cancel();
        Ok(unproven)
    }
}
