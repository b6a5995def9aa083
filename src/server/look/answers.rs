//! What is answered to whoever looks.

use std::sync::Arc;

use super::{
    catalog, connections, dependents, fields, jobs, lists, log, plans, records, routing_test, runs,
    status,
};
use crate::server::Server;
use crate::server::answer::Answer;
use crate::server::resolve;
use crate::server::who::Caller;
use crate::wire::{Problem, ask};

impl Answer for ask::Status {
    async fn answer(self, server: &Arc<Server>, _: &Caller) -> Result<Self::Reply, Problem> {
        Ok(status::status(server)?)
    }
}

impl Answer for ask::Providers {
    async fn answer(self, server: &Arc<Server>, _: &Caller) -> Result<Self::Reply, Problem> {
        catalog::list(server, &self.0)
    }
}

impl Answer for ask::Dependents {
    async fn answer(self, server: &Arc<Server>, _: &Caller) -> Result<Self::Reply, Problem> {
        dependents::list(server, self.provider.as_deref())
    }
}

impl Answer for ask::Provider {
    async fn answer(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        catalog::one(server, caller, &self.id)
    }
}

impl Answer for ask::Connections {
    async fn answer(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        connections::list(server, caller, &self.0)
    }
}

impl Answer for ask::Connection {
    async fn answer(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        let connection = resolve::connection(server, &self.name)?;
        connections::one(server, caller, &connection)
    }
}

impl Answer for ask::Plan {
    async fn answer(self, server: &Arc<Server>, _: &Caller) -> Result<Self::Reply, Problem> {
        plans::named(server, &self.connections, self.terms).await
    }
}

impl Answer for ask::Plans {
    async fn answer(self, server: &Arc<Server>, _: &Caller) -> Result<Self::Reply, Problem> {
        plans::chosen(server, &self.choice, &self.window, self.terms).await
    }
}

impl Answer for ask::Runs {
    async fn answer(self, server: &Arc<Server>, _: &Caller) -> Result<Self::Reply, Problem> {
        runs::list(server, &self.0)
    }
}

impl Answer for ask::Run {
    async fn answer(self, server: &Arc<Server>, _: &Caller) -> Result<Self::Reply, Problem> {
        Ok(runs::one(server, &resolve::run(server, &self.id)?)?)
    }
}

impl Answer for ask::RunRecords {
    async fn answer(self, server: &Arc<Server>, _: &Caller) -> Result<Self::Reply, Problem> {
        let records = server.store.run_log(&self.id)?;
        Ok(records.into_iter().skip(self.from).collect())
    }
}

impl Answer for ask::Jobs {
    async fn answer(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        let of = resolve::of(server, self.connection.as_deref())?;
        jobs::list(server, caller, of.as_ref(), &self.window)
    }
}

impl Answer for ask::Job {
    async fn answer(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        jobs::one(server, caller, &resolve::job(server, &self.id)?)
    }
}

impl Answer for ask::Executions {
    async fn answer(self, server: &Arc<Server>, _: &Caller) -> Result<Self::Reply, Problem> {
        let find = |name: &String| resolve::job(server, name);
        let job = self.job.as_ref().map(find).transpose()?;
        jobs::executions(server, job.as_ref().map(|job| &job.id), &self.window)
    }
}

impl Answer for ask::References {
    async fn answer(self, server: &Arc<Server>, _: &Caller) -> Result<Self::Reply, Problem> {
        let of = resolve::of(server, self.connection.as_deref())?;
        lists::references(server, of.as_ref(), &self.window)
    }
}

impl Answer for ask::Records {
    async fn answer(self, server: &Arc<Server>, _: &Caller) -> Result<Self::Reply, Problem> {
        let of = resolve::of(server, self.connection.as_deref())?;
        records::list(server, of.as_ref(), &self.window)
    }
}

impl Answer for ask::Record {
    async fn answer(self, server: &Arc<Server>, _: &Caller) -> Result<Self::Reply, Problem> {
        let record = server.store.record(&self.id)?;
        Ok(records::Shown::default().record(server, record)?)
    }
}

impl Answer for ask::RoutingTest {
    async fn answer(self, server: &Arc<Server>, _: &Caller) -> Result<Self::Reply, Problem> {
        let connection = resolve::connection(server, &self.connection)?;
        Ok(routing_test::test(server, &connection).await?)
    }
}

impl Answer for ask::MappingFields {
    async fn answer(self, server: &Arc<Server>, _: &Caller) -> Result<Self::Reply, Problem> {
        let connection = resolve::connection(server, &self.connection)?;
        fields::list(server, &connection, self.entity.as_deref())
    }
}

impl Answer for ask::FollowUps {
    async fn answer(self, server: &Arc<Server>, _: &Caller) -> Result<Self::Reply, Problem> {
        let of = resolve::of(server, self.connection.as_deref())?;
        lists::follow_ups(server, of.as_ref(), &self.window)
    }
}

impl Answer for ask::Webhooks {
    async fn answer(self, server: &Arc<Server>, _: &Caller) -> Result<Self::Reply, Problem> {
        let of = resolve::of(server, self.connection.as_deref())?;
        lists::webhooks(server, of.as_ref())
    }
}

impl Answer for ask::WebhookDeliveries {
    async fn answer(self, server: &Arc<Server>, _: &Caller) -> Result<Self::Reply, Problem> {
        server.store.webhook(&self.id)?;
        Ok(server.store.deliveries_of(&self.id)?)
    }
}

impl Answer for ask::Configs {
    async fn answer(self, server: &Arc<Server>, _: &Caller) -> Result<Self::Reply, Problem> {
        let connection = resolve::connection(server, &self.connection)?;
        lists::configs(server, &connection.id, self.kind)
    }
}

impl Answer for ask::Audit {
    async fn answer(self, server: &Arc<Server>, _: &Caller) -> Result<Self::Reply, Problem> {
        log::list(server, &self.window)
    }
}

impl Answer for ask::AuditFrom {
    async fn answer(self, server: &Arc<Server>, _: &Caller) -> Result<Self::Reply, Problem> {
        log::from(server, self.seq, self.since, self.limit)
    }
}

impl Answer for ask::Checkpoint {
    async fn answer(self, server: &Arc<Server>, _: &Caller) -> Result<Self::Reply, Problem> {
        log::checkpoint(server)
    }
}

impl Answer for ask::Users {
    async fn answer(self, server: &Arc<Server>, _: &Caller) -> Result<Self::Reply, Problem> {
        let all = server.store.users()?;
        Ok(all.into_iter().map(lists::user).collect())
    }
}
