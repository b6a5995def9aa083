//! What a request needs, right by right: whose the things are that it names, and what the table of roles is asked about them.

use super::connections;
use super::users;
use super::walkthroughs;
use crate::domain::audit::EntrySubject;
use crate::domain::id::{ConnectionId, DependentId};
use crate::domain::user::{Act, Owner, Permission, Role};
use crate::server::Server;
use crate::server::caller::Caller;
use crate::store::StoreError;
use crate::wire::Problem;
use crate::wire::need::{Gate, Right, Subject};

/// One thing that a request needs, and as what it stands in the record when it is refused.
pub(super) struct Requirement {
    pub(super) action: &'static str,
    pub(super) target: String,
    pub(super) act: RequiredAct,
    /// What the target is about, where its id does not say so.
    pub(super) about: EntrySubject,
}

/// [`Act`], with what it is about.
pub(super) enum RequiredAct {
    Look,
    Manage(Owner),
    ReadToken(Owner, ConnectionId),
    Settings,
    Direct,
    ChangeUser(Role, &'static [Permission]),
    Irreversible,
    LeaveBehind,
}

/// Everything that a request needs.
pub(super) struct Requirements<'s> {
    server: &'s Server,
    caller: &'s Caller,
    pub(super) all: Vec<Requirement>,
}

impl<'s> Requirements<'s> {
    /// Of a request of this caller; nothing yet.
    pub(super) fn new(server: &'s Server, caller: &'s Caller) -> Self {
        Self {
            server,
            caller,
            all: Vec::new(),
        }
    }
}

impl Gate for Requirements<'_> {
    fn need(&mut self, action: &'static str, right: Right<'_>) -> Result<(), Problem> {
        let server = self.server;
        let needed = match right {
            Right::Look => vec![requirement(action, "", RequiredAct::Look)],
            Right::Manage(name) => vec![connections::managed(server, action, name)?],
            Right::ReadToken(name) => vec![connections::token_read(server, action, name)?],
            Right::OfConnection(thing) => vec![connections::behind(server, action, thing)?],
            Right::Authorize(authorized) => {
                vec![connections::authorized(
                    server,
                    self.caller,
                    action,
                    authorized,
                )?]
            }
            Right::OwnFlow(id) => {
                let owner = server.flows.owner_of_own(self.caller, id)?;
                vec![requirement(action, id, RequiredAct::Manage(owner))]
            }
            Right::Flow(id) => {
                let owner = server.flows.owner(id)?;
                vec![requirement(action, id, RequiredAct::Manage(owner))]
            }
            Right::Disconnect(asked) => connections::disconnected(server, action, asked)?,
            Right::Resume(run) => connections::resumed(server, action, run)?,
            Right::Walkthrough(id, right) => {
                walkthroughs::changed(server, self.caller, action, id, right)?
            }
            Right::NewDraft => {
                let own = Owner::Personal(self.caller.actor.user.id.clone());
                vec![requirement(action, "", RequiredAct::Manage(own))]
            }
            Right::Workspace(subject) => vec![about(server, action, subject, everybodys())?],
            Right::Settings(subject) => {
                vec![about(server, action, subject, RequiredAct::Settings)?]
            }
            Right::Direct(subject) => vec![about(server, action, subject, RequiredAct::Direct)?],
            Right::Irreversible(subject) => {
                vec![about(server, action, subject, RequiredAct::Irreversible)?]
            }
            Right::User(change) => users::changed(server, action, change)?,
        };
        self.all.extend(needed);
        Ok(())
    }
}

impl RequiredAct {
    /// Whether a refusal is about tokens, rights or keys, of which none is folded into a count too soon.
    pub(super) fn is_told_singly(&self) -> bool {
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

    pub(super) fn act(&self) -> Act<'_> {
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

pub(super) fn requirement(
    action: &'static str,
    target: impl ToString,
    act: RequiredAct,
) -> Requirement {
    Requirement {
        action,
        target: target.to_string(),
        act,
        about: EntrySubject::default(),
    }
}

/// What belongs to the organisation.
pub(super) fn everybodys() -> RequiredAct {
    RequiredAct::Manage(Owner::Workspace)
}

/// What is about a provider is filed under it; one that nobody knows is not named as what it is about.
pub(super) fn about(
    server: &Server,
    action: &'static str,
    subject: Subject<'_>,
    act: RequiredAct,
) -> Result<Requirement, StoreError> {
    Ok(match subject {
        Subject::Named(target) => requirement(action, target, act),
        Subject::Provider(provider) => {
            let known = server.knows_provider(provider)?.then_some(provider);
            Requirement {
                about: EntrySubject::default().at(known),
                ..requirement(action, provider, act)
            }
        }
        Subject::Dependent(id) => Requirement {
            about: EntrySubject::default().at(provider_of(server, id).as_deref()),
            ..requirement(action, id, act)
        },
    })
}

/// One that nobody declared is looked for when it is removed.
fn provider_of(server: &Server, id: &DependentId) -> Option<String> {
    let declared = server.store.dependent(id).ok();
    declared.map(|it| it.provider)
}
