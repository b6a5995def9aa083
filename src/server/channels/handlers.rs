//! What is answered to whoever looks at channels.

use std::sync::Arc;

use super::list;
use crate::server::caller::Caller;
use crate::server::handler::Handler;
use crate::server::queries::window::Asked;
use crate::server::{Server, resolve};
use crate::wire::{Problem, rpc};

impl Handler for rpc::Channels {
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        let connection = resolve::connection(server, &self.connection)?;
        let asked = Asked::by(caller, server, &self.window);
        list::available(server, &connection, asked).await
    }
}
