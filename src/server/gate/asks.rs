//! What each request needs.

use super::about::{
    Beyond, about_job, about_user, behind, disconnects, disconnects_all, drafts, ends, everybodys,
    granted, named, one, own, pin, walks, would_die,
};
use super::{Asks, Need};
use crate::domain::walkthrough::WalkState;
use crate::server::Server;
use crate::server::connect;
use crate::server::sync::acts;
use crate::server::walkthrough;
use crate::server::who::Caller;
use crate::wire::Problem;
use crate::wire::request::Request;

/// What a request needs: one row for every request there is.
pub(super) fn asks(
    server: &Server,
    caller: &Caller,
    request: &mut Request,
) -> Result<Vec<Asks>, Problem> {
    use Request as R;
    let store = &server.store;
    match request {
        R::Status
        | R::Providers(_)
        | R::Provider { .. }
        | R::Connections(_)
        | R::Connection { .. }
        | R::Plan { .. }
        | R::Plans { .. }
        | R::Runs(_)
        | R::Run { .. }
        | R::RunRecords { .. }
        // Whoever may not see a draft is told that there is none.
        | R::Walkthroughs(_)
        | R::Walkthrough { .. }
        | R::WalkthroughTargets { .. }
        | R::Jobs { .. }
        | R::Executions { .. }
        | R::References { .. }
        | R::Records { .. }
        | R::Webhooks { .. }
        | R::Holds { .. }
        | R::Subscriptions
        | R::Configs { .. }
        | R::FollowUps { .. }
        | R::Audit { .. }
        | R::AuditFrom { .. }
        | R::Checkpoint
        | R::Users
        | R::Flows
        // Whoever did not begin a flow is told that there is none.
        | R::Flow { .. }
        // What somebody looks at is theirs alone: keeping it changes nothing that anybody else sees.
        | R::ViewLoad
        | R::ViewSave { .. } => one("look", "", Need::Look),
        R::ProviderAdd { file_name, .. } => one("provider.add", file_name, Need::Direct),
        R::ProviderRemove { id } => one("provider.remove", id, Need::Settings),
        R::ProviderUntag { id, .. } => one("provider.untag", id, everybodys()),
        R::ProviderConfigure { id, redirect_uri, vars, .. } => {
            let directs = redirect_uri.is_some() || !vars.is_empty();
            let need = if directs { Need::Direct } else { Need::Settings };
            one("provider.configure", id, need)
        }
        R::ProviderSecret { id, .. } => one("provider.secret", id, Need::Settings),
        R::HoldDrop { id, .. } => one("hold.drop", &*id, Need::Irreversible),
        R::UserAdd { name, role, .. } => {
            one("user.add", name, Need::ChangeUser(*role, role.permissions()))
        }
        R::UserRemove { name, keep } => {
            let mut asks = vec![about_user(server, "user.remove", name, &[])?];
            if *keep {
                asks.extend(one("user.remove", name, Need::LeaveBehind)?);
            }
            Ok(asks)
        }
        R::UserPermission { name, granted: false, .. } => {
            Ok(vec![about_user(server, "user.permission", name, &[])?])
        }
        R::UserPermission { name, permission, granted: true, connections } => {
            granted(server, name, *permission, connections)
        }
        R::Stop => one("server.stop", "server", Need::Settings),
        R::SubscriptionAdd { url, .. } => one("subscription.add", url, everybodys()),
        R::SubscriptionRemove { id } => one("subscription.remove", id, everybodys()),
        R::Connect(asked) => {
            let (owner, target) = connect::whose(server, caller, asked)?;
            one("connection.authorize", target, Need::Manage(owner))
        }
        R::FlowPaste { id, .. } => {
            let owner = server.flows.owner_of_own(caller, id)?;
            one("flow.paste", &*id, Need::Manage(owner))
        }
        R::FlowCancel { id } => {
            let owner = server.flows.owner(id)?;
            one("flow.cancel", &*id, Need::Manage(owner))
        }
        R::Disconnect(asked) => {
            let names = asked.targets.iter_mut().map(|it| &mut it.connection);
            let chosen = names.map(|name| pin(server, name));
            let chosen = chosen.collect::<Result<Vec<_>, _>>()?;
            let beyond = Beyond {
                wider: asked.allow_wider,
                uninstall: asked.uninstall,
            };
            disconnects(server, "connection.disconnect", &chosen, beyond)
        }
        R::WalkthroughSave(draft) => match &draft.id {
            Some(id) => Ok(vec![drafts(server, caller, "walkthrough.save", id)?]),
            None => one("walkthrough.save", "", Need::Manage(own(caller))),
        },
        R::WalkthroughDiscard { id } => {
            match walkthrough::look::seen(server, caller, id)?.state {
                WalkState::Draft => Ok(vec![drafts(server, caller, "walkthrough.discard", id)?]),
                _ => walks(server, caller, "walkthrough.close", id),
            }
        }
        R::WalkthroughBegin { id, .. } => {
            let mut asks = disconnects_all(server, caller, "connection.disconnect", id)?;
            asks.insert(0, drafts(server, caller, "walkthrough.begin", id)?);
            asks.extend(ends(server, "walkthrough.begin", id)?);
            Ok(asks)
        }
        R::WalkthroughStop { id } => walks(server, caller, "walkthrough.stop", id),
        R::WalkthroughGoOn { id } => disconnects_all(server, caller, "walkthrough.go_on", id),
        R::Token { connection, .. } => {
            let found = pin(server, connection)?;
            let need = Need::ReadToken(found.owner, found.id.clone());
            one("token.read", found.id, need)
        }
        R::Configure { name, vars, .. } => {
            let mut asks = vec![named(server, "connection.configure", name)?];
            // Where a connection's requests go, there goes its token.
            if !vars.is_empty() {
                let found = pin(server, name)?;
                let need = Need::ReadToken(found.owner, found.id.clone());
                asks.extend(one("connection.configure", found.id, need)?);
            }
            Ok(asks)
        }
        R::ConfigAdd { connection, .. } => {
            Ok(vec![named(server, "configuration.add", connection)?])
        }
        R::EnableBefore { connection } => Ok(vec![named(server, "job.enable", connection)?]),
        R::JobAdd(spec) => match &mut spec.connection {
            Some(name) => Ok(vec![named(server, "job.add", name)?]),
            None => one("job.add", "", everybodys()),
        },
        R::JobAct { job, act } => about_job(server, acts::verb(*act), job),
        R::JobEdit { job, .. } => about_job(server, "job.edit", job),
        R::ConfigRemove { id } => {
            behind(server, "configuration.remove", &*id, store.config(id).map(|c| c.connection))
        }
        R::WebhookSet { id, .. } => {
            behind(server, "webhook.set", &*id, store.webhook(id).map(|w| w.connection))
        }
        R::RunResume { id } => {
            let run = store.run(id)?;
            let beyond = Beyond {
                wider: run.allow_wider,
                uninstall: run.uninstall,
            };
            let mut asks = behind(server, "run.resume", &*id, Ok(run.connection.clone()))?;
            let chosen = store.connection(&run.connection)?;
            asks.extend(would_die(server, "run.resume", &[chosen], beyond)?);
            Ok(asks)
        }
        R::FollowUpDone { id, .. } => {
            behind(server, "follow_up.done", &*id, store.follow_up(id).map(|f| f.connection))
        }
    }
}
