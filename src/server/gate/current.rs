//! Who a caller is now: somebody may have been removed, or have lost a right, since they attached.

use crate::domain::user::{Act, Actor, Owner, User, permit};
use crate::server::Server;
use crate::server::caller::Caller;
use crate::wire::{Code, Problem};

/// The caller with the user as they are now; the role never grows.
///
/// # Errors
/// When there is no such user any more.
pub fn current(server: &Server, caller: &Caller) -> Result<Caller, Problem> {
    let before = &caller.actor;
    let user = server.store.get::<User>(before.user.id.as_str());
    let user = user?.ok_or_else(|| {
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
        session: caller.session,
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
