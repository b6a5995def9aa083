//! A person stops the server.

use std::sync::Arc;

use super::answer::Answer;
use super::who::Caller;
use super::{Server, holds, mint};
use crate::domain::audit::server::ServerStopped;
use crate::domain::audit::{AuditOutcome, Event};
use crate::wire::{Problem, Topic, ask};

impl Answer for ask::Stop {
    async fn answer(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        let unproven = holds::unproven(server, caller)?;
        let stopped = Event::ServerStopped(ServerStopped {
            pid: std::process::id(),
            at: mint::now(),
        });
        let entry = caller.entry(stopped, "server", AuditOutcome::Done);
        server.store.note(entry).await?;
        server.hub.tell([Topic::Stopping]);
        server.stop.cancel();
        Ok(unproven)
    }
}
