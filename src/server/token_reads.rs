//! Giving tokens to people and services, and knowing to whom.
//!
//! The first read of a token by somebody opens a window of a minute, and is in the record before the token leaves;
//! further reads are counted, and the count is a second entry when the window closes.

mod windows;

use std::sync::Arc;
use std::time::Duration;

use secrecy::ExposeSecret;
use zeroize::Zeroizing;

use super::caller::Caller;
use super::handler::Handler;
use super::health;
use super::tokens::{self, NoToken, UsableToken};
use super::{Server, clock_and_ids};
use crate::domain::audit::tokens::{TokenRead, TokenReads};
use crate::domain::audit::{AuditOutcome, Event, NewEntry};
use crate::domain::disconnect::plan::TokenHolder;
use crate::domain::health::NotAsked;
use crate::domain::id::ConnectionId;
use crate::server::resolve;
use crate::store::StoreError;
use crate::store::facts::ReadWindow;
use crate::wire::request::Secret;
use crate::wire::{Code, Problem, Token, Topic, rpc};
pub use windows::ReadWindows;
use windows::{ReadCount, Window};

/// How long reads are counted before the count is an entry.
pub const WINDOW: Duration = Duration::from_secs(60);

impl Handler for rpc::Token {
    /// A token that lasts for so many seconds; without a number, for a while.
    async fn handle(self, server: &Arc<Server>, caller: &Caller) -> Result<Self::Reply, Problem> {
        let connection = resolve::connection(server, &self.connection)?;
        let at_least = self.min_valid.map(u64::from).map(Duration::from_secs);
        let name = format!("{}/{}", connection.provider, connection.name);
        let usable = tokens::lasting(server, &connection.id, at_least).await;
        let usable = usable.map_err(|why| none(&name, why))?;
        let vouched = health::vouch(server, usable).await;
        let (usable, not_asked) = vouched.map_err(|why| none(&name, why))?;
        count(server, caller, &usable, not_asked.as_ref()).await?;
        Ok(Token {
            token: Secret(Zeroizing::new(usable.secret.expose_secret().to_owned())),
            fingerprint: usable.fingerprint,
            expires_at: usable.expires_at,
            not_asked,
        })
    }
}

/// Everybody who could hold a copy of a token of this generation: nothing older lives, and nobody younger is left out.
pub fn readers(
    server: &Server,
    connection: &ConnectionId,
    generation: u32,
) -> Result<Vec<TokenHolder>, StoreError> {
    let mut found = server.store.readers_of(connection, generation)?;
    server.reads.each(|counted| {
        let (of, user) = (&counted.window, &counted.window.user);
        let same = of.connection == *connection && of.generation == generation;
        if let Some(reader) = found.iter_mut().find(|r| same && r.user == *user) {
            reader.count += counted.reads - 1;
            reader.last = reader.last.max(counted.last);
        }
    });
    let reader = |r: crate::store::facts::TokenReader| TokenHolder {
        name: r.name,
        count: r.count,
        last: r.last,
    };
    Ok(found.into_iter().map(reader).collect())
}

/// Closes the windows that a crash left open: how many reads they had is not known, and that is what is recorded.
pub async fn recover(server: &Server) -> Result<(), StoreError> {
    for window in server.store.read_windows()? {
        let lost = Event::TokenReads(TokenReads {
            fingerprint: window.fingerprint.clone(),
            since: window.opened_at,
            reads: None,
            at_least: Some(1),
            why: Some("the server ended before the window did".to_owned()),
        });
        let entry = entry(&window, AuditOutcome::Warning, lost);
        server.store.read_closed(&window, None, entry).await?;
    }
    Ok(())
}

/// Counts a read. When this returns, it may leave.
async fn count(
    server: &Arc<Server>,
    caller: &Caller,
    usable: &UsableToken,
    not_asked: Option<&NotAsked>,
) -> Result<(), Problem> {
    let key = (caller.actor.user.id.clone(), usable.credential.clone());
    let window = server.reads.window(&key);
    let mut counted = window.lock().await;
    if let Some(counted) = counted.as_mut() {
        still_in_service(server, usable)?;
        counted.reads += 1;
        counted.last = clock_and_ids::now();
        return Ok(());
    }
    let opened = opened(caller, usable);
    let read = Event::TokenRead(TokenRead {
        name: usable.connection.name.clone(),
        provider: usable.connection.provider.clone(),
        fingerprint: opened.fingerprint.clone(),
        window_seconds: WINDOW.as_secs(),
        not_asked: not_asked.cloned(),
    });
    let entry = entry(&opened, AuditOutcome::Done, read);
    if let Err(error) = server.store.read_opened(&opened, entry).await {
        server.reads.forget(&key, &window);
        return Err(Problem::from(error));
    }
    *counted = Some(ReadCount {
        reads: 1,
        last: opened.opened_at,
        window: opened,
    });
    drop(counted);
    server.hub.tell([Topic::Audit]);
    let server = Arc::clone(server);
    server.tasks.clone().spawn(async move {
        server.pause(WINDOW).await;
        close(&server, &window).await;
        server.reads.forget(&key, &window);
    });
    Ok(())
}

/// The window's lock may have been waited for, and a disconnect may have begun meanwhile.
fn still_in_service(server: &Server, usable: &UsableToken) -> Result<(), Problem> {
    let now = server.store.connection(&usable.connection.id)?;
    if now.serves(usable.connection.generation).is_ok() {
        return Ok(());
    }
    Err(none(&now.name, NoToken::OutOfService(now.status.badge())))
}

/// The second entry. When it cannot be written, the row stays and the next start closes the window.
async fn close(server: &Server, window: &Window) {
    let mut counted = window.lock().await;
    let Some(ReadCount {
        window,
        reads,
        last,
    }) = counted.take()
    else {
        return;
    };
    let counted = Event::TokenReads(TokenReads {
        fingerprint: window.fingerprint.clone(),
        since: window.opened_at,
        reads: Some(reads),
        at_least: None,
        why: None,
    });
    let entry = entry(&window, AuditOutcome::Done, counted);
    let closed = server
        .store
        .read_closed(&window, Some((reads, last)), entry)
        .await;
    match closed {
        Ok(()) => server.hub.tell([Topic::Audit]),
        Err(error) => {
            tracing::error!(connection = %window.connection, %error, "a count of token reads could not be kept");
        }
    }
}

fn opened(caller: &Caller, usable: &UsableToken) -> ReadWindow {
    ReadWindow {
        connection: usable.connection.id.clone(),
        generation: usable.connection.generation,
        credential: usable.credential.clone(),
        fingerprint: usable.fingerprint.clone(),
        user: caller.actor.user.id.clone(),
        name: caller.actor.user.name.clone(),
        role: caller.actor.role.code().to_owned(),
        origin: caller.origin.clone(),
        opened_at: clock_and_ids::now(),
    }
}

/// Both entries stand in the reader's name.
fn entry(window: &ReadWindow, outcome: AuditOutcome, event: Event) -> NewEntry {
    NewEntry {
        id: clock_and_ids::audit(),
        at: clock_and_ids::now(),
        salt: clock_and_ids::salt(),
        actor: window.name.clone(),
        role: window.role.clone(),
        origin: window.origin.clone(),
        target: window.connection.to_string(),
        outcome,
        event,
    }
}

fn none(name: &str, why: NoToken) -> Problem {
    let (code, hint) = match &why {
        NoToken::OutOfService(_) | NoToken::None | NoToken::Moved(_) => (
            Code::Conflict,
            "`tagout connections` says how it stands; `tagout reconnect` puts it into service",
        ),
        NoToken::TooShort { .. } => (Code::Failed, "ask for less with --min-valid"),
        NoToken::Vendor(_) | NoToken::Refused(_) => {
            (Code::Failed, "`tagout connections` says how it stands")
        }
        NoToken::SetUp(_) => (Code::Failed, "look at `tagout providers configure`"),
        NoToken::Store(_) | NoToken::Vault(_) => (Code::Failed, "see the server's log"),
    };
    Problem::new(code, format!("no token of {name}: {why}"), hint)
}
