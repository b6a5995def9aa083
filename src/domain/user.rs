//! Who there is, and what each role may do: the table of the house, once.

use serde::{Deserialize, Serialize};

use super::id::{ConnectionId, UserId};

mod grants;

pub use grants::{GrantEvent, GrantRefusal};

/// What somebody is allowed to be, highest last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Looks; sees no controls.
    Agent,
    /// Manages their own personal connections.
    Member,
    /// Manages the workspace.
    Admin,
    /// Everything, wiping and restoring included.
    Owner,
}

impl Role {
    /// The word for people.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Agent => "Agent",
            Self::Member => "Member",
            Self::Admin => "Admin",
            Self::Owner => "Owner",
        }
    }

    /// What comes with the role, until it is withdrawn; a Member's reaches their own connections.
    #[must_use]
    pub fn permissions(self) -> &'static [Permission] {
        match self {
            Self::Agent => &[],
            Self::Member => &[Permission::TokenRead],
            Self::Admin | Self::Owner => &[Permission::SettingsEdit, Permission::TokenRead],
        }
    }

    /// The word in JSON.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::Member => "member",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }
}

/// Somebody at a keyboard, or a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UserKind {
    /// A person.
    Person,
    /// A program that reads tokens.
    Service,
}

/// Rights that are granted or withdrawn one by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Permission {
    /// Users, apps, providers, keys, and other people's connections.
    #[serde(rename = "settings.edit")]
    SettingsEdit,
    /// Reading a usable token.
    #[serde(rename = "token.read")]
    TokenRead,
}

impl Permission {
    /// The word in JSON and on the command line.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::SettingsEdit => "settings.edit",
            Self::TokenRead => "token.read",
        }
    }
}

/// A user of this workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    pub id: UserId,
    /// The name that stands in the record.
    pub name: String,
    /// The highest role this user may act with.
    pub role: Role,
    /// Person or service.
    pub kind: UserKind,
    /// The Unix account that is this user.
    pub uid: Option<u32>,
    /// The keys that are this user at the gateway account, as `ssh-keygen -l` prints them: `SHA256:…`.
    #[serde(default)]
    pub ssh_keys: Vec<String>,
    /// Permissions taken from what the role gives.
    #[serde(default)]
    pub withdrawn: Vec<Permission>,
    /// Connections whose tokens this user was granted to read.
    #[serde(default)]
    pub may_read: Vec<ConnectionId>,
}

/// Whose a connection is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "user")]
pub enum Owner {
    /// The organisation's.
    Workspace,
    /// One person's.
    Personal(UserId),
}

/// What somebody wants to do, as the table of roles sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act<'a> {
    /// Look, without secrets.
    Look,
    /// Connect, reconnect, disconnect, configure, run and stop jobs.
    Manage(&'a Owner),
    /// Read a usable token of this connection.
    ReadToken(&'a Owner, &'a ConnectionId),
    /// Users, apps, providers, policy, keys, stopping the server.
    Settings,
    /// Say where tokens are sent: a provider's file, its variables, where the browser comes back to.
    Direct,
    /// Make, change or remove a user with this role, who has these permissions afterwards and had them not before.
    ChangeUser {
        /// The user's.
        role: Role,
        /// What the change gives.
        gives: &'a [Permission],
    },
    /// Wipe, restore, give up a hold.
    Irreversible,
    /// Remove somebody and keep what is theirs in service, with nobody who answers for it.
    LeaveBehind,
}

/// Why somebody may not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[error("{why}")]
pub struct PermissionDenied {
    /// A sentence for people.
    pub why: String,
}

/// Who acts, with which role, and whether they asked to look only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The user.
    pub user: User,
    /// The role acted with; never above the user's.
    pub role: Role,
    /// Everything but looking is refused.
    pub read_only: bool,
}

/// The gate: whether `actor` may do `act`.
///
/// # Errors
/// A [`PermissionDenied`] that says in a sentence what is missing.
pub fn permit(actor: &Actor, act: Act<'_>) -> Result<(), PermissionDenied> {
    if act == Act::Look {
        return Ok(());
    }
    if actor.read_only {
        return refuse("this session is read-only".to_owned());
    }
    let settings = by_role(actor, Permission::SettingsEdit);
    match act {
        Act::Look => Ok(()),
        Act::Manage(Owner::Workspace) if actor.role >= Role::Admin => Ok(()),
        Act::Manage(Owner::Workspace) => refuse(format!(
            "the workspace's connections need an Owner or Admin; you act as {}",
            actor.role.word()
        )),
        Act::Manage(Owner::Personal(id)) if *id == actor.user.id && actor.role >= Role::Member => {
            Ok(())
        }
        Act::Manage(Owner::Personal(_)) if settings => Ok(()),
        Act::Manage(Owner::Personal(_)) => refuse(
            "somebody else's connection needs an Owner or an Admin with settings.edit".to_owned(),
        ),
        Act::ReadToken(owner, connection) => read_token(actor, owner, connection),
        Act::Settings if settings => Ok(()),
        Act::Settings => refuse("this needs an Owner or an Admin with settings.edit".to_owned()),
        Act::Direct => {
            permit(actor, Act::Settings)?;
            holds(actor, Permission::TokenRead)
        }
        Act::ChangeUser { role, gives } => change_user(actor, role, gives),
        Act::Irreversible | Act::LeaveBehind if actor.role == Role::Owner => Ok(()),
        Act::Irreversible => refuse("this cannot be undone and needs an Owner".to_owned()),
        Act::LeaveBehind => {
            refuse("keeping what somebody who leaves holds in service needs an Owner".to_owned())
        }
    }
}

fn read_token(
    actor: &Actor,
    owner: &Owner,
    connection: &ConnectionId,
) -> Result<(), PermissionDenied> {
    let own = matches!(owner, Owner::Personal(id) if *id == actor.user.id);
    let granted = actor.user.may_read.contains(connection);
    let withdrawn = actor.user.withdrawn.contains(&Permission::TokenRead);
    let as_member = actor.role == Role::Member && own && !withdrawn;
    if granted || as_member || by_role(actor, Permission::TokenRead) {
        Ok(())
    } else {
        refuse(format!(
            "reading this token needs token.read for {connection}"
        ))
    }
}

/// Nobody gives what they do not hold, be it to themselves, to a second user or to a service; an Owner's row is changed by
/// Owners alone.
fn change_user(actor: &Actor, role: Role, gives: &[Permission]) -> Result<(), PermissionDenied> {
    permit(actor, Act::Settings)?;
    if role == Role::Owner && actor.role != Role::Owner {
        return refuse("only Owners change who is an Owner".to_owned());
    }
    gives.iter().try_for_each(|given| holds(actor, *given))
}

fn holds(actor: &Actor, permission: Permission) -> Result<(), PermissionDenied> {
    if by_role(actor, permission) {
        return Ok(());
    }
    refuse(format!(
        "this gives {}, which you do not hold yourself",
        permission.code()
    ))
}

/// What an Admin may unless it was withdrawn, and an Owner always.
fn by_role(actor: &Actor, permission: Permission) -> bool {
    match actor.role {
        Role::Owner => true,
        Role::Admin => !actor.user.withdrawn.contains(&permission),
        Role::Member | Role::Agent => false,
    }
}

fn refuse(why: String) -> Result<(), PermissionDenied> {
    Err(PermissionDenied { why })
}

#[cfg(test)]
mod tests {
    use super::*;
    use Permission::{SettingsEdit, TokenRead};

    fn actor(role: Role, withdrawn: &[Permission]) -> Actor {
        let user = User {
            id: UserId::new(ulid::Ulid::nil()),
            name: "ann".to_owned(),
            role,
            kind: UserKind::Person,
            uid: None,
            ssh_keys: Vec::new(),
            withdrawn: withdrawn.to_vec(),
            may_read: Vec::new(),
        };
        Actor {
            user,
            role,
            read_only: false,
        }
    }

    /// Who may do what that writes rights, each column one of them.
    #[test]
    fn nobody_gives_what_they_do_not_hold() {
        let actors = [
            actor(Role::Owner, &[]),
            actor(Role::Admin, &[]),
            actor(Role::Admin, &[TokenRead]),
            actor(Role::Admin, &[SettingsEdit]),
            actor(Role::Member, &[]),
            actor(Role::Agent, &[]),
        ];
        let user = |role, gives| Act::ChangeUser { role, gives };
        let table: [(&str, Act<'_>, &str); 9] = [
            (
                "an Agent is made",
                user(Role::Agent, Role::Agent.permissions()),
                "yyy---",
            ),
            (
                "a Member is made",
                user(Role::Member, Role::Member.permissions()),
                "yy----",
            ),
            (
                "an Admin is made",
                user(Role::Admin, Role::Admin.permissions()),
                "yy----",
            ),
            (
                "an Owner is made",
                user(Role::Owner, Role::Owner.permissions()),
                "y-----",
            ),
            (
                "settings.edit is given",
                user(Role::Admin, &[SettingsEdit]),
                "yyy---",
            ),
            (
                "token.read is given",
                user(Role::Admin, &[TokenRead]),
                "yy----",
            ),
            ("a right is withdrawn", user(Role::Admin, &[]), "yyy---"),
            ("an Owner is changed", user(Role::Owner, &[]), "y-----"),
            ("tokens are sent elsewhere", Act::Direct, "yy----"),
        ];
        for (what, act, expected) in table {
            let may = |actor: &Actor| if permit(actor, act).is_ok() { 'y' } else { '-' };
            assert_eq!(
                actors.iter().map(may).collect::<String>(),
                expected,
                "{what}"
            );
        }
    }

    #[test]
    fn a_session_with_a_lower_role_gives_no_more_than_that_role_holds() {
        let lowered = Actor {
            role: Role::Admin,
            ..actor(Role::Owner, &[])
        };
        let owner = Act::ChangeUser {
            role: Role::Owner,
            gives: &[],
        };
        assert!(permit(&lowered, owner).is_err());
    }
}
