//! The one gate: what each request needs of the table of roles, decided before anything is looked up for it or done.
//!
//! A name that a request carries is replaced here by the id that was decided about. Owners of connections never
//! change, so what was decided still holds when the request is done.

use serde_json::json;

use super::Server;
use super::connect;
use super::look::{connections, jobs};
use super::sync::acts;
use super::walkthrough;
use super::who::{Caller, problem};
use crate::domain::audit::AuditOutcome;
use crate::domain::connection::Connection;
use crate::domain::id::{ConnectionId, WalkthroughId};
use crate::domain::user::{Act, Actor, Owner, Permission, Role, User, permit};
use crate::domain::walkthrough::WalkState;
use crate::store::StoreError;
use crate::wire::request::Request;
use crate::wire::{Code, Problem, Topic, limits};

/// One thing that a request needs, and as what it stands in the record when it is refused.
struct Asks {
    action: &'static str,
    target: String,
    need: Need,
}

/// [`Act`], with what it is about.
enum Need {
    Look,
    Manage(Owner),
    ReadToken(Owner, ConnectionId),
    Settings,
    Direct,
    ChangeUser(Role, &'static [Permission]),
    Irreversible,
    LeaveBehind,
}

/// Lets a request in, as the caller now is: somebody who was removed, or from whom a permission was withdrawn, is
/// refused at once, however long their console has been open. A refusal is an entry before it is an answer.
///
/// # Errors
/// The refusal, once it is durable; or that what the request names is not there.
pub async fn admit(
    server: &Server,
    caller: &Caller,
    mut request: Request,
) -> Result<(Caller, Request), Problem> {
    let caller = current(server, caller)?;
    limits::check(&request)?;
    for asked in asks(server, &caller, &mut request)? {
        let Err(refusal) = permit(&caller.actor, asked.need.act()) else {
            continue;
        };
        let (action, target) = (asked.action, asked.target);
        let detail = json!({ "why": refusal.why, "read_only": caller.actor.read_only });
        let entry = caller.entry(action, &target, AuditOutcome::Refused, detail);
        server.store.note(entry).await.map_err(problem)?;
        server.hub.tell([Topic::Audit]);
        return Err(Problem::new(
            Code::Forbidden,
            format!("{action} on {target} failed: {}", refusal.why),
            "ask an Owner; the attempt is in the audit log",
        ));
    }
    Ok((caller, request))
}

/// The caller with the user as they are now; the role never grows.
///
/// # Errors
/// When there is no such user any more.
pub fn current(server: &Server, caller: &Caller) -> Result<Caller, Problem> {
    let before = &caller.actor;
    let user = server.store.get::<User>(before.user.id.as_str());
    let user = user.map_err(problem)?.ok_or_else(|| {
        Problem::new(
            Code::Forbidden,
            format!("{} is no user of this workspace any more", before.user.name),
            "an Owner types: tagout users add",
        )
    })?;
    Ok(Caller {
        actor: Actor {
            role: before.role.min(user.role),
            read_only: before.read_only,
            user,
        },
        origin: caller.origin.clone(),
    })
}

/// Whether somebody whom the gate let in minutes ago may still manage what is `owner`'s: between a request to connect
/// and the vendor's answer stands a person with a browser.
///
/// # Errors
/// Why not any more.
pub fn still_manages(server: &Server, caller: &Caller, owner: &Owner) -> Result<(), Problem> {
    let caller = current(server, caller)?;
    permit(&caller.actor, Act::Manage(owner))
        .map_err(|refusal| Problem::new(Code::Forbidden, refusal.why, "ask an Owner"))
}

/// Whether this caller hears of `topic`. A notice carries no fact, only that something may be asked for again, and
/// what is then asked passes [`admit`]; so hearing is looking, whatever the topic.
#[must_use]
pub fn hears(caller: &Caller, topic: &Topic) -> bool {
    let need = match topic {
        Topic::Connections
        | Topic::Jobs
        | Topic::Run(_)
        | Topic::Runs
        | Topic::Walkthrough(_)
        | Topic::Walkthroughs
        | Topic::Audit
        | Topic::Providers
        | Topic::Flow(_)
        | Topic::Connection(_)
        | Topic::FollowUps
        | Topic::Holds
        | Topic::Users
        | Topic::Stopping => Need::Look,
    };
    permit(&caller.actor, need.act()).is_ok()
}

/// What a request needs: one row for every request there is.
fn asks(server: &Server, caller: &Caller, request: &mut Request) -> Result<Vec<Asks>, Problem> {
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
        R::Disconnect(asked) => asked
            .targets
            .iter_mut()
            .map(|target| named(server, "connection.disconnect", &mut target.connection))
            .collect(),
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
            let mut asks = walks(server, caller, "connection.disconnect", id)?;
            asks.insert(0, drafts(server, caller, "walkthrough.begin", id)?);
            Ok(asks)
        }
        R::WalkthroughStop { id } => walks(server, caller, "walkthrough.stop", id),
        R::WalkthroughGoOn { id } => walks(server, caller, "walkthrough.go_on", id),
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
            behind(server, "run.resume", &*id, store.run(id).map(|run| run.connection))
        }
        R::FollowUpDone { id, .. } => {
            behind(server, "follow_up.done", &*id, store.follow_up(id).map(|f| f.connection))
        }
    }
}

impl Need {
    fn act(&self) -> Act<'_> {
        match self {
            Self::Look => Act::Look,
            Self::Manage(owner) => Act::Manage(owner),
            Self::ReadToken(owner, connection) => Act::ReadToken(owner, connection),
            Self::Settings => Act::Settings,
            Self::Direct => Act::Direct,
            Self::ChangeUser(role, gives) => Act::ChangeUser { role: *role, gives },
            Self::Irreversible => Act::Irreversible,
            Self::LeaveBehind => Act::LeaveBehind,
        }
    }
}

fn one(action: &'static str, target: impl ToString, need: Need) -> Result<Vec<Asks>, Problem> {
    let target = target.to_string();
    Ok(vec![Asks {
        action,
        target,
        need,
    }])
}

/// What belongs to the organisation.
fn everybodys() -> Need {
    Need::Manage(Owner::Workspace)
}

/// A change of a user that gives these permissions. One whom nobody knows is looked for when it is done.
fn about_user(
    server: &Server,
    action: &'static str,
    name: &str,
    gives: &'static [Permission],
) -> Result<Asks, Problem> {
    let users = server.store.users().map_err(problem)?;
    let role = users.iter().find(|user| user.name == name).map(|u| u.role);
    Ok(Asks {
        action,
        target: name.to_owned(),
        need: Need::ChangeUser(role.unwrap_or(Role::Agent), gives),
    })
}

/// What is granted for single connections has to be held for each of them.
fn granted(
    server: &Server,
    user: &str,
    permission: Permission,
    connections: &mut [String],
) -> Result<Vec<Asks>, Problem> {
    const ACTION: &str = "user.permission";
    let gives: &[Permission] = match permission {
        Permission::TokenRead if !connections.is_empty() => &[],
        Permission::TokenRead => &[Permission::TokenRead],
        Permission::SettingsEdit => &[Permission::SettingsEdit],
    };
    let mut asks = vec![about_user(server, ACTION, user, gives)?];
    for name in connections {
        let found = pin(server, name)?;
        let need = Need::ReadToken(found.owner, found.id.clone());
        asks.extend(one(ACTION, found.id, need)?);
    }
    Ok(asks)
}

fn own(caller: &Caller) -> Owner {
    Owner::Personal(caller.actor.user.id.clone())
}

/// A draft is its owner's, as a personal connection is; one that has begun is not a draft any more.
fn drafts(
    server: &Server,
    caller: &Caller,
    action: &'static str,
    id: &WalkthroughId,
) -> Result<Asks, Problem> {
    let draft = walkthrough::look::seen(server, caller, id)?;
    Ok(Asks {
        action,
        target: id.to_string(),
        need: Need::Manage(Owner::Personal(draft.by)),
    })
}

/// Every connection that a walkthrough takes along.
fn walks(
    server: &Server,
    caller: &Caller,
    action: &'static str,
    id: &WalkthroughId,
) -> Result<Vec<Asks>, Problem> {
    walkthrough::look::seen(server, caller, id)?;
    let mut asks = Vec::new();
    for target in server.store.walkthrough_targets(id).map_err(problem)? {
        if !target.left_out {
            let connection = server.store.connection(&target.connection);
            asks.push(Asks {
                action,
                target: target.connection.to_string(),
                need: Need::Manage(connection.map_err(problem)?.owner),
            });
        }
    }
    Ok(asks)
}

/// The connection that a name means; from here on the request means it too.
fn pin(server: &Server, name: &mut String) -> Result<Connection, Problem> {
    let connection = connections::find(server, name)?;
    *name = connection.id.to_string();
    Ok(connection)
}

fn named(server: &Server, action: &'static str, name: &mut String) -> Result<Asks, Problem> {
    let connection = pin(server, name)?;
    Ok(Asks {
        action,
        target: connection.id.to_string(),
        need: Need::Manage(connection.owner),
    })
}

fn about_job(
    server: &Server,
    action: &'static str,
    name: &mut String,
) -> Result<Vec<Asks>, Problem> {
    let job = jobs::find(server, name)?;
    *name = job.id.to_string();
    behind(server, action, job.id, Ok(job.connection))
}

/// Something of a connection: whose the connection is, that is whose it is.
fn behind(
    server: &Server,
    action: &'static str,
    target: impl ToString,
    connection: Result<ConnectionId, StoreError>,
) -> Result<Vec<Asks>, Problem> {
    let found = connection.and_then(|id| server.store.connection(&id));
    one(action, target, Need::Manage(found.map_err(problem)?.owner))
}
