//! What is answered to whoever connects.

use std::sync::Arc;

use crate::server::Server;
use crate::server::answer::Answer;
use crate::server::who::Caller;
use crate::wire::{Problem, ask};

impl Answer for ask::Connect {
    async fn answer(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        super::begin(server, caller, self).await
    }
}

impl Answer for ask::Flow {
    async fn answer(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        server.flows.seen_by(caller, &self.id)
    }
}

impl Answer for ask::Flows {
    async fn answer(self, server: &Arc<Server>, _: &Caller) -> Result<Self::Reply, Problem> {
        Ok(super::open(server)?)
    }
}

impl Answer for ask::FlowPaste {
    async fn answer(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        super::paste(server, caller, &self.id, &self.text).await
    }
}

impl Answer for ask::FlowCancel {
    async fn answer(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        super::cancel(server, caller, &self.id).await
    }
}
