//! Tokens that could not be revoked because their provider could not be reached (B4): kept sealed, retried until they
//! are dead, expired or given up by a person. Between two due times nothing wakes up.

mod attempt;
mod calls;
mod end;
mod handlers;
mod hold_attempts;
mod late_tokens;
pub mod queries;

use std::sync::Arc;
use std::time::Duration;

use super::caller::Caller;
use super::{AFTER_TROUBLE, Server, clock_and_ids};
use crate::domain::audit::holds::HoldOpened;
use crate::domain::audit::{AuditOutcome, Event};
use crate::domain::connection::Account;
use crate::domain::credential::{Credential, IssuedFor, TokenKind};
use crate::domain::disconnect::claims::calls_about;
use crate::domain::disconnect::log::{self, Record};
use crate::domain::disconnect::run::Run;
use crate::domain::hold::{EndedBy, Hold, HoldEnd, HoldEvent, HoldState, TryCalls};
use crate::domain::id::HoldId;
use crate::domain::provider::ProviderFile;
use crate::domain::saturating_time::saturating_later;
use crate::domain::sealed::SealPurpose;
use crate::domain::trial::Keeping;
use crate::server::run_entries::{StepError, run_entry};
use crate::server::trial::last_answer;
use crate::store::StoreError;
use crate::wire::{Code, Problem, Topic, view};
pub use hold_attempts::HoldAttempts;
use jiff::Timestamp;

/// How long a reconnect waits for the tries that it asks for. They go on by themselves.
const BEFORE_CONNECT: Duration = Duration::from_secs(10);

/// Tries what is due, until the server stops.
pub async fn keep(server: Arc<Server>) {
    loop {
        let next = match server.store.holds_due(clock_and_ids::now()) {
            Ok((due, next)) => {
                for id in due {
                    drop(try_now(&server, id));
                }
                next
            }
            Err(error) => {
                tracing::error!(%error, "which holds are due cannot be read");
                Some(clock_and_ids::now() + AFTER_TROUBLE)
            }
        };
        if !server.holds.tries.alarm.wait(next, &server.stop).await {
            return;
        }
    }
}

/// Moves a token out of its connection: slot first, then the row, and the old slot is the caller's to destroy.
pub(super) async fn open(
    server: &Server,
    run: &Run,
    log: &[Record],
    credential: &Credential,
    keeping: Keeping,
) -> Result<Credential, StepError> {
    let missing = || StoreError::Damaged(format!("{} holds a token it does not have", run.id));
    let sealed = credential.sealed.as_ref().ok_or_else(missing)?;
    let tokens = log::tokens(log).unwrap_or_default();
    let token = tokens.iter().find(|t| t.credential == credential.id);
    let token = token.ok_or_else(missing)?.clone();
    let connection = server.store.connection(&run.connection)?;
    let kept = server
        .vault
        .set_aside(sealed, credential.id.as_str(), SealPurpose::Hold)?;
    let calls = calls_about(log, &credential.id);
    let asked = calls.iter().filter_map(|call| call.not_before).max();
    let now = clock_and_ids::now();
    let until = log::proof(log, &credential.id).and_then(|proof| proof.until);
    let sealed_until = until.filter(|_| keeping == Keeping::Proof);
    // A proof goes on at once: its looks say by themselves when the next one is due.
    let next = match until {
        Some(_) => now,
        None => due_after(server, now, 0, None),
    };
    let mut hold = Hold {
        id: clock_and_ids::hold(),
        connection: run.connection.clone(),
        generation: run.generation,
        provider: run.provider.clone(),
        run: run.id.clone(),
        account: match &token.issued_for {
            IssuedFor::Own => connection.account,
            IssuedFor::Earlier(id) => Account {
                id: id.clone(),
                label: String::new(),
            },
            IssuedFor::Unknown => Account::default(),
        },
        fields: connection.fields,
        bound: connection.bound,
        uninstall: run.uninstall,
        allow_wider: run.allow_wider,
        sealed: kept,
        keeping,
        sealed_until,
        calling: false,
        tries: 0,
        next_try: next.max(asked.unwrap_or(now)),
        created_at: now,
        expires_at: token.expires_at,
        last: String::new(),
        narrowed: None,
        state: HoldState::Waiting,
        token,
    };
    hold.next_try = hold.due(hold.next_try);
    if let Some(call) = calls.last() {
        hold.last.clone_from(&call.reason);
    }
    let opened = HoldOpened {
        run: run.id.clone(),
        hold: hold.id.clone(),
        credential: credential.id.clone(),
        kind: credential.kind,
        fingerprint: credential.fingerprint.clone(),
        next_try: hold.next_try,
        expires_at: hold.expires_at,
        sealed_until: hold.sealed_until,
    };
    let event = match keeping {
        Keeping::Proof => Event::CredentialSealed(opened),
        Keeping::Retry | Keeping::Nothing => Event::HoldOpened(opened),
    };
    let entry = run_entry(run, event, AuditOutcome::Warning);
    match server.store.hold_opened(run, &hold, entry).await {
        Ok(moved) => {
            tell(server, &hold);
            Ok(moved)
        }
        Err(error) => {
            server.vault.discard(&hold.sealed.key)?;
            Err(error.into())
        }
    }
}

/// A reconnect meets what is still held: one try at once, while no newer grant can be hit, and what remains is shown.
pub async fn finish_first(
    server: &Arc<Server>,
    caller: &Caller,
    file: &ProviderFile,
) -> Result<Vec<view::Hold>, StoreError> {
    let ours = |hold: &Hold| shares_grants(server, file, &hold.provider);
    let open = || -> Result<Vec<Hold>, StoreError> {
        let mut open = server.store.holds_open()?;
        open.retain(ours);
        Ok(open)
    };
    // What is being tried already is waited for through the gate of its grants. That an access token is refused where it is
    // used bears on what the issuer says of its refresh token, which is tried after it.
    let (refresh, others): (Vec<Hold>, Vec<Hold>) = open()?
        .into_iter()
        .partition(|hold| hold.token.kind == TokenKind::Refresh);
    let tries = async {
        for group in [others, refresh] {
            let tries = group
                .into_iter()
                .filter_map(|hold| try_now(server, hold.id));
            futures::future::join_all(tries).await;
        }
    };
    if tokio::time::timeout(BEFORE_CONNECT, tries).await.is_err() {
        tracing::info!(provider = %file.id, "held tokens are still being tried");
    }
    let left = open()?.into_iter().filter(Hold::is_waiting);
    left.map(|hold| queries::one(server, caller, &hold))
        .collect()
}

/// Whether two providers' grants can be one.
fn shares_grants(server: &Server, file: &ProviderFile, other: &str) -> bool {
    other == file.id
        || (file.grant_group.is_some()
            && server
                .provider(other)
                .is_some_and(|other| other.grant_group == file.grant_group))
}

/// A person gives a hold up: its secret is destroyed, and the token may live on.
///
/// # Errors
/// When there is none, it has ended, or there is no note.
pub async fn give_up(
    server: &Arc<Server>,
    caller: &Caller,
    id: &HoldId,
    note: String,
) -> Result<view::Hold, Problem> {
    let note = crate::domain::display_text::clean(&note);
    if note.is_empty() {
        return Err(Problem::new(
            Code::Usage,
            format!("giving {id} up wants a note"),
            "say why with --note",
        ));
    }
    let hold = server.store.hold(id)?;
    let finding = attempt::as_it_stands(server, &hold)?;
    let log = server.store.run_log(&hold.run)?;
    let end = HoldEnd {
        why: EndedBy::Dropped,
        outcome: finding.outcome,
        basis: finding.basis,
        after: Some(last_answer(&log, &hold.token.credential)),
        note,
    };
    let event = HoldEvent::Ending {
        calls: TryCalls::None,
        end: end.clone(),
    };
    let entry = |hold: &Hold| {
        let dropped = Event::HoldDropped(end::hold_over(hold, &end, &log));
        let entry = caller.entry(dropped, &hold.connection, AuditOutcome::Warning);
        Some(entry)
    };
    let ending = server.store.hold_changed(id, event, entry).await?;
    end::finish(server, &ending).await.map_err(|error| {
        Problem::new(
            Code::Failed,
            format!("destroying the held token failed: {error}"),
            "the server finishes it at its next start",
        )
    })?;
    let hold = server.store.hold(id)?;
    queries::one(server, caller, &hold).map_err(Problem::from)
}

/// What is kept for its proof alone, as a stop names it.
pub(super) fn unproven(server: &Server, caller: &Caller) -> Result<Vec<view::Hold>, StoreError> {
    let open = server.store.proofs_open()?;
    let waiting = open.iter().filter(|hold| hold.is_waiting());
    waiting
        .map(|hold| queries::one(server, caller, hold))
        .collect()
}

/// Ends what is kept for its proof alone: the server stops, and nothing is left sealed for that. Returns how many there were.
///
/// # Errors
/// When our own store or vault refuses one; the others end all the same.
pub(super) async fn end_proofs(server: &Arc<Server>) -> Result<usize, StepError> {
    let open = server.store.proofs_open()?;
    let mut failed = None;
    for hold in &open {
        // One that cannot be destroyed keeps no other.
        if let Err(error) = end_proof(server, hold).await {
            failed = failed.or(Some(error));
        }
    }
    failed.map_or(Ok(open.len()), Err)
}

async fn end_proof(server: &Arc<Server>, hold: &Hold) -> Result<(), StepError> {
    match hold.state {
        HoldState::Waiting => {
            let finding = attempt::as_it_stands(server, hold)?;
            let why = over_by(hold, EndedBy::Stopped);
            end::end(server, hold, TryCalls::None, why, finding).await
        }
        HoldState::Ending { .. } => Ok(end::finish(server, hold).await?),
        HoldState::Ended { .. } => Ok(()),
    }
}

/// Ends what was kept for longer than it should be, or by a clock that has been set back, before anybody is asked anything.
pub(super) async fn end_overdue(server: &Arc<Server>) -> Result<(), StepError> {
    for hold in server.store.proofs_open()? {
        if hold.is_waiting() && hold.is_over(clock_and_ids::now()) {
            let finding = attempt::as_it_stands(server, &hold)?;
            let why = over_by(&hold, EndedBy::Unproven);
            end::end(server, &hold, TryCalls::None, why, finding).await?;
        }
    }
    Ok(())
}

/// Why a hold ends that nobody tries any more: of one that the backup left out there is nothing to destroy.
fn over_by(hold: &Hold, otherwise: EndedBy) -> EndedBy {
    match hold.is_not_in_backup() {
        true => EndedBy::NotInBackup,
        false => otherwise,
    }
}

/// Tries a hold in a task of its own, unless one does already.
fn try_now(server: &Arc<Server>, id: HoldId) -> Option<tokio::task::JoinHandle<()>> {
    let trying = server.holds.tries.begin(id)?;
    let server = Arc::clone(server);
    Some(server.tasks.clone().spawn(async move {
        let room = trying.room().await;
        if let Err(error) = attempt::attempt(&server, &trying.id).await {
            drop(room);
            tracing::error!(hold = %trying.id, %error, "a held token could not be tried");
            // It is still due. Our own store or vault is in trouble, and hurry does not help.
            server.pause(server.holds.pace.first).await;
        }
    }))
}

/// When a hold is due that has been tried so often.
fn due_after(
    server: &Server,
    now: Timestamp,
    tries: u32,
    retry_after: Option<Duration>,
) -> Timestamp {
    let wait = server
        .holds
        .pace
        .wait(tries, clock_and_ids::chance(), retry_after);
    saturating_later(now, wait)
}

fn tell(server: &Server, hold: &Hold) {
    let mut topics = vec![
        Topic::Holds,
        Topic::Audit,
        Topic::Runs,
        Topic::Run(hold.run.clone()),
        Topic::Connection(hold.connection.clone()),
        Topic::Connections,
        Topic::FollowUps,
    ];
    let run = server.store.run(&hold.run).ok();
    topics.extend(run.and_then(|run| run.walkthrough).map(Topic::Walkthrough));
    server.hub.tell(topics);
    server.exposures.ring();
    server.holds.tries.alarm.ring();
}
