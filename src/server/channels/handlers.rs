//! What is answered to whoever looks at channels.

use std::sync::Arc;

use super::list;
use crate::server::caller::Caller;
use crate::server::handler::Handler;
use crate::server::{Server, resolve};
use crate::wire::{Problem, rpc};

impl Handler for rpc::Channels {
    async fn handle(self, server: &Arc<Server>, _: &Caller) -> Result<Self::Reply, Problem> {
        let connection = resolve::connection(server, &self.connection)?;
        list::available(server, &connection, &self.window)
    }
}
