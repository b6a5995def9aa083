//! What is answered to whoever does something with jobs.

use std::sync::Arc;

use super::acts;
use crate::server::Server;
use crate::server::answer::Answer;
use crate::server::who::Caller;
use crate::wire::{Problem, ask};

impl Answer for ask::JobAct {
    async fn answer(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        acts::act(server, caller, &self.job, self.act).await
    }
}

impl Answer for ask::JobAdd {
    async fn answer(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        acts::add(server, caller, self.0).await
    }
}

impl Answer for ask::JobEdit {
    async fn answer(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        acts::edit(server, caller, &self.job, self.spec).await
    }
}

impl Answer for ask::EnableBefore {
    async fn answer(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        acts::enable_before(server, caller, &self.connection).await
    }
}
