//! What is answered to whoever lets a disconnect go on.

use std::sync::Arc;

use crate::server::Server;
use crate::server::answer::Answer;
use crate::server::who::Caller;
use crate::wire::{Problem, ask};

impl Answer for ask::RunResume {
    async fn answer(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        super::resume(server, caller, &self.id).await
    }
}
