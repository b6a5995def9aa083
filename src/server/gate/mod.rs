//! The one gate: what each request needs of the table of roles, decided before anything is looked up for it or done.
//!
//! A name that a request carries is replaced here by the id that was decided about. Owners of connections never
//! change, so what was decided still holds when the request is done.

mod about;
mod connections;
pub mod current;
mod queries;
mod settings;
mod walkthroughs;

use std::sync::Arc;

use super::caller::Caller;
use super::{Server, refusals};
use crate::domain::audit::refusals::RefusedRequest;
use crate::domain::audit::{AuditOutcome, EntrySubject, Event};
use crate::domain::id::ConnectionId;
use crate::domain::refusals::RefusalKey;
use crate::domain::user::{Act, Owner, Permission, Role, permit};
use crate::wire::request::Request;
use crate::wire::rpc::{self, Rpc, every_request};
use crate::wire::{Code, Problem, Topic, limits};

/// One thing that a request needs, and as what it stands in the record when it is refused.
struct Requirement {
    action: &'static str,
    target: String,
    need: Need,
    /// What the target is about, where its id does not say so.
    about: EntrySubject,
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

/// A request that the gate knows. Said in the files of this folder, family by family.
trait Needs: Rpc {
    /// What it needs. The names that it carries become the ids that are decided about.
    fn needs(&mut self, server: &Server, caller: &Caller) -> Result<Vec<Requirement>, Problem>;
}

macro_rules! dispatch {
    (bare { $($bare:ident)* } full { $($full:ident)* } secret { $($secret:ident)* }) => {
        fn needs(
            server: &Server,
            caller: &Caller,
            request: &mut Request,
        ) -> Result<Vec<Requirement>, Problem> {
            match request {
                $(Request::$bare => rpc::$bare.needs(server, caller),)*
                $(Request::$full(asked) => asked.needs(server, caller),)*
                $(Request::$secret(asked) => asked.needs(server, caller),)*
            }
        }
    };
}

every_request!(dispatch);

/// Lets a request in, as the caller now is: somebody who was removed, or from whom a permission was withdrawn, is
/// refused at once, however long their console has been open. A refusal is an entry before it is an answer.
///
/// # Errors
/// The refusal, once it is durable; or that what the request names is not there.
pub async fn admit(
    server: &Arc<Server>,
    caller: &Caller,
    mut request: Request,
) -> Result<(Caller, Request), Problem> {
    let caller = current::current(server, caller)?;
    limits::check(&request)?;
    for asked in needs(server, &caller, &mut request)? {
        let Err(refusal) = permit(&caller.actor, asked.need.act()) else {
            continue;
        };
        let (action, target) = (asked.action, asked.target);
        let event = Event::Refused(RefusedRequest {
            verb: action.to_owned(),
            why: refusal.why.clone(),
            read_only: caller.actor.read_only,
            about: asked.about,
            flood: None,
        });
        let entry = caller.entry(event, &target, AuditOutcome::Refused);
        let kind = RefusalKey {
            user: caller.actor.user.id.to_string(),
            session: caller.session,
            verb: action.to_owned(),
            target: target.clone(),
            reason: refusal.why.clone(),
        };
        let noted = refusals::record(server, kind, asked.need.is_told_singly(), entry);
        noted.await?;
        return Err(Problem::new(
            Code::Forbidden,
            format!("{action} on {target} failed: {}", refusal.why),
            "ask an Owner; the attempt is in the audit log",
        ));
    }
    Ok((caller, request))
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
        | Topic::Subscriptions
        | Topic::Upkeep
        | Topic::Stopping => Need::Look,
    };
    permit(&caller.actor, need.act()).is_ok()
}

impl Need {
    /// Whether a refusal is about tokens, rights or keys, of which none is folded into a count too soon.
    fn is_told_singly(&self) -> bool {
        match self {
            Self::Look | Self::Manage(_) => false,
            Self::ReadToken(..)
            | Self::Settings
            | Self::Direct
            | Self::ChangeUser(..)
            | Self::Irreversible
            | Self::LeaveBehind => true,
        }
    }

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
