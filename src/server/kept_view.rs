//! What each person looked at last, kept for their next console. It is theirs alone, and no entry of the record.

use std::sync::Arc;

use super::Server;
use super::answer::Answer;
use super::who::Caller;
use crate::store::facts::View;
use crate::wire::{Problem, ask};

impl Answer for ask::ViewLoad {
    async fn answer(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        let kept = server.store.view_of(&caller.actor.user.id)?;
        Ok(kept.map(|kept| kept.view))
    }
}

impl Answer for ask::ViewSave {
    async fn answer(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        let view = View {
            user: caller.actor.user.id.clone(),
            view: self.view,
        };
        Ok(server.store.keep_view(view).await?)
    }
}
