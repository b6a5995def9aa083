//! What is answered to whoever asks about subscriptions.

use std::sync::Arc;

use super::acts;
use crate::server::Server;
use crate::server::answer::Answer;
use crate::server::who::Caller;
use crate::wire::{Problem, ask};

impl Answer for ask::Subscriptions {
    async fn answer(self, server: &Arc<Server>, _: &Caller) -> Result<Self::Reply, Problem> {
        acts::list(server)
    }
}

impl Answer for ask::SubscriptionDeliveries {
    async fn answer(self, server: &Arc<Server>, _: &Caller) -> Result<Self::Reply, Problem> {
        acts::deliveries(server, &self.id)
    }
}

impl Answer for ask::SubscriptionAdd {
    async fn answer(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        acts::add(server, caller, self.url, self.events).await
    }
}

impl Answer for ask::SubscriptionRemove {
    async fn answer(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        acts::remove(server, caller, &self.id).await
    }
}

impl Answer for ask::SubscriptionRotate {
    async fn answer(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        acts::rotate(server, caller, &self.id).await
    }
}

impl Answer for ask::SubscriptionTest {
    async fn answer(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        acts::test(server, caller, &self.id).await
    }
}

impl Answer for ask::SubscriptionResend {
    async fn answer(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        acts::resend(server, caller, &self.id).await
    }
}
