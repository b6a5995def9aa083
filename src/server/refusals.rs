//! Refusals in the record: the first of a kind before it is answered, more of it as a count when its minute is over.

mod windows;

use std::sync::Arc;
use std::time::Duration;

use super::{Server, clock_and_ids};
use crate::domain::audit::refusals::RefusalsCounted;
use crate::domain::audit::{AuditOutcome, EntrySubject, Event, NewEntry};
use crate::domain::refusals::{ClosedWindow, Flood, RefusalAction, RefusalKey, WINDOW};
use crate::store::StoreError;
use crate::store::facts::RefusalWindow;
use crate::wire::Topic;
pub use windows::Refusals;

/// Records a refusal, or counts it; `singly` when it is about tokens, rights, keys or who somebody is. When this returns, it
/// may be answered.
pub async fn record(
    server: &Arc<Server>,
    kind: RefusalKey,
    singly: bool,
    mut entry: NewEntry,
) -> Result<(), StoreError> {
    let opening = server.refusals.opening(&kind.user).await;
    let now = clock_and_ids::now();
    let due = server.refusals.with(|it| it.refused(&kind, singly, now));
    match due {
        RefusalAction::Counted | RefusalAction::Flooded => return Ok(()),
        RefusalAction::Entry => {
            drop(opening);
            server.store.note(entry).await?;
        }
        RefusalAction::Opens => open(server, RefusalWindowKind::One(kind), entry).await?,
        RefusalAction::Floods => {
            let what = "refusals of more kinds follow; they are counted together for a minute";
            entry.event.floods(what);
            open(server, RefusalWindowKind::Flood(kind.user), entry).await?;
        }
    }
    server.hub.tell([Topic::Audit]);
    Ok(())
}

/// Waits until a request of this user may be answered: at once, unless their refusals flood.
pub async fn turn(server: &Server, user: &str) {
    let now = clock_and_ids::now();
    let Some(turn) = server.refusals.with(|it| it.turn(user, now)) else {
        return;
    };
    let wait = Duration::try_from(turn.duration_since(now)).unwrap_or_default();
    server.pause(wait).await;
}

/// Closes the windows that a crash left open: how many refusals they had is not known, and that is what is recorded.
pub async fn recover(server: &Server) -> Result<(), StoreError> {
    for window in server.store.refusal_windows()? {
        let lost = RefusalsCounted::Interrupted {
            verb: window.verb.clone(),
            why: window.reason.clone(),
            first: window.id.clone(),
            since: window.since,
            refusals: (),
            at_least: 1,
            ended: "the server ended before the window did".to_owned(),
        };
        let entry = closing(&window, lost);
        server.store.refusal_closed(&window, Some(entry)).await?;
    }
    Ok(())
}

/// A window that is open.
enum RefusalWindowKind {
    One(RefusalKey),
    Flood(String),
}

async fn open(
    server: &Arc<Server>,
    which: RefusalWindowKind,
    entry: NewEntry,
) -> Result<(), StoreError> {
    let about = entry.event.subject(&entry.target);
    let (verb, reason) = match &which {
        RefusalWindowKind::One(kind) => (kind.verb.clone(), kind.reason.clone()),
        RefusalWindowKind::Flood(_) => (String::new(), "more kinds than are told apart".to_owned()),
    };
    let window = RefusalWindow {
        id: entry.id.clone(),
        actor: entry.actor.clone(),
        role: entry.role.clone(),
        origin: entry.origin.clone(),
        verb,
        target: entry.target.clone(),
        reason,
        since: entry.at,
    };
    if let Err(error) = server.store.refusal_opened(&window, entry).await {
        let _lost = ended(server, &which, &window, about);
        return Err(error);
    }
    let server = Arc::clone(server);
    server.tasks.clone().spawn(async move {
        server.pause(WINDOW.unsigned_abs()).await;
        let entry = ended(&server, &which, &window, about);
        let told = entry.is_some();
        // When it cannot be written, the row stays and the next start closes the window.
        match server.store.refusal_closed(&window, entry).await {
            Ok(()) if told => server.hub.tell([Topic::Audit]),
            Ok(()) => {}
            Err(error) => tracing::error!(%error, "a count of refusals could not be kept"),
        }
    });
    Ok(())
}

/// Closes the window in memory; the entry that counts what the record does not hold one by one.
fn ended(
    server: &Server,
    which: &RefusalWindowKind,
    window: &RefusalWindow,
    about: EntrySubject,
) -> Option<NewEntry> {
    match which {
        RefusalWindowKind::One(kind) => {
            let counted = server.refusals.with(|it| it.close(kind))?;
            (counted.refusals > counted.entries)
                .then(|| closing(window, one(window, &counted, about)))
        }
        RefusalWindowKind::Flood(user) => {
            let flood = server.refusals.with(|it| it.close_flood(user))?;
            (flood.refusals > 1).then(|| closing(window, many(window, &flood)))
        }
    }
}

fn one(window: &RefusalWindow, counted: &ClosedWindow, about: EntrySubject) -> RefusalsCounted {
    RefusalsCounted::OneKind {
        verb: window.verb.clone(),
        why: window.reason.clone(),
        first: window.id.clone(),
        since: window.since,
        refusals: counted.refusals,
        entries: counted.entries,
        about,
    }
}

fn many(window: &RefusalWindow, flood: &Flood) -> RefusalsCounted {
    RefusalsCounted::AllKinds {
        why: window.reason.clone(),
        first: window.id.clone(),
        since: window.since,
        refusals: flood.refusals,
        targets: flood.targets.len() as u64,
        named: flood.named().into_iter().map(str::to_owned).collect(),
    }
}

fn closing(window: &RefusalWindow, counted: RefusalsCounted) -> NewEntry {
    NewEntry {
        id: clock_and_ids::audit(),
        at: clock_and_ids::now(),
        salt: clock_and_ids::salt(),
        actor: window.actor.clone(),
        role: window.role.clone(),
        origin: window.origin.clone(),
        target: window.target.clone(),
        outcome: AuditOutcome::Refused,
        event: Event::RefusalsCounted(counted),
    }
}
