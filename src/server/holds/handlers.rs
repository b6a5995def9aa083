//! What is answered about tokens that are held.

use std::sync::Arc;

use super::queries;
use crate::server::Server;
use crate::server::handler::Handler;

use crate::server::caller::Caller;
use crate::server::resolve;
use crate::wire::{Problem, rpc};

impl Handler for rpc::Holds {
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        let of = resolve::of(server, self.connection.as_deref())?;
        queries::list(server, caller, of.as_ref(), &self.window).await
    }
}

impl Handler for rpc::HoldDrop {
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        super::give_up(server, caller, &self.id, self.note).await
    }
}
