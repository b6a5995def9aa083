//! What is answered to whoever takes several connections out of service as one thing.

use std::sync::Arc;

use super::{planned, queries};
use crate::server::Server;
use crate::server::caller::Caller;
use crate::server::handler::Handler;
use crate::wire::{Problem, rpc};

impl Handler for rpc::Disconnect {
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        super::disconnect(server, caller, self).await
    }
}

impl Handler for rpc::Walkthroughs {
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        queries::list(server, caller, &self.0).await
    }
}

impl Handler for rpc::Walkthrough {
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        let found = queries::find(server, caller, &self.id)?;
        queries::one(server, caller, &found)
    }
}

impl Handler for rpc::WalkthroughTargets {
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        queries::targets(server, caller, &self.id, &self.window).await
    }
}

impl Handler for rpc::WalkthroughSave {
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        super::save(server, caller, self.0).await
    }
}

impl Handler for rpc::WalkthroughBegin {
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        super::start_walkthrough(server, caller, &self.id, self.version).await
    }
}

impl Handler for rpc::WalkthroughPlan {
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        planned::plan(server, caller, &self.id, self.version, self.at).await
    }
}

impl Handler for rpc::WalkthroughStop {
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        super::stop(server, caller, &self.id).await
    }
}

impl Handler for rpc::WalkthroughGoOn {
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        super::go_on(server, caller, &self.id).await
    }
}

impl Handler for rpc::WalkthroughDiscard {
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        super::discard(server, caller, &self.id).await
    }
}
