//! Who there is, and what each of them was granted or had withdrawn.

use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD_NO_PAD;

use crate::domain::audit::users::{RightChanged, UserAdded, UserRemoved};
use crate::domain::audit::{AuditOutcome, Event};
use crate::domain::id::ConnectionId;
use crate::domain::leaving::Held;
use crate::domain::text::clean;
use crate::domain::user::{Permission, Role, User};
use crate::server::look::lists;
use crate::server::resolve;
use crate::server::who::Caller;
use crate::server::{Server, connect, mint};
use crate::store::StoreError;
use crate::store::facts::Removal;
use crate::wire::{Code, Problem, Topic, ask, view};

/// Adds a user.
///
/// # Errors
/// When the name or the account is taken.
pub async fn add(
    server: &Server,
    caller: &Caller,
    asked: ask::UserAdd,
) -> Result<view::User, Problem> {
    let ask::UserAdd {
        name,
        role,
        kind,
        uid,
        ssh_keys,
    } = asked;
    if name.is_empty() || clean(&name) != name || name.contains('/') {
        return Err(Problem::new(
            Code::Usage,
            format!("{name:?} cannot be a name"),
            "use letters, digits, dots and dashes",
        ));
    }
    if is_reserved(&name) {
        return Err(Problem::new(
            Code::Usage,
            format!("{name:?} cannot be a user's name: the record uses it for something else"),
            "choose another",
        ));
    }
    if uid.is_some() && uid == server.gateway {
        return Err(Problem::new(
            Code::Usage,
            "the gateway account speaks for whoever sshd let in, and is nobody itself",
            "name the user's own account, or their key with --ssh-key",
        ));
    }
    if let Some(key) = ssh_keys.iter().find(|key| !is_fingerprint(key)) {
        return Err(Problem::new(
            Code::Usage,
            format!("{key:?} is no fingerprint of a key"),
            "ssh-keygen -l -f KEY.pub prints it: SHA256:…",
        ));
    }
    let user = User {
        id: mint::user(),
        name,
        role,
        kind,
        uid,
        ssh_keys,
        withdrawn: Vec::new(),
        may_read: Vec::new(),
    };
    let added = Event::UserAdded(UserAdded {
        name: user.name.clone(),
        role,
        kind,
        uid,
        ssh_keys: user.ssh_keys.clone(),
    });
    let entry = caller.entry(added, &user.id, AuditOutcome::Done);
    let user = server.store.add_user(user, entry).await?;
    server.hub.tell([Topic::Users, Topic::Audit]);
    Ok(lists::user(user))
}

/// Names that an actor, an owner or a target in the record has already, in whatever case.
fn is_reserved(name: &str) -> bool {
    let name = name.to_lowercase();
    let is_id = name
        .split_once('_')
        .is_some_and(|(prefix, ulid)| prefix.len() == 3 && ulid.len() == 26);
    is_id || ["server", "workspace", "mcp"].contains(&name.as_str())
}

/// `SHA256:` and 32 bytes in base64 without padding, as OpenSSH writes it.
fn is_fingerprint(text: &str) -> bool {
    let digest = text.strip_prefix("SHA256:");
    digest
        .and_then(|digest| BASE64_STANDARD_NO_PAD.decode(digest).ok())
        .is_some_and(|digest| digest.len() == 32)
}

/// Removes a user who holds nothing, or, with `keep`, one whose connections stay in service; sessions and authorizations that
/// they have open are ended.
///
/// # Errors
/// When there is none, it is the last Owner, or they hold something and `keep` was not said.
pub async fn remove(
    server: &Arc<Server>,
    caller: &Caller,
    name: &str,
    keep: bool,
) -> Result<(), Problem> {
    let entry = |kept: &Held| {
        let removed = Event::UserRemoved(UserRemoved {
            name: name.to_owned(),
            kept: (!kept.is_nothing()).then(|| kept.kept()),
        });
        caller.entry(removed, name, AuditOutcome::Done)
    };
    let removal = server.store.remove_user(name, keep, entry).await;
    if let Removal::Holds(held) = removal? {
        return Err(Problem::new(
            Code::Conflict,
            format!("{name} holds {}, and stays", held.words()),
            format!(
                "{}; or an Owner keeps all of it with tagout users remove {name} --keep",
                held.ends_by(name)
            ),
        ));
    }
    connect::end_unentitled(server).await?;
    server.hub.tell([Topic::Users, Topic::Audit]);
    Ok(())
}

/// Grants a permission, or withdraws it. It holds from the user's next request on.
///
/// # Errors
/// When there is no such user or connection, or the permission is not one that this role gains or loses.
pub async fn permission(
    server: &Arc<Server>,
    caller: &Caller,
    asked: ask::UserPermission,
) -> Result<view::User, Problem> {
    let ask::UserPermission {
        name,
        permission,
        granted,
        connections,
    } = asked;
    let found = connections
        .iter()
        .map(|name| resolve::connection(server, name).map(|connection| connection.id));
    let about = found.collect::<Result<Vec<ConnectionId>, Problem>>()?;
    let right = RightChanged {
        name: name.clone(),
        permission,
        connections: about.clone(),
    };
    let event = if granted {
        Event::UserGranted(right)
    } else {
        Event::UserWithdrawn(right)
    };
    let entry = caller.entry(event, &name, AuditOutcome::Done);
    let change =
        |user: &mut User| change(user, permission, granted, &about).map_err(StoreError::Refused);
    let changed = server.store.change_user(&name, change, entry).await;
    let user = changed?;
    connect::end_unentitled(server).await?;
    server
        .hub
        .tell([Topic::Users, Topic::Connections, Topic::Audit]);
    Ok(lists::user(user))
}

/// Does it, or says in a sentence why it makes no sense.
fn change(
    user: &mut User,
    permission: Permission,
    granted: bool,
    about: &[ConnectionId],
) -> Result<(), String> {
    let (name, role) = (user.name.clone(), user.role.word());
    if user.role == Role::Owner {
        return Err(format!("{name} is an Owner, and an Owner may everything"));
    }
    match permission {
        Permission::SettingsEdit if !about.is_empty() => {
            return Err("settings.edit is not about single connections".to_owned());
        }
        Permission::SettingsEdit if user.role < Role::Admin => {
            return Err(format!("{name} is {role}, and settings.edit is an Admin's"));
        }
        Permission::TokenRead if about.is_empty() && granted && user.role == Role::Agent => {
            return Err(format!("{name} is {role}: name the connections"));
        }
        Permission::TokenRead if !about.is_empty() => {
            return for_connections(user, granted, about);
        }
        Permission::SettingsEdit | Permission::TokenRead => {}
    }
    user.withdrawn.retain(|withdrawn| *withdrawn != permission);
    if !granted {
        user.withdrawn.push(permission);
        if permission == Permission::TokenRead {
            user.may_read.clear();
        }
    }
    Ok(())
}

fn for_connections(user: &mut User, granted: bool, about: &[ConnectionId]) -> Result<(), String> {
    if let Some(other) = about
        .iter()
        .find(|id| !granted && !user.may_read.contains(id))
    {
        let name = &user.name;
        return Err(format!(
            "{name} was not granted token.read for {other}; without a connection, all of it is withdrawn"
        ));
    }
    user.may_read.retain(|id| !about.contains(id));
    if granted {
        user.may_read.extend_from_slice(about);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(role: Role) -> User {
        crate::server::who::first_owner("bob".to_owned(), 7).with(role)
    }

    impl User {
        fn with(self, role: Role) -> Self {
            Self { role, ..self }
        }
    }

    const SETTINGS: Permission = Permission::SettingsEdit;
    const TOKENS: Permission = Permission::TokenRead;

    #[test]
    fn names_that_the_record_has_already_are_reserved() {
        let id = mint::user().to_string();
        for name in [
            "server",
            "Server",
            "workspace",
            "mcp",
            &id,
            &id.to_uppercase(),
        ] {
            assert!(is_reserved(name), "{name}");
        }
        for name in ["bob", "servers", "con_", "ann_lee"] {
            assert!(!is_reserved(name), "{name}");
        }
    }

    #[test]
    fn what_makes_no_sense_is_refused_in_words() {
        let one = [mint::connection()];
        let nonsense: [(Role, Permission, bool, &[ConnectionId]); 6] = [
            (Role::Owner, SETTINGS, false, &[]),
            (Role::Owner, TOKENS, false, &one),
            (Role::Admin, SETTINGS, false, &one),
            (Role::Member, SETTINGS, true, &[]),
            (Role::Agent, TOKENS, true, &[]),
            (Role::Admin, TOKENS, false, &one),
        ];
        for (role, permission, granted, about) in nonsense {
            let before = user(role);
            let mut after = before.clone();
            assert!(change(&mut after, permission, granted, about).is_err());
            assert_eq!(after, before);
        }
    }

    #[test]
    fn granting_takes_back_what_was_withdrawn_and_withdrawing_what_was_granted() {
        let (one, two) = (mint::connection(), mint::connection());
        let mut bob = user(Role::Admin);
        let grant = |bob: &mut User, about: &[ConnectionId]| change(bob, TOKENS, true, about);
        grant(&mut bob, &[one.clone(), two.clone()]).unwrap();
        grant(&mut bob, std::slice::from_ref(&one)).unwrap();
        assert_eq!(bob.may_read, [two.clone(), one.clone()]);
        change(&mut bob, TOKENS, false, &[one]).unwrap();
        assert_eq!(
            (bob.may_read.as_slice(), bob.withdrawn.len()),
            ([two].as_slice(), 0)
        );
        change(&mut bob, TOKENS, false, &[]).unwrap();
        assert_eq!(
            (bob.may_read.len(), bob.withdrawn.as_slice()),
            (0, [TOKENS].as_slice())
        );
        grant(&mut bob, &[]).unwrap();
        assert!(bob.withdrawn.is_empty());
    }
}
