//! A person stops the server.

use std::sync::Arc;

use serde_json::json;

use super::answer::Answer;
use super::who::Caller;
use super::{Server, mint};
use crate::domain::audit::AuditOutcome;
use crate::wire::{Problem, Topic, ask};

impl Answer for ask::Stop {
    async fn answer(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        let detail = json!({ "pid": std::process::id(), "at": mint::now() });
        let entry = caller.entry("server.stopped", "server", AuditOutcome::Done, detail);
        server.store.note(entry).await?;
        server.hub.tell([Topic::Stopping]);
        server.stop.cancel();
        Ok(())
    }
}
