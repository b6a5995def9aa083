//! What is answered to whoever does something with jobs.

use std::sync::Arc;

use super::job_commands;
use crate::server::Server;
use crate::server::caller::Caller;
use crate::server::handler::Handler;
use crate::wire::{Problem, rpc};

impl Handler for rpc::JobAct {
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        job_commands::act(server, caller, &self.job, self.act).await
    }
}

impl Handler for rpc::JobAdd {
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        job_commands::add(server, caller, self.0).await
    }
}

impl Handler for rpc::JobEdit {
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        job_commands::edit(server, caller, &self.job, self.spec).await
    }
}

impl Handler for rpc::EnableBefore {
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        job_commands::enable_before(server, caller, &self.connection).await
    }
}
