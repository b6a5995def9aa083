//! What each person looked at last, kept for their next console. It is theirs alone, and no entry of the record.

use std::sync::Arc;

use super::Server;
use super::caller::Caller;
use super::handler::Handler;
use crate::store::facts::SavedView;
use crate::wire::{Problem, rpc};

impl Handler for rpc::ViewLoad {
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        let kept = server.store.view_of(&caller.actor.user.id)?;
        Ok(kept.map(|kept| kept.view))
    }
}

impl Handler for rpc::ViewSave {
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        let view = SavedView {
            user: caller.actor.user.id.clone(),
            view: self.view,
        };
        Ok(server.store.keep_view(view).await?)
    }
}
