//! What is answered to whoever asks about subscriptions.

use std::sync::Arc;

use super::subscription_commands;
use crate::server::Server;
use crate::server::caller::Caller;
use crate::server::handler::Handler;
use crate::wire::{Problem, rpc};

impl Handler for rpc::Subscriptions {
    async fn handle(self, server: &Arc<Server>, _: &Caller) -> Result<Self::Reply, Problem> {
        subscription_commands::list(server)
    }
}

impl Handler for rpc::SubscriptionDeliveries {
    async fn handle(self, server: &Arc<Server>, _: &Caller) -> Result<Self::Reply, Problem> {
        subscription_commands::deliveries(server, &self.id)
    }
}

impl Handler for rpc::SubscriptionAdd {
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        subscription_commands::add(server, caller, self.url, self.events).await
    }
}

impl Handler for rpc::SubscriptionEdit {
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        subscription_commands::edit(server, caller, self).await
    }
}

impl Handler for rpc::SubscriptionRemove {
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        subscription_commands::remove(server, caller, &self.id).await
    }
}

impl Handler for rpc::SubscriptionRotate {
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        subscription_commands::rotate(server, caller, &self.id).await
    }
}

impl Handler for rpc::SubscriptionTest {
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        subscription_commands::test(server, caller, &self.id).await
    }
}

impl Handler for rpc::SubscriptionResend {
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        subscription_commands::resend(server, caller, &self.id).await
    }
}
