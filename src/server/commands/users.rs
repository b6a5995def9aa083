//! Who there is, and what each of them was granted or had withdrawn.

use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD_NO_PAD;

use crate::domain::audit::users::{RightChanged, UserAdded, UserRemoved};
use crate::domain::audit::{AuditOutcome, Event};
use crate::domain::display_text::clean;
use crate::domain::id::ConnectionId;
use crate::domain::offboarding::UserHoldings;
use crate::domain::user::{GrantEvent, User};
use crate::server::caller::Caller;
use crate::server::queries::lists;
use crate::server::resolve;
use crate::server::{Server, clock_and_ids, connect};
use crate::store::facts::Removal;
use crate::wire::{Code, Problem, Topic, rpc, view};

/// Adds a user.
///
/// # Errors
/// When the name or the account is taken.
pub async fn add(
    server: &Server,
    caller: &Caller,
    asked: rpc::UserAdd,
) -> Result<view::User, Problem> {
    let rpc::UserAdd {
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
        id: clock_and_ids::user(),
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
    let entry = |kept: &UserHoldings| {
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
    asked: rpc::UserPermission,
) -> Result<view::User, Problem> {
    let rpc::UserPermission {
        name,
        permission,
        granted,
        connections,
    } = asked;
    let found = connections
        .iter()
        .map(|name| resolve::connection(server, name).map(|connection| connection.id));
    let about = found.collect::<Result<Vec<ConnectionId>, Problem>>()?;
    let said = RightChanged {
        name: name.clone(),
        permission,
        connections: about.clone(),
    };
    let right = permission;
    let (event, change) = match granted {
        true => (
            Event::UserGranted(said),
            GrantEvent::Granted { right, about },
        ),
        false => (
            Event::UserWithdrawn(said),
            GrantEvent::Withdrawn { right, about },
        ),
    };
    let entry = caller.entry(event, &name, AuditOutcome::Done);
    let user = server.store.change_user(&name, change, entry).await?;
    connect::end_unentitled(server).await?;
    server
        .hub
        .tell([Topic::Users, Topic::Connections, Topic::Audit]);
    Ok(lists::user(user))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_the_record_has_already_are_reserved() {
        let id = clock_and_ids::user().to_string();
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
}
