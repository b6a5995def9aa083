//! What is answered to whoever looks at channels.

use std::sync::Arc;

use super::list;
use crate::server::answer::Answer;
use crate::server::who::Caller;
use crate::server::{Server, resolve};
use crate::wire::{Problem, ask};

impl Answer for ask::Channels {
    async fn answer(self, server: &Arc<Server>, _: &Caller) -> Result<Self::Reply, Problem> {
        let connection = resolve::connection(server, &self.connection)?;
        list::available(server, &connection, &self.window)
    }
}
