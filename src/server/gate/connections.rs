//! What is done to connections, and to what belongs to them.

use super::about::{
    Beyond, about_job, behind, disconnects, everybodys, named, one, pin, requirement, would_die,
};
use super::{Need, Needs, Requirement};
use crate::domain::audit::EntrySubject;
use crate::server::caller::Caller;
use crate::server::sync::job_commands;
use crate::server::{Server, connect};
use crate::store::StoredRow as _;
use crate::wire::{Problem, rpc};

impl Needs for rpc::Connect {
    fn needs(&mut self, server: &Server, caller: &Caller) -> Result<Vec<Requirement>, Problem> {
        let (owner, target) = connect::whose(server, caller, self)?;
        let provider = Some(self.provider.as_str());
        Ok(vec![Requirement {
            about: EntrySubject::default().at(provider),
            ..requirement("connection.authorize", target, Need::Manage(owner))
        }])
    }
}

impl Needs for rpc::Adopt {
    fn needs(&mut self, server: &Server, caller: &Caller) -> Result<Vec<Requirement>, Problem> {
        let (owner, target) = connect::whose(server, caller, &mut self.connect)?;
        let provider = Some(self.connect.provider.as_str());
        Ok(vec![Requirement {
            about: EntrySubject::default().at(provider),
            ..requirement("connection.adopt", target, Need::Manage(owner))
        }])
    }
}

impl Needs for rpc::FlowConfirm {
    fn needs(&mut self, server: &Server, caller: &Caller) -> Result<Vec<Requirement>, Problem> {
        let owner = server.flows.owner_of_own(caller, &self.id)?;
        one("flow.confirm", &self.id, Need::Manage(owner))
    }
}

impl Needs for rpc::FlowPaste {
    fn needs(&mut self, server: &Server, caller: &Caller) -> Result<Vec<Requirement>, Problem> {
        let owner = server.flows.owner_of_own(caller, &self.id)?;
        one("flow.paste", &self.id, Need::Manage(owner))
    }
}

impl Needs for rpc::FlowCancel {
    fn needs(&mut self, server: &Server, _: &Caller) -> Result<Vec<Requirement>, Problem> {
        let owner = server.flows.owner(&self.id)?;
        one("flow.cancel", &self.id, Need::Manage(owner))
    }
}

impl Needs for rpc::Configure {
    fn needs(&mut self, server: &Server, _: &Caller) -> Result<Vec<Requirement>, Problem> {
        let mut all = vec![named(server, "connection.configure", &mut self.name)?];
        // Where a connection's requests go, there goes its token.
        if !self.vars.is_empty() {
            let found = pin(server, &mut self.name)?;
            let need = Need::ReadToken(found.owner, found.id.clone());
            all.extend(one("connection.configure", found.id, need)?);
        }
        Ok(all)
    }
}

impl Needs for rpc::Token {
    fn needs(&mut self, server: &Server, _: &Caller) -> Result<Vec<Requirement>, Problem> {
        let found = pin(server, &mut self.connection)?;
        let need = Need::ReadToken(found.owner, found.id.clone());
        one("token.read", found.id, need)
    }
}

impl Needs for rpc::Disconnect {
    fn needs(&mut self, server: &Server, _: &Caller) -> Result<Vec<Requirement>, Problem> {
        let names = self.targets.iter_mut().map(|it| &mut it.connection);
        let chosen = names.map(|name| pin(server, name));
        let chosen = chosen.collect::<Result<Vec<_>, _>>()?;
        let beyond = Beyond {
            wider: self.allow_wider,
            uninstall: self.uninstall,
        };
        disconnects(server, "connection.disconnect", &chosen, beyond)
    }
}

impl Needs for rpc::RunResume {
    fn needs(&mut self, server: &Server, _: &Caller) -> Result<Vec<Requirement>, Problem> {
        let run = server.store.run(&self.id)?;
        let beyond = Beyond {
            wider: run.allow_wider,
            uninstall: run.uninstall,
        };
        let mut all = behind(server, "run.resume", &self.id, Ok(run.connection.clone()))?;
        let chosen = server.store.connection(&run.connection)?;
        all.extend(would_die(server, "run.resume", &[chosen], beyond)?);
        Ok(all)
    }
}

impl Needs for rpc::SwapGiveUp {
    fn needs(&mut self, server: &Server, _: &Caller) -> Result<Vec<Requirement>, Problem> {
        let needed = named(server, "swap.give_up", &mut self.connection)?;
        Ok(vec![needed])
    }
}

impl Needs for rpc::HoldDrop {
    fn needs(&mut self, _: &Server, _: &Caller) -> Result<Vec<Requirement>, Problem> {
        one("hold.drop", &self.id, Need::Irreversible)
    }
}

impl Needs for rpc::FollowUpDone {
    fn needs(&mut self, server: &Server, _: &Caller) -> Result<Vec<Requirement>, Problem> {
        let of = server.store.follow_up(&self.id).map(|it| it.connection);
        behind(server, "follow_up.done", &self.id, of)
    }
}

impl Needs for rpc::FollowUpUndo {
    fn needs(&mut self, server: &Server, _: &Caller) -> Result<Vec<Requirement>, Problem> {
        let of = server.store.follow_up(&self.id).map(|it| it.connection);
        behind(server, "follow_up.undo", &self.id, of)
    }
}

impl Needs for rpc::FollowUpAssign {
    fn needs(&mut self, server: &Server, _: &Caller) -> Result<Vec<Requirement>, Problem> {
        let of = server.store.follow_up(&self.id).map(|it| it.connection);
        behind(server, "follow_up.assign", &self.id, of)
    }
}

impl Needs for rpc::WebhookSet {
    fn needs(&mut self, server: &Server, _: &Caller) -> Result<Vec<Requirement>, Problem> {
        let of = server.store.webhook(&self.id).map(|it| it.connection);
        behind(server, "webhook.set", &self.id, of)
    }
}

impl Needs for rpc::ConfigAdd {
    fn needs(&mut self, server: &Server, _: &Caller) -> Result<Vec<Requirement>, Problem> {
        let needed = named(server, "configuration.add", &mut self.connection)?;
        Ok(vec![needed])
    }
}

impl Needs for rpc::ConfigEdit {
    fn needs(&mut self, server: &Server, _: &Caller) -> Result<Vec<Requirement>, Problem> {
        let of = server.store.config(&self.id).map(|it| it.connection);
        behind(server, "configuration.edit", &self.id, of)
    }
}

impl Needs for rpc::RecordEdit {
    fn needs(&mut self, server: &Server, _: &Caller) -> Result<Vec<Requirement>, Problem> {
        let found = server.store.record(&self.id)?;
        self.found = Some(found.key());
        behind(server, "record.edit", &self.id, Ok(found.connection))
    }
}

impl Needs for rpc::ReferenceLink {
    fn needs(&mut self, server: &Server, _: &Caller) -> Result<Vec<Requirement>, Problem> {
        let found = server.store.reference(&self.reference)?;
        self.found = Some(found.key());
        let of = Ok(found.connection);
        behind(server, "reference.link", &self.reference, of)
    }
}

impl Needs for rpc::ConfigRemove {
    fn needs(&mut self, server: &Server, _: &Caller) -> Result<Vec<Requirement>, Problem> {
        let of = server.store.config(&self.id).map(|it| it.connection);
        behind(server, "configuration.remove", &self.id, of)
    }
}

impl Needs for rpc::EnableBefore {
    fn needs(&mut self, server: &Server, _: &Caller) -> Result<Vec<Requirement>, Problem> {
        let needed = named(server, "job.enable", &mut self.connection)?;
        Ok(vec![needed])
    }
}

impl Needs for rpc::JobAdd {
    fn needs(&mut self, server: &Server, _: &Caller) -> Result<Vec<Requirement>, Problem> {
        match &mut self.0.connection {
            Some(name) => Ok(vec![named(server, "job.add", name)?]),
            None => one("job.add", "", everybodys()),
        }
    }
}

impl Needs for rpc::JobAct {
    fn needs(&mut self, server: &Server, _: &Caller) -> Result<Vec<Requirement>, Problem> {
        about_job(server, job_commands::verb(self.act), &mut self.job)
    }
}

impl Needs for rpc::JobEdit {
    fn needs(&mut self, server: &Server, _: &Caller) -> Result<Vec<Requirement>, Problem> {
        about_job(server, "job.edit", &mut self.job)
    }
}
