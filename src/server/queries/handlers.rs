//! What is answered to whoever looks.

use std::sync::Arc;

use super::window::{self, Asked};
use super::{
    catalog, connections, dependents, fields, jobs, lists, log, plans, records, routing_test, runs,
    status,
};
use crate::server::Server;
use crate::server::caller::Caller;
use crate::server::for_you;
use crate::server::handler::Handler;
use crate::server::resolve;
use crate::wire::{Problem, rpc, view};

impl Handler for rpc::Status {
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        let for_you = for_you::list(server, caller)?;
        let status = status::status(server)?;
        Ok(view::Status { for_you, ..status })
    }
}

impl Handler for rpc::Providers {
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        catalog::list(server, caller, &self.0).await
    }
}

impl Handler for rpc::Dependents {
    async fn handle(self, server: &Arc<Server>, _: &Caller) -> Result<Self::Reply, Problem> {
        dependents::list(server, self.provider.as_deref())
    }
}

impl Handler for rpc::Provider {
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        catalog::one(server, caller, &self.id)
    }
}

impl Handler for rpc::Connections {
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        connections::list(server, caller, &self.0).await
    }
}

impl Handler for rpc::Connection {
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        let connection = resolve::connection(server, &self.name)?;
        connections::one(server, caller, &connection)
    }
}

impl Handler for rpc::Plan {
    async fn handle(self, server: &Arc<Server>, _: &Caller) -> Result<Self::Reply, Problem> {
        plans::named(server, &self.connections, self.terms).await
    }
}

impl Handler for rpc::Plans {
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        let window = plans::forwards(self.window);
        let asked = Asked::by(caller, server, &window);
        plans::chosen(server, &self.choice, asked, self.terms).await
    }
}

impl Handler for rpc::Runs {
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        let window = window::by_time(&self.0);
        runs::list(server, Asked::by(caller, server, &window)).await
    }
}

impl Handler for rpc::Run {
    async fn handle(self, server: &Arc<Server>, _: &Caller) -> Result<Self::Reply, Problem> {
        Ok(runs::one(server, &resolve::run(server, &self.id)?)?)
    }
}

impl Handler for rpc::RunRecords {
    async fn handle(self, server: &Arc<Server>, _: &Caller) -> Result<Self::Reply, Problem> {
        let records = server.store.run_log(&self.id)?;
        Ok(records.into_iter().skip(self.from).collect())
    }
}

impl Handler for rpc::Jobs {
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        let of = resolve::of(server, self.connection.as_deref())?;
        jobs::list(server, caller, of.as_ref(), &self.window).await
    }
}

impl Handler for rpc::Job {
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        jobs::one(server, caller, &resolve::job(server, &self.id)?)
    }
}

impl Handler for rpc::Executions {
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        let find = |name: &String| resolve::job(server, name);
        let job = self.job.as_ref().map(find).transpose()?;
        // Those of all jobs are in the order of their jobs.
        let window = match &job {
            Some(_) => window::by_time(&self.window),
            None => self.window,
        };
        let asked = Asked::by(caller, server, &window);
        jobs::executions(server, job.as_ref().map(|job| &job.id), asked).await
    }
}

impl Handler for rpc::ExecutionPages {
    async fn handle(self, server: &Arc<Server>, _: &Caller) -> Result<Self::Reply, Problem> {
        Ok(server.executions.pages.of(&self.execution))
    }
}

impl Handler for rpc::References {
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        let of = resolve::of(server, self.connection.as_deref())?;
        let asked = Asked::by(caller, server, &self.window);
        lists::references(server, of.as_ref(), asked).await
    }
}

impl Handler for rpc::Records {
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        let of = resolve::of(server, self.connection.as_deref())?;
        let asked = Asked::by(caller, server, &self.window);
        records::list(server, of.as_ref(), asked).await
    }
}

impl Handler for rpc::Record {
    async fn handle(self, server: &Arc<Server>, _: &Caller) -> Result<Self::Reply, Problem> {
        let record = server.store.record(&self.id)?;
        Ok(records::RecordPage::default().record(server, record)?)
    }
}

impl Handler for rpc::RoutingTest {
    async fn handle(self, server: &Arc<Server>, _: &Caller) -> Result<Self::Reply, Problem> {
        let connection = resolve::connection(server, &self.connection)?;
        Ok(routing_test::test(server, &connection).await?)
    }
}

impl Handler for rpc::MappingFields {
    async fn handle(self, server: &Arc<Server>, _: &Caller) -> Result<Self::Reply, Problem> {
        let connection = resolve::connection(server, &self.connection)?;
        fields::list(server, &connection, self.entity.as_deref())
    }
}

impl Handler for rpc::FollowUps {
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        let of = resolve::of(server, self.connection.as_deref())?;
        let asked = Asked::by(caller, server, &self.window);
        lists::follow_ups(server, of.as_ref(), asked).await
    }
}

impl Handler for rpc::Webhooks {
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        let of = resolve::of(server, self.connection.as_deref())?;
        lists::webhooks(server, caller, of.as_ref())
    }
}

impl Handler for rpc::WebhookDeliveries {
    async fn handle(self, server: &Arc<Server>, _: &Caller) -> Result<Self::Reply, Problem> {
        server.store.webhook(&self.id)?;
        Ok(server.store.deliveries_of(&self.id)?)
    }
}

impl Handler for rpc::Configs {
    async fn handle(self, server: &Arc<Server>, _: &Caller) -> Result<Self::Reply, Problem> {
        let connection = resolve::connection(server, &self.connection)?;
        lists::configs(server, &connection.id, self.kind)
    }
}

impl Handler for rpc::Audit {
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        log::list(server, caller, &self.window).await
    }
}

impl Handler for rpc::AuditFrom {
    async fn handle(self, server: &Arc<Server>, _: &Caller) -> Result<Self::Reply, Problem> {
        log::from(server, self.seq, self.since, self.limit)
    }
}

impl Handler for rpc::Checkpoint {
    async fn handle(self, server: &Arc<Server>, _: &Caller) -> Result<Self::Reply, Problem> {
        log::checkpoint(server)
    }
}

impl Handler for rpc::Users {
    async fn handle(self, server: &Arc<Server>, _: &Caller) -> Result<Self::Reply, Problem> {
        let all = server.store.users()?;
        Ok(all.into_iter().map(lists::user).collect())
    }
}
