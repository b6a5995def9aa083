//! What is answered to whoever changes one fact.

use std::sync::Arc;

use super::{catalog, configuration, dependents, links, records, users};
use crate::server::Server;
use crate::server::answer::Answer;
use crate::server::who::Caller;
use crate::wire::{Problem, ask};

impl Answer for ask::ProviderAdd {
    async fn answer(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        catalog::add(server, caller, &self.toml, &self.file_name).await
    }
}

impl Answer for ask::ProviderRemove {
    async fn answer(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        catalog::remove(server, caller, &self.id).await
    }
}

impl Answer for ask::ProviderUntag {
    async fn answer(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        catalog::untag(server, caller, &self.id, self.note).await
    }
}

impl Answer for ask::ProviderConfigure {
    async fn answer(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        catalog::configure(server, caller, self).await
    }
}

impl Answer for ask::ProviderSecret {
    async fn answer(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        catalog::keep_secret(server, caller, self).await
    }
}

impl Answer for ask::Configure {
    async fn answer(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        super::configure(server, caller, self).await
    }
}

impl Answer for ask::WebhookSet {
    async fn answer(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        super::webhook(server, caller, &self.id, self.enabled).await
    }
}

impl Answer for ask::ConfigAdd {
    async fn answer(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        configuration::add(server, caller, self).await
    }
}

impl Answer for ask::ConfigEdit {
    async fn answer(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        configuration::edit(server, caller, self).await
    }
}

impl Answer for ask::RecordEdit {
    async fn answer(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        records::edit(server, caller, self).await
    }
}

impl Answer for ask::ReferenceLink {
    async fn answer(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        links::set(server, caller, self).await
    }
}

impl Answer for ask::ConfigRemove {
    async fn answer(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        configuration::remove(server, caller, &self.id).await
    }
}

impl Answer for ask::FollowUpDone {
    async fn answer(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        super::follow_up_done(server, caller, &self.id, self.note).await
    }
}

impl Answer for ask::FollowUpUndo {
    async fn answer(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        super::follow_up_undone(server, caller, &self.id, self.note).await
    }
}

impl Answer for ask::DependentAdd {
    async fn answer(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        dependents::add(server, caller, self).await
    }
}

impl Answer for ask::DependentRemove {
    async fn answer(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        dependents::remove(server, caller, &self.id).await
    }
}

impl Answer for ask::UserAdd {
    async fn answer(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        users::add(server, caller, self).await
    }
}

impl Answer for ask::UserRemove {
    async fn answer(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        users::remove(server, caller, &self.name, self.keep).await
    }
}

impl Answer for ask::UserPermission {
    async fn answer(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        users::permission(server, caller, self).await
    }
}
