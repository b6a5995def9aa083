//! What is done to walkthroughs, and through them to every connection that they take along.

use super::connections::{all_managed, with_those_that_die};
use super::requirements::{RequiredAct, Requirement, about, everybodys, requirement};
use crate::domain::connection::Connection;
use crate::domain::id::WalkthroughId;
use crate::domain::tag::tagged;
use crate::domain::user::Owner;
use crate::domain::walkthrough::{WalkState, Walkthrough};
use crate::server::caller::Caller;
use crate::server::{Server, walkthrough};
use crate::store::StoreError;
use crate::wire::Problem;
use crate::wire::need::{Beyond, Subject, WalkRight};

/// What is done to a walkthrough, as far as the caller can see it.
pub(super) fn changed(
    server: &Server,
    caller: &Caller,
    action: &'static str,
    id: &WalkthroughId,
    right: WalkRight,
) -> Result<Vec<Requirement>, Problem> {
    let seen = walkthrough::queries::seen(server, caller, id)?;
    // A draft is its owner's, as a personal connection is; one that has begun is not a draft any more.
    let of_its_owner =
        |action, by| requirement(action, id, RequiredAct::Manage(Owner::Personal(by)));
    Ok(match right {
        WalkRight::Draft => vec![of_its_owner(action, seen.by)],
        WalkRight::Manage => all_managed(action, taken_along(server, id)?),
        WalkRight::Disconnect => {
            let beyond = Beyond {
                wider: seen.terms.allow_wider,
                uninstall: seen.terms.uninstall,
            };
            with_those_that_die(server, action, taken_along(server, id)?, beyond)?
        }
        WalkRight::EndAuthorizations => ended(server, action, &seen)?,
        WalkRight::Discard { closes } => match seen.state {
            WalkState::Draft => vec![of_its_owner(action, seen.by)],
            WalkState::Planned
            | WalkState::Running
            | WalkState::Stopped
            | WalkState::Fallen
            | WalkState::Finished => all_managed(closes, taken_along(server, id)?),
        },
    })
}

fn taken_along(server: &Server, id: &WalkthroughId) -> Result<Vec<Connection>, StoreError> {
    let targets = server.store.walkthrough_targets(id)?.into_iter();
    let taken = targets.filter(|target| !target.left_out && target.passed_over.is_none());
    taken
        .map(|target| server.store.connection(&target.connection))
        .collect()
}

/// What a walkthrough ends besides its targets: authorizations that are open, and with its tag those to come.
fn ended(
    server: &Server,
    action: &'static str,
    draft: &Walkthrough,
) -> Result<Vec<Requirement>, Problem> {
    let mut needed = Vec::new();
    if let Some(provider) = tagged(&draft.choice, &draft.terms) {
        needed.push(about(
            server,
            action,
            Subject::Provider(provider),
            everybodys(),
        )?);
    }
    for flow in walkthrough::flows_of(server, draft)? {
        needed.push(requirement(
            action,
            flow.id,
            RequiredAct::Manage(flow.owner),
        ));
    }
    Ok(needed)
}
