//! What becomes of tokens that are kept: asked once while they are young, destroyed once they are over.

use std::time::{Duration, Instant};

use super::{NoToken, vendor_for_use};
use crate::domain::audit::holds::SecretDestroyed;
use crate::domain::audit::tokens::SecretGone;
use crate::domain::audit::{AuditOutcome, Event};
use crate::domain::connection::Connection;
use crate::domain::credential::{Credential, CredentialState, TokenKind};
use crate::domain::id::ConnectionId;
use crate::domain::provider::{Question, RefreshKind};
use crate::domain::saturating_time::saturating_later;
use crate::domain::trial::Verdict;
use crate::server::caller::server_entry;
use crate::server::vendor::VendorSession;
use crate::server::{Server, clock_and_ids};
use crate::wire::Topic;
use jiff::{SignedDuration, Timestamp};
use tokio::time::timeout;

/// For so long superseded tokens are asked about under the connection's lock, for which a disconnect waits 30 s; the others
/// wait for the next time.
const SWEEP: Duration = Duration::from_secs(10);
/// The vendor's clock may be behind ours by so much.
const CLOCKS: SignedDuration = SignedDuration::from_mins(5);

/// Asks every live token once, so that a later refusal is known to be of a token that had passed.
pub async fn passed(server: &Server, vendor: &VendorSession, id: &ConnectionId) {
    server.health.watch(id);
    let (Ok(connection), Ok(all)) = (server.store.connection(id), server.store.credentials_of(id))
    else {
        return;
    };
    let mut alive = Vec::new();
    for credential in all
        .iter()
        .filter(|c| c.is_active() && c.passed_at.is_none())
    {
        let Some(sealed) = &credential.sealed else {
            continue;
        };
        match server.vault.open_to_ask(sealed, credential.id.as_str()) {
            Ok(secret) => {
                let asked = vendor
                    .ask(&connection, credential.kind, &secret, None)
                    .await;
                if let (Verdict::Alive, Some(question)) = (asked.verdict, asked.question) {
                    alive.push((credential.id.clone(), question, asked.endpoint));
                }
            }
            Err(error) => {
                tracing::error!(credential = %credential.id, %error, "a secret cannot be opened")
            }
        }
    }
    if !alive.is_empty()
        && let Err(error) = server.store.passed(id, &alive, vendor.as_of).await
    {
        tracing::warn!(connection = %id, %error, "that its tokens passed could not be kept");
    }
}

/// Destroys what was superseded and cannot live any more: expired access tokens, and refresh tokens that a new one took
/// the place of (RFC 6749 6: the old one is to be discarded). A vendor that says that the old one still works is
/// believed, whatever its time and the file say: it is kept, and ended with the others. Where nobody can be asked it is kept
/// as long as it may still be taken.
pub(crate) async fn sweep(server: &Server, vendor: &VendorSession, connection: &Connection) {
    let all = match server.store.credentials_of(&connection.id) {
        Ok(all) => all,
        Err(error) => {
            tracing::error!(connection = %connection.id, %error, "superseded tokens cannot be looked at");
            return;
        }
    };
    let (now, began) = (clock_and_ids::now(), Instant::now());
    for credential in all
        .iter()
        .filter(|c| c.state == CredentialState::Superseded)
    {
        let is_over = match credential.kind {
            // One that a further authorization set aside was never used up: it lives on until a disconnect ends it.
            TokenKind::Refresh => credential.replaced_at(&all).is_some(),
            _ => credential
                .expires_at
                .is_some_and(|at| now.duration_since(at) > CLOCKS),
        };
        let old = Superseded {
            credential,
            all: &all,
        };
        if !is_over {
            continue;
        }
        let left = SWEEP.saturating_sub(began.elapsed());
        let asked = timeout(left, life(server, vendor, connection, old)).await;
        let Ok(life) = asked else { return };
        let unproven_since = match life {
            Life::Kept => continue,
            Life::Over => None,
            Life::NotProvable => credential.replaced_at(&all),
        };
        match destroy(server, credential, unproven_since).await {
            Ok(()) => server.hub.tell([Topic::Connection(connection.id.clone())]),
            Err(error) => {
                tracing::error!(credential = %credential.id, %error, "a superseded token could not be destroyed");
            }
        }
    }
}

/// When a replaced refresh token of a connection need not be kept any longer; none where none is kept for a while only.
pub fn next_overdue(
    server: &Server,
    connection: &Connection,
    all: &[Credential],
) -> Option<Timestamp> {
    let auth = &server.provider(&connection.provider)?.auth;
    let is_out = connection.status.is_out_of_service();
    if is_out || auth.refresh != RefreshKind::Rotating {
        return None;
    }
    let now = clock_and_ids::now();
    let over = all
        .iter()
        .filter(|it| it.is_replaced_refresh())
        .filter_map(|it| {
            let is_kept = it.may_still_be_taken(all, auth.superseded_for(), now);
            let at = it.replaced_at(all)?;
            Some(if is_kept {
                saturating_later(at, auth.superseded_for())
            } else {
                now
            })
        });
    over.min()
}

/// Gives back the replaced refresh tokens of a connection that are due: nothing else would where nobody refreshes it.
pub async fn sweep_overdue(server: &Server, connection: &Connection, all: &[Credential]) {
    if next_overdue(server, connection, all).is_none_or(|at| at > clock_and_ids::now()) {
        return;
    }
    let _lock = server.locks.of(&connection.id).await;
    let connection = match server.store.connection(&connection.id) {
        Ok(connection) => connection,
        Err(error) => {
            tracing::error!(connection = %connection.id, %error, "replaced refresh tokens cannot be looked at");
            return;
        }
    };
    if connection.status.is_out_of_service() {
        return;
    }
    match vendor_for_use(server, &connection).await {
        Ok(vendor) => sweep(server, &vendor, &connection).await,
        Err(error) => {
            tracing::warn!(connection = %connection.id, %error, "replaced refresh tokens are kept on");
        }
    }
}

/// A superseded token, among all of its connection.
#[derive(Clone, Copy)]
struct Superseded<'a> {
    credential: &'a Credential,
    all: &'a [Credential],
}

impl Superseded<'_> {
    /// See `judge`: an issuer may call a refresh token inactive whose access token has expired.
    fn is_hearsay(self, now: Timestamp) -> bool {
        let Self { credential, all } = self;
        let is_of_expired = |c: &Credential| {
            c.kind == TokenKind::Access
                && (&c.label, c.issue) == (&credential.label, credential.issue)
                && c.expires_at.is_none_or(|at| at < now)
        };
        credential.kind == TokenKind::Refresh && all.iter().any(is_of_expired)
    }
}

/// What is known of a superseded token.
enum Life {
    /// It works, or may: it is kept.
    Kept,
    /// The vendor says that it does not, or its time is over.
    Over,
    /// Nobody can be asked, and it was kept as long as it may be taken.
    NotProvable,
}

async fn life(
    server: &Server,
    vendor: &VendorSession,
    connection: &Connection,
    old: Superseded<'_>,
) -> Life {
    let credential = old.credential;
    let now = clock_and_ids::now();
    let auth = &vendor.file().auth;
    // Without an answer an access token's time counts, and of a refresh token the file's word: a vendor that replaces it on use
    // takes the old one for a while at most.
    let by_time = || match credential.kind {
        TokenKind::Refresh
            if auth.refresh == RefreshKind::Rotating
                && !credential.may_still_be_taken(old.all, auth.superseded_for(), now) =>
        {
            Life::NotProvable
        }
        TokenKind::Refresh => Life::Kept,
        _ => Life::Over,
    };
    let Some(sealed) = &credential.sealed else {
        return by_time();
    };
    let opened = server.vault.open_to_ask(sealed, credential.id.as_str());
    let Ok(secret) = opened else {
        return Life::Kept;
    };
    let asked = vendor
        .ask(connection, credential.kind, &secret, credential.passed_by)
        .await;
    let is_refresh = credential.kind == TokenKind::Refresh;
    let is_rotated = is_refresh && auth.refresh == RefreshKind::Rotating;
    match asked.verdict {
        Verdict::Alive => Life::Kept,
        // It is asked again with the next refresh.
        _ if asked.is_unanswered() && !is_rotated => Life::Kept,
        Verdict::Dead
            if asked.question != Some(Question::Introspection)
                || !old.is_hearsay(now)
                || is_rotated =>
        {
            Life::Over
        }
        Verdict::NotAskable | Verdict::Unknown | Verdict::Dead => by_time(),
    }
}

/// D6, the slot, D7, for a secret outside a run. Begun or not, it is finished. Of a refresh token that cannot be proven dead it
/// is said since when it was replaced.
pub async fn destroy(
    server: &Server,
    credential: &Credential,
    unproven_since: Option<Timestamp>,
) -> Result<(), NoToken> {
    let (connection, id) = (&credential.connection, &credential.id);
    let entry = |event, outcome| server_entry(event, connection, outcome);
    let begun = Event::CredentialDestroying(SecretGone {
        unproven_since,
        ..SecretGone::of(credential)
    });
    let outcome = match unproven_since {
        Some(_) => AuditOutcome::Warning,
        None => AuditOutcome::Done,
    };
    server
        .store
        .discarding(connection, id, entry(begun, outcome))
        .await?;
    if let Some(sealed) = &credential.sealed {
        server.vault.destroy(&sealed.key)?;
    }
    let gone = SecretDestroyed::Secret(SecretGone::of(credential));
    let destroyed = Event::CredentialDestroyed(gone, Box::new(None));
    server
        .store
        .discarded(connection, id, entry(destroyed, AuditOutcome::Done))
        .await?;
    if let Some(sealed) = &credential.sealed {
        server.vault.release(&sealed.key)?;
    }
    Ok(())
}
