//! The one gate: what each request says that it needs of the table of roles (`wire/need.rs`), decided before anything is looked up
//! for it or done.
//!
//! A name that a request carries is replaced here by the id that was decided about. Owners of connections never
//! change, so what was decided still holds when the request is done.

mod connections;
pub mod current;
mod requirements;
mod users;
mod walkthroughs;

use std::sync::Arc;

use super::caller::Caller;
use super::{Server, refusals};
use crate::domain::audit::refusals::RefusedRequest;
use crate::domain::audit::{AuditOutcome, Event};
use crate::domain::refusals::RefusalKey;
use crate::domain::user::{Act, permit};
use crate::wire::request::Request;
use crate::wire::{Code, Problem, Topic, limits};
use requirements::Requirements;

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
    let mut needed = Requirements::new(server, &caller);
    request.needs(&mut needed)?;
    for asked in needed.all {
        let Err(refusal) = permit(&caller.actor, asked.act.act()) else {
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
        let noted = refusals::record(server, kind, asked.act.is_told_singly(), entry);
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
    let act = match topic {
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
        | Topic::Stopping => Act::Look,
    };
    permit(&caller.actor, act).is_ok()
}
