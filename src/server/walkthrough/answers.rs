//! What is answered to whoever takes several connections out of service as one thing.

use std::sync::Arc;

use super::look;
use crate::server::Server;
use crate::server::answer::Answer;
use crate::server::who::Caller;
use crate::wire::{Problem, ask};

impl Answer for ask::Disconnect {
    async fn answer(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        super::disconnect(server, caller, self).await
    }
}

impl Answer for ask::Walkthroughs {
    async fn answer(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        look::list(server, caller, &self.0)
    }
}

impl Answer for ask::Walkthrough {
    async fn answer(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        let found = look::find(server, caller, &self.id)?;
        look::one(server, caller, &found)
    }
}

impl Answer for ask::WalkthroughTargets {
    async fn answer(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        look::targets(server, caller, &self.id, &self.window)
    }
}

impl Answer for ask::WalkthroughSave {
    async fn answer(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        super::save(server, caller, self.0).await
    }
}

impl Answer for ask::WalkthroughBegin {
    async fn answer(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        super::begin(server, caller, &self.id, self.version).await
    }
}

impl Answer for ask::WalkthroughStop {
    async fn answer(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        super::stop(server, caller, &self.id).await
    }
}

impl Answer for ask::WalkthroughGoOn {
    async fn answer(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        super::go_on(server, caller, &self.id).await
    }
}

impl Answer for ask::WalkthroughDiscard {
    async fn answer(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        super::discard(server, caller, &self.id).await
    }
}
