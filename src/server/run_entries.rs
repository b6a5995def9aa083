//! What a step of a run leaves in the record, and why it could not be done.

use super::caller::server_entry;
use crate::domain::audit::walkthroughs::{WalkthroughFell, WalkthroughMoved};
use crate::domain::audit::{AuditOutcome, Event, NewEntry};
use crate::domain::disconnect::run::Run;
use crate::domain::id::WalkthroughId;
use crate::domain::walkthrough::{FallReason, Walkthrough};
use crate::store::StoreError;
use crate::store::facts::PartOver;
use crate::vault::VaultError;

/// Why a step could not be done: our own store or vault refused. Vendors cannot make a step fail.
#[derive(Debug, thiserror::Error)]
pub(super) enum StepError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Vault(#[from] VaultError),
}

/// An entry of a run stands in the name of the person who decided it, from where they decided it.
pub(super) fn run_entry(run: &Run, event: Event, outcome: AuditOutcome) -> NewEntry {
    let mut entry = server_entry(event, &run.connection, outcome);
    entry.actor.clone_from(&run.actor);
    entry.role.clone_from(&run.role);
    entry.origin.clone_from(&run.origin);
    entry
}

/// What was planned does not begin.
#[must_use]
pub(super) fn walkthrough_fell(it: &Walkthrough, why: &FallReason) -> NewEntry {
    let planned = it.planned.as_ref();
    let fell = Event::WalkthroughFell(WalkthroughFell {
        title: it.title.clone(),
        planned_for: planned.map_or(it.created_at, |planned| planned.at),
        planned_by: planned.map_or_else(|| it.by_name.clone(), |it| it.decision.actor.clone()),
        why: why.to_string(),
    });
    server_entry(fell, &it.id, AuditOutcome::Failed)
}

/// What the end of a part asks of the store; `entry` says in whose name. It makes an entry of its own: two with one salt
/// could not be shown apart, as the detail that is shown of one would give away how that of the other was hashed.
#[must_use]
pub(super) fn walkthrough_over(
    id: &WalkthroughId,
    entry: impl FnOnce(Event) -> NewEntry,
) -> PartOver {
    let mut entry = entry(Event::WalkthroughFinished(WalkthroughMoved {}));
    entry.target = id.to_string();
    entry.outcome = AuditOutcome::Done;
    PartOver {
        walkthrough: id.clone(),
        entry,
    }
}
