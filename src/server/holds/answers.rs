//! What is answered about tokens that are held.

use std::sync::Arc;

use super::look;
use crate::server::Server;
use crate::server::answer::Answer;

use crate::server::resolve;
use crate::server::who::Caller;
use crate::wire::{Problem, ask};

impl Answer for ask::Holds {
    async fn answer(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        let of = resolve::of(server, self.connection.as_deref())?;
        look::list(server, caller, of.as_ref(), &self.window)
    }
}

impl Answer for ask::HoldDrop {
    async fn answer(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        super::give_up(server, caller, &self.id, self.note).await
    }
}
