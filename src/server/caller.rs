//! Who is asking. The peer's uid is the only fact; everything else is a claim and is recorded as one.

use std::net::IpAddr;

use super::clock_and_ids;
use crate::domain::audit::refusals::SessionRefused;
use crate::domain::audit::{AuditOutcome, Event, NewEntry, Origin, Via};
use crate::domain::display_text::clean;
use crate::domain::user::{Actor, Role, User};
use crate::store::Store;
use crate::wire::{Code, Hello, Problem};

/// So much of a claim stands in the record.
const SHOWN: usize = 200;

/// A claim, as it stands in the record.
#[must_use]
pub fn shown(claim: &str) -> String {
    clean(claim).chars().take(SHOWN).collect()
}

/// Whose refusals are counted together before it is known who somebody is: an account's, or, of the gateway's, a key's.
#[must_use]
pub fn account(uid: u32, gateway: Option<u32>, hello: &Hello) -> String {
    match &hello.ssh_key {
        Some(key) if gateway == Some(uid) => format!("key {}", shown(key)),
        _ => format!("uid {uid}"),
    }
}

/// Who asks, and from where.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Who, with which role.
    pub actor: Actor,
    /// From where.
    pub origin: Origin,
    /// Which session since the server started; 0 where nobody is attached.
    pub session: u64,
}

/// The caller behind a socket: whoever has that uid, or, from the gateway account, whoever has that key.
///
/// # Errors
/// When the uid belongs to nobody here, or a higher role is asked for than one has.
pub fn identify(
    store: &Store,
    uid: u32,
    gateway: Option<u32>,
    hello: &Hello,
) -> Result<Caller, Problem> {
    let mut users = store.users()?.into_iter();
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
    let origin = origin(hello, is_gateway);
    Ok(Caller {
        actor: Actor {
            user,
            role,
            read_only: hello.read_only,
        },
        origin,
        session: 0,
    })
}

/// The entry of somebody who was not let in: whoever the uid is, with what was claimed.
#[must_use]
pub fn not_let_in(
    store: &Store,
    uid: u32,
    gateway: Option<u32>,
    hello: &Hello,
    why: &Problem,
) -> NewEntry {
    let is_gateway = gateway == Some(uid);
    // The refusal is recorded all the same, by the uid alone.
    let known = store.users().unwrap_or_else(|error| {
        tracing::error!(%error, uid, "the users cannot be read: the entry of a client that was refused has no name");
        Vec::new()
    });
    let user = known
        .into_iter()
        .find(|it| !is_gateway && it.uid == Some(uid));
    let (actor, role) = user.map_or_else(
        || (format!("uid {uid}"), "none"),
        |user| (user.name, user.role.code()),
    );
    NewEntry {
        id: clock_and_ids::audit(),
        at: clock_and_ids::now(),
        salt: clock_and_ids::salt(),
        actor,
        role: role.to_owned(),
        origin: origin(hello, is_gateway),
        target: "server".to_owned(),
        outcome: AuditOutcome::Refused,
        event: Event::SessionRefused(SessionRefused {
            why: why.message.clone(),
            uid,
            role: hello.role,
            ssh_key: hello.ssh_key.as_deref().map(shown),
            gateway: hello.gateway_refused.as_deref().map(shown),
            flood: None,
        }),
    }
}

fn origin(hello: &Hello, is_gateway: bool) -> Origin {
    match &hello.claimed_address {
        Some(address) => Origin {
            address: Some(readable(address)),
            via: if is_gateway { Via::Sshd } else { Via::Claimed },
        },
        None => Origin {
            address: None,
            via: Via::Local,
        },
    }
}

/// What the server is called as an actor; nobody else can be called so.
pub const SERVER: &str = "server";

/// The server itself, for what happens without a caller.
#[must_use]
pub fn server_entry(event: Event, target: impl ToString, outcome: AuditOutcome) -> NewEntry {
    NewEntry {
        id: clock_and_ids::audit(),
        at: clock_and_ids::now(),
        salt: clock_and_ids::salt(),
        actor: SERVER.to_owned(),
        role: SERVER.to_owned(),
        origin: Origin {
            address: None,
            via: Via::Server,
        },
        target: target.to_string(),
        outcome,
        event,
    }
}

impl Caller {
    /// An entry in this caller's name.
    #[must_use]
    pub fn entry(&self, event: Event, target: impl ToString, outcome: AuditOutcome) -> NewEntry {
        NewEntry {
            id: clock_and_ids::audit(),
            at: clock_and_ids::now(),
            salt: clock_and_ids::salt(),
            actor: self.actor.user.name.clone(),
            role: self.actor.role.code().to_owned(),
            origin: self.origin.clone(),
            target: target.to_string(),
            outcome,
            event,
        }
    }
}

/// The first Owner: the account that started the first server, unless `init` named another.
#[must_use]
pub fn first_owner(name: String, uid: u32) -> User {
    User {
        id: clock_and_ids::user(),
        name,
        role: Role::Owner,
        kind: crate::domain::user::UserKind::Person,
        uid: Some(uid),
        ssh_keys: Vec::new(),
        withdrawn: Vec::new(),
        may_read: Vec::new(),
    }
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
            shown(key)
        ),
        format!(
            "an Owner types: tagout users add NAME --role ROLE --ssh-key {}",
            shown(key)
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

/// A claim is shown to people: an address stands in the record, with its zone (RFC 4007, section 11), and nothing else does.
fn readable(claimed: &str) -> String {
    let (address, zone) = claimed.split_once('%').unwrap_or((claimed, ""));
    let is_zone = zone.len() <= 32 && zone.chars().all(|c| c.is_ascii_alphanumeric());
    match address.parse::<IpAddr>() {
        Ok(_) if is_zone => claimed.to_owned(),
        _ => "unreadable".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::readable;

    #[test]
    fn an_address_that_is_none_is_recorded_as_unreadable() {
        for address in ["203.0.113.9", "2001:db8::7", "fe80::1%eth0"] {
            assert_eq!(readable(address), address);
        }
        for claim in ["", "bob", "203.0.113.9 or so", "fe80::1%a b", "12:34", "%"] {
            assert_eq!(readable(claim), "unreadable", "{claim:?}");
        }
    }
}
