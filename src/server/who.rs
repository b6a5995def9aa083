//! Who is asking. The peer's uid is the only fact; everything else is a claim and is recorded as one.

use serde_json::Value;

use super::mint;
use crate::domain::audit::{AuditOutcome, NewEntry, Origin, Via};
use crate::domain::user::{Actor, Role, User};
use crate::store::{Store, StoreError};
use crate::wire::{Code, Hello, Problem};

/// Who asks, and from where.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Who, with which role.
    pub actor: Actor,
    /// From where.
    pub origin: Origin,
}

/// The caller behind a socket: whoever has that uid, or, from the gateway account, whoever has that key.
///
/// # Errors
/// When the uid belongs to nobody here, or a higher role is asked for than one has.
pub fn identify(
    store: &Store,
    (uid, gateway): (u32, Option<u32>),
    hello: &Hello,
) -> Result<Caller, Problem> {
    let mut users = store.users().map_err(problem)?.into_iter();
    let is_gateway = gateway == Some(uid);
    let user = match &hello.ssh_key {
        Some(key) if is_gateway => users
            .find(|user| user.ssh_keys.contains(key))
            .ok_or_else(|| unknown_key(key))?,
        Some(_) => return Err(not_the_gateway(uid)),
        // It is whoever's key it is, and without a key nobody.
        None if is_gateway => return Err(nobody_by_itself(uid)),
        None => users
            .find(|user| user.uid == Some(uid))
            .ok_or_else(|| stranger(uid))?,
    };
    let role = match hello.role {
        None => user.role,
        Some(role) if role <= user.role => role,
        Some(role) => {
            let (asked, own) = (role.word(), user.role.word());
            return Err(Problem::new(
                Code::Forbidden,
                format!("acting as {asked} failed: {} is {own}", user.name),
                "--role takes a lower role than your own",
            ));
        }
    };
    let origin = match &hello.claimed_address {
        Some(address) => Origin {
            address: Some(clean_address(address)),
            via: if is_gateway { Via::Sshd } else { Via::Claimed },
        },
        None => Origin {
            address: None,
            via: Via::Local,
        },
    };
    Ok(Caller {
        actor: Actor {
            user,
            role,
            read_only: hello.read_only,
        },
        origin,
    })
}

/// The server itself, for what happens without a caller.
#[must_use]
pub fn server_entry(
    action: &str,
    target: impl ToString,
    outcome: AuditOutcome,
    detail: Value,
) -> NewEntry {
    NewEntry {
        id: mint::audit(),
        at: mint::now(),
        actor: "server".to_owned(),
        role: "server".to_owned(),
        origin: Origin {
            address: None,
            via: Via::Server,
        },
        action: action.to_owned(),
        target: target.to_string(),
        outcome,
        evidence: Value::Null,
        detail,
    }
}

impl Caller {
    /// An entry in this caller's name.
    #[must_use]
    pub fn entry(
        &self,
        action: &str,
        target: impl ToString,
        outcome: AuditOutcome,
        detail: Value,
    ) -> NewEntry {
        NewEntry {
            id: mint::audit(),
            at: mint::now(),
            actor: self.actor.user.name.clone(),
            role: self.actor.role.code().to_owned(),
            origin: self.origin.clone(),
            action: action.to_owned(),
            target: target.to_string(),
            outcome,
            evidence: Value::Null,
            detail,
        }
    }
}

/// The first Owner: the account that started the first server, unless `init` named another.
#[must_use]
pub fn first_owner(name: String, uid: u32) -> User {
    User {
        id: mint::user(),
        name,
        role: Role::Owner,
        kind: crate::domain::user::UserKind::Person,
        uid: Some(uid),
        ssh_keys: Vec::new(),
        withdrawn: Vec::new(),
        may_read: Vec::new(),
    }
}

/// What the store says, as an answer.
#[must_use]
pub fn problem(error: StoreError) -> Problem {
    let (code, hint) = match &error {
        StoreError::Conflict { .. } => (
            Code::Conflict,
            "look at it again, then repeat what you wanted",
        ),
        StoreError::Refused(_) => (Code::Conflict, "look at how things stand now"),
        StoreError::NotFound { .. } => (Code::NotFound, "list what there is, and name one of them"),
        StoreError::DiskFull { .. } => (
            Code::Failed,
            "free space on the data folder's disk; disconnects still work",
        ),
        _ => (Code::Failed, "see the server's log"),
    };
    Problem::new(code, error.to_string(), hint)
}

fn stranger(uid: u32) -> Problem {
    Problem::new(
        Code::Forbidden,
        format!("you are the Unix account {uid}, and no user of this workspace is"),
        format!("an Owner types: tagout users add NAME --role ROLE --unix-user {uid}"),
    )
}

fn unknown_key(key: &str) -> Problem {
    Problem::new(
        Code::Forbidden,
        format!(
            "your key is {}, and no user of this workspace has it",
            crate::domain::text::clean(key)
        ),
        format!(
            "an Owner types: tagout users add NAME --role ROLE --ssh-key {}",
            crate::domain::text::clean(key)
        ),
    )
}

fn not_the_gateway(uid: u32) -> Problem {
    Problem::new(
        Code::Forbidden,
        format!("the Unix account {uid} is not the gateway, and speaks for nobody else"),
        "the server's configuration names the account: gateway = \"ACCOUNT\"",
    )
}

fn nobody_by_itself(uid: u32) -> Problem {
    Problem::new(
        Code::Forbidden,
        format!("the Unix account {uid} is the gateway, and nobody by itself"),
        "come in by SSH, or use an account of your own",
    )
}

/// A claim is shown to people, so it is kept to what an address can contain.
fn clean_address(claimed: &str) -> String {
    claimed
        .chars()
        .filter(|c| c.is_ascii_hexdigit() || matches!(c, '.' | ':' | '%'))
        .take(64)
        .collect()
}
