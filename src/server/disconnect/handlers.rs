//! What is answered to whoever lets a disconnect go on.

use std::sync::Arc;

use crate::server::Server;
use crate::server::caller::Caller;
use crate::server::handler::Handler;
use crate::wire::{Problem, rpc};

impl Handler for rpc::RunResume {
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        super::resume(server, caller, &self.id).await
    }
}

impl Handler for rpc::SwapGiveUp {
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        super::swap::give_up(server, caller, &self.connection).await
    }
}
