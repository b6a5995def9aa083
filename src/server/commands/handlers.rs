//! What is answered to whoever changes one fact.

use std::sync::Arc;

use super::{catalog, configuration, dependents, links, records, users};
use crate::server::Server;
use crate::server::caller::Caller;
use crate::server::handler::Handler;
use crate::wire::{Problem, rpc};

impl Handler for rpc::ProviderAdd {
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        catalog::add(server, caller, &self.toml, &self.file_name).await
    }
}

impl Handler for rpc::ProviderRemove {
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        catalog::remove(server, caller, &self.id).await
    }
}

impl Handler for rpc::ProviderUntag {
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        catalog::untag(server, caller, &self.id, self.note).await
    }
}

impl Handler for rpc::ProviderConfigure {
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        catalog::configure(server, caller, self).await
    }
}

impl Handler for rpc::ProviderSecret {
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        catalog::keep_secret(server, caller, self).await
    }
}

impl Handler for rpc::Configure {
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        super::configure(server, caller, self).await
    }
}

impl Handler for rpc::WebhookSet {
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        super::webhook(server, caller, &self.id, self.enabled).await
    }
}

impl Handler for rpc::ConfigAdd {
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        configuration::add(server, caller, self).await
    }
}

impl Handler for rpc::ConfigEdit {
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        configuration::edit(server, caller, self).await
    }
}

impl Handler for rpc::RecordEdit {
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        records::edit(server, caller, self).await
    }
}

impl Handler for rpc::ReferenceLink {
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        links::set(server, caller, self).await
    }
}

impl Handler for rpc::ConfigRemove {
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        configuration::remove(server, caller, &self.id).await
    }
}

impl Handler for rpc::FollowUpDone {
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        super::follow_up_done(server, caller, &self.id, self.note).await
    }
}

impl Handler for rpc::FollowUpUndo {
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        super::follow_up_undone(server, caller, &self.id, self.note).await
    }
}

impl Handler for rpc::FollowUpAssign {
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        super::follow_up_assigned(server, caller, &self.id, &self.user).await
    }
}

impl Handler for rpc::DependentAdd {
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        dependents::add(server, caller, self).await
    }
}

impl Handler for rpc::DependentRemove {
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        dependents::remove(server, caller, &self.id).await
    }
}

impl Handler for rpc::UserAdd {
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        users::add(server, caller, self).await
    }
}

impl Handler for rpc::UserRemove {
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        users::remove(server, caller, &self.name, self.keep).await
    }
}

impl Handler for rpc::UserPermission {
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        users::permission(server, caller, self).await
    }
}
