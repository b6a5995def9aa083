//! What belongs to the organisation: providers, users, who is told of events, and the server itself.

use super::about::{about_user, at_provider, everybodys, granted, one, requirement};
use super::{Need, Needs, Requirement};
use crate::domain::audit::EntrySubject;
use crate::domain::wipe::Wipe;
use crate::server::Server;
use crate::server::caller::Caller;
use crate::wire::{Problem, rpc};

impl Needs for rpc::ProviderAdd {
    fn needs(&mut self, _: &Server, _: &Caller) -> Result<Vec<Requirement>, Problem> {
        one("provider.add", &self.file_name, Need::Direct)
    }
}

impl Needs for rpc::ProviderRemove {
    fn needs(&mut self, server: &Server, _: &Caller) -> Result<Vec<Requirement>, Problem> {
        at_provider(server, "provider.remove", &self.id, Need::Settings)
    }
}

impl Needs for rpc::ProviderUntag {
    fn needs(&mut self, server: &Server, _: &Caller) -> Result<Vec<Requirement>, Problem> {
        at_provider(server, "provider.untag", &self.id, everybodys())
    }
}

impl Needs for rpc::DependentAdd {
    fn needs(&mut self, server: &Server, _: &Caller) -> Result<Vec<Requirement>, Problem> {
        at_provider(server, "dependent.add", &self.provider, everybodys())
    }
}

impl Needs for rpc::DependentRemove {
    fn needs(&mut self, server: &Server, _: &Caller) -> Result<Vec<Requirement>, Problem> {
        let declared = server.store.dependent(&self.id).ok();
        let provider = declared.as_ref().map(|it| it.provider.as_str());
        Ok(vec![Requirement {
            about: EntrySubject::default().at(provider),
            ..requirement("dependent.remove", &self.id, everybodys())
        }])
    }
}

impl Needs for rpc::ProviderConfigure {
    fn needs(&mut self, server: &Server, _: &Caller) -> Result<Vec<Requirement>, Problem> {
        let directs = self.redirect_uri.is_some() || !self.vars.is_empty();
        let need = if directs {
            Need::Direct
        } else {
            Need::Settings
        };
        at_provider(server, "provider.configure", &self.id, need)
    }
}

impl Needs for rpc::ProviderSecret {
    fn needs(&mut self, server: &Server, _: &Caller) -> Result<Vec<Requirement>, Problem> {
        at_provider(server, "provider.secret", &self.id, Need::Settings)
    }
}

impl Needs for rpc::SubscriptionAdd {
    fn needs(&mut self, _: &Server, _: &Caller) -> Result<Vec<Requirement>, Problem> {
        one("subscription.add", &self.url, everybodys())
    }
}

impl Needs for rpc::SubscriptionRemove {
    fn needs(&mut self, _: &Server, _: &Caller) -> Result<Vec<Requirement>, Problem> {
        one("subscription.remove", &self.id, everybodys())
    }
}

impl Needs for rpc::SubscriptionRotate {
    fn needs(&mut self, _: &Server, _: &Caller) -> Result<Vec<Requirement>, Problem> {
        one("subscription.rotate", &self.id, everybodys())
    }
}

impl Needs for rpc::SubscriptionTest {
    fn needs(&mut self, _: &Server, _: &Caller) -> Result<Vec<Requirement>, Problem> {
        one("subscription.test", &self.id, everybodys())
    }
}

impl Needs for rpc::SubscriptionResend {
    fn needs(&mut self, _: &Server, _: &Caller) -> Result<Vec<Requirement>, Problem> {
        one("subscription.resend", &self.id, everybodys())
    }
}

impl Needs for rpc::UserAdd {
    fn needs(&mut self, _: &Server, _: &Caller) -> Result<Vec<Requirement>, Problem> {
        let need = Need::ChangeUser(self.role, self.role.permissions());
        one("user.add", &self.name, need)
    }
}

impl Needs for rpc::UserRemove {
    fn needs(&mut self, server: &Server, _: &Caller) -> Result<Vec<Requirement>, Problem> {
        let mut all = vec![about_user(server, "user.remove", &self.name, &[])?];
        if self.keep {
            all.extend(one("user.remove", &self.name, Need::LeaveBehind)?);
        }
        Ok(all)
    }
}

impl Needs for rpc::UserPermission {
    fn needs(&mut self, server: &Server, _: &Caller) -> Result<Vec<Requirement>, Problem> {
        if self.granted {
            return granted(server, &self.name, self.permission, &mut self.connections);
        }
        Ok(vec![about_user(
            server,
            "user.permission",
            &self.name,
            &[],
        )?])
    }
}

impl Needs for rpc::Stop {
    fn needs(&mut self, _: &Server, _: &Caller) -> Result<Vec<Requirement>, Problem> {
        one("server.stop", "server", Need::Settings)
    }
}

impl Needs for rpc::Compact {
    fn needs(&mut self, _: &Server, _: &Caller) -> Result<Vec<Requirement>, Problem> {
        one("store.compact", "store", Need::Settings)
    }
}

impl Needs for rpc::BackupBegin {
    fn needs(&mut self, _: &Server, _: &Caller) -> Result<Vec<Requirement>, Problem> {
        one("store.back_up", "store", Need::Settings)
    }
}

impl Needs for rpc::BackupWithSecrets {
    fn needs(&mut self, _: &Server, _: &Caller) -> Result<Vec<Requirement>, Problem> {
        one("store.back_up_secrets", "store", Need::Irreversible)
    }
}

impl Needs for rpc::BackupNext {
    fn needs(&mut self, _: &Server, _: &Caller) -> Result<Vec<Requirement>, Problem> {
        one("store.back_up_part", "store", Need::Settings)
    }
}

impl Needs for rpc::WipePlan {
    fn needs(&mut self, server: &Server, _: &Caller) -> Result<Vec<Requirement>, Problem> {
        wipes(server, "data.wipe_plan", self.provider.as_deref())
    }
}

impl Needs for rpc::WipeBegin {
    fn needs(&mut self, server: &Server, _: &Caller) -> Result<Vec<Requirement>, Problem> {
        wipes(server, "data.wipe", self.provider.as_deref())
    }
}

fn wipes(
    server: &Server,
    action: &'static str,
    provider: Option<&str>,
) -> Result<Vec<Requirement>, Problem> {
    match provider {
        Some(provider) => at_provider(server, action, provider, Need::Irreversible),
        None => one(action, Wipe::target(None), Need::Irreversible),
    }
}
