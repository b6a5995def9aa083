//! What is answered to whoever connects.

use std::sync::Arc;

use crate::server::Server;
use crate::server::caller::Caller;
use crate::server::handler::Handler;
use crate::wire::{Problem, rpc};

impl Handler for rpc::Connect {
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        super::start_authorization(server, caller, self).await
    }
}

impl Handler for rpc::Adopt {
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        super::adopt(server, caller, self).await
    }
}

impl Handler for rpc::FlowConfirm {
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        server.flows.confirm(caller, &self.id)
    }
}

impl Handler for rpc::Flow {
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        server.flows.seen_by(caller, &self.id)
    }
}

impl Handler for rpc::Flows {
    async fn handle(self, server: &Arc<Server>, _: &Caller) -> Result<Self::Reply, Problem> {
        Ok(super::open(server)?)
    }
}

impl Handler for rpc::FlowPaste {
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        super::paste(server, caller, &self.id, &self.text).await
    }
}

impl Handler for rpc::FlowCancel {
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        super::cancel(server, caller, &self.id).await
    }
}
