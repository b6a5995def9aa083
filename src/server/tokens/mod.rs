//! Usable tokens: opened while they last, refreshed when they do not. A refresh is single-flight, leaves an intent
//! before its call, and is on the disk before anybody uses what it brought.

mod lost_token;
pub mod refresh;
pub mod refresh_first;
pub mod seal;
pub mod token_end;

pub(in crate::server) use lost_token::lost_token;

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use secrecy::SecretString;
use tokio::sync::OwnedMutexGuard;
use tokio::time::Instant;

use crate::domain::connection::{Badge, Connection, Status};
use crate::domain::credential::Credential;
use crate::domain::id::{ConnectionId, CredentialId};
use crate::providers::TokenError;
use crate::server::run_entries::StepError;
use crate::server::vendor::VendorSession;
use crate::server::{Server, clock_and_ids};
use crate::store::StoreError;
use crate::vault::VaultError;
use refresh::{Occasion, refresh};

/// A token that lasts less than this is refreshed before it is used, unless its life is short.
const REFRESH_MARGIN: Duration = Duration::from_secs(60);

/// Whatever may issue a token is given up after so long, before a disconnect stops waiting for it: what would come later
/// could be ended by nobody.
const IN_FLIGHT: Duration = Duration::from_secs(25);

/// A token that works, as far as is known, and whose it is.
pub struct UsableToken {
    /// The connection as it was when the token was opened.
    pub connection: Connection,
    pub credential: CredentialId,
    /// Which, for whoever finds it.
    pub fingerprint: String,
    /// When it expires by itself.
    pub expires_at: Option<Timestamp>,
    /// The token.
    pub secret: SecretString,
}

/// Why there is no usable token. The connection's status says the same where it is the vendor's doing.
#[derive(Debug, thiserror::Error)]
pub enum NoToken {
    /// The connection is not in service.
    #[error("the connection is {0}")]
    OutOfService(&'static str),
    /// There is nothing to use.
    #[error("there is no token; reconnect")]
    None,
    /// Even a new one would not last as long as was asked for.
    #[error("its tokens last {lifetime} s, and longer than {asked} s was asked for")]
    TooShort {
        /// How long, in seconds.
        lifetime: i64,
        /// How long was asked for.
        asked: u64,
    },
    /// The vendor refuses the token, and has turned the connection to Reconnect where no new one works either.
    #[error("the provider refused it: {0}")]
    Refused(String),
    /// The vendor did not give a new one.
    #[error(transparent)]
    Vendor(#[from] TokenError),
    /// The provider's addresses are others than the connection was authorized at.
    #[error("the connection has to be authorized again: it was {0}")]
    Moved(String),
    /// The provider cannot be used as it is set up.
    #[error("{0}")]
    SetUp(String),
    /// Our own store refused.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Our own vault refused.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

/// A token for using the connection, refreshed first if it would not last.
///
/// # Errors
/// See [`NoToken`].
pub async fn usable(server: &Arc<Server>, id: &ConnectionId) -> Result<UsableToken, NoToken> {
    lasting(server, id, None).await
}

/// A token that can be used for so long, refreshed first if it would not last. Without a time, it is one that lasts
/// for a while, if the vendor gives such tokens.
///
/// # Errors
/// See [`NoToken`].
pub async fn lasting(
    server: &Arc<Server>,
    id: &ConnectionId,
    at_least: Option<Duration>,
) -> Result<UsableToken, NoToken> {
    match current(server, id)? {
        (connection, Some(credential)) if is_enough(&credential, at_least) => {
            open(server, connection, &credential)
        }
        _ => {
            let (own, id) = (Arc::clone(server), id.clone());
            to_its_end(server, async move { fresh(&own, &id, at_least).await }).await
        }
    }
}

/// A call that may issue tokens, begun with the connection's lock at `since`.
///
/// # Errors
/// What the call says; that its answer is lost when it takes too long.
pub async fn in_flight<T>(
    since: Instant,
    call: impl Future<Output = Result<T, TokenError>>,
) -> Result<T, TokenError> {
    match tokio::time::timeout_at(since + IN_FLIGHT, call).await {
        Ok(answered) => answered,
        Err(_) => Err(TokenError::Lost {
            why: format!("no answer within {} s", IN_FLIGHT.as_secs()),
        }),
    }
}

async fn fresh(
    server: &Server,
    id: &ConnectionId,
    at_least: Option<Duration>,
) -> Result<UsableToken, NoToken> {
    let _single_flight = turn(server, id).await?;
    let (connection, access) = current(server, id)?;
    if let Some(credential) = &access {
        if is_enough(credential, at_least) {
            return open(server, connection, credential);
        }
        can_last(credential, at_least)?;
    }
    may_renew(&connection)?;
    let label = access.map(|credential| credential.label);
    refresh(
        server,
        &connection,
        &label.unwrap_or_default(),
        Occasion::Ending,
    )
    .await?;
    match current(server, id)? {
        (connection, Some(credential)) => {
            can_last(&credential, at_least)?;
            open(server, connection, &credential)
        }
        (_, None) => Err(NoToken::None),
    }
}

/// The connection's lock. A disconnect holds it from its first to its last step: whoever waits is told as soon as it
/// has begun, and not when it has ended.
async fn turn(server: &Server, id: &ConnectionId) -> Result<OwnedMutexGuard<()>, NoToken> {
    let mut notices = server.hub.listen();
    let mut lock = std::pin::pin!(server.locks.of(id));
    loop {
        current(server, id)?;
        tokio::select! {
            guard = &mut lock => return Ok(guard),
            // That notices were missed is a reason to look, too.
            _ = notices.recv() => {}
        }
    }
}

/// Refreshing what was too short when it was new would only use up the vendor's patience.
fn can_last(credential: &Credential, at_least: Option<Duration>) -> Result<(), NoToken> {
    let lasts = |at: Timestamp| at.as_second() - credential.issued_at.as_second();
    let (Some(asked), Some(lifetime)) = (at_least, credential.expires_at.map(lasts)) else {
        return Ok(());
    };
    let asked = asked.as_secs();
    if u64::try_from(lifetime).is_ok_and(|lifetime| lifetime > asked) {
        return Ok(());
    }
    Err(NoToken::TooShort { lifetime, asked })
}

/// The vendor refused a token that should have lasted: a new one, unless somebody else has brought one already.
///
/// # Errors
/// See [`NoToken`]. When the connection has no refresh token, it turns to Reconnect.
pub async fn after_refusal(
    server: &Arc<Server>,
    connection: &ConnectionId,
    refused: &CredentialId,
) -> Result<UsableToken, NoToken> {
    let (id, credential) = (connection.clone(), refused.clone());
    let own = Arc::clone(server);
    to_its_end(
        server,
        async move { other_than(&own, &id, &credential).await },
    )
    .await
}

async fn other_than(
    server: &Server,
    id: &ConnectionId,
    refused: &CredentialId,
) -> Result<UsableToken, NoToken> {
    let _single_flight = turn(server, id).await?;
    match current(server, id)? {
        (connection, Some(credential)) if credential.id != *refused => {
            open(server, connection, &credential)
        }
        (connection, Some(credential)) => {
            if let Err(over) = may_renew(&connection) {
                let badge = Badge::reconnect(connection.reason.clone());
                refresh::mark(server, &connection, badge).await?;
                return Err(over);
            }
            refresh(server, &connection, &credential.label, Occasion::Refused).await?;
            renewed(server, id)
        }
        (_, None) => Err(NoToken::None),
    }
}

/// A refresh that has begun is not given up with the sync that wanted it: what the vendor answers may be the only
/// refresh token there is from then on.
async fn to_its_end<T: Send + 'static>(
    server: &Server,
    refresh: impl Future<Output = Result<T, NoToken>> + Send + 'static,
) -> Result<T, NoToken> {
    let ended = server.tasks.spawn(refresh).await;
    ended.unwrap_or_else(|broken| Err(NoToken::SetUp(format!("the refresh broke off: {broken}"))))
}

/// The provider for using a connection, at no other addresses than it was authorized at.
///
/// # Errors
/// [`NoToken::Moved`] where its tokens would be sent elsewhere; then it has to be authorized again.
pub async fn vendor_for_use(
    server: &Server,
    connection: &Connection,
) -> Result<VendorSession, NoToken> {
    let vendor = VendorSession::of_connection(server, connection)
        .await
        .map_err(|problem| NoToken::SetUp(problem.message))?;
    if let Some(how) = vendor.moved(connection) {
        refresh::mark(server, connection, Badge::reconnect(how.clone())).await?;
        return Err(NoToken::Moved(how));
    }
    if connection.bound.is_none()
        && let Some(bound) = vendor.binding(connection)
    {
        let (id, generation) = (&connection.id, connection.generation);
        server.store.bound(id, generation, bound).await?;
    }
    Ok(vendor)
}

/// Trades in a refresh token that came out of a backup: what the vendor says of it settles whether the connection is used.
///
/// # Errors
/// [`NoToken::OutOfService`] when that is settled, by this answer or otherwise.
pub async fn renew_first(server: &Arc<Server>, id: &ConnectionId) -> Result<(), NoToken> {
    let (own, id) = (Arc::clone(server), id.clone());
    let renewed = async move {
        let _single_flight = own.locks.of(&id).await;
        let asked = own.store.connection(&id)?;
        if !asked.is_asked_first {
            return Err(NoToken::OutOfService(asked.status.badge()));
        }
        let answered = refresh(&own, &asked, "", Occasion::FirstAnswer).await;
        let now = own.store.connection(&id)?;
        match answered {
            Err(_) if !now.is_asked_first => Err(NoToken::OutOfService(now.status.badge())),
            answered => answered,
        }
    };
    to_its_end(server, renewed).await
}

fn current(
    server: &Server,
    id: &ConnectionId,
) -> Result<(Connection, Option<Credential>), NoToken> {
    let connection = server.store.connection(id)?;
    if !connection.is_used(clock_and_ids::now()) {
        return Err(NoToken::OutOfService(connection.status.badge()));
    }
    let mut all = server.store.credentials_of(id)?.into_iter();
    let credential = all.rfind(|credential| credential.is_used_by(&connection));
    Ok((connection, credential))
}

/// A refused grant brings nothing new.
fn may_renew(connection: &Connection) -> Result<(), NoToken> {
    match connection.status {
        Status::ReconnectRequired => Err(NoToken::OutOfService(connection.status.badge())),
        Status::Connected
        | Status::Error
        | Status::Disconnecting
        | Status::Pending
        | Status::Revoked => Ok(()),
    }
}

fn renewed(server: &Server, id: &ConnectionId) -> Result<UsableToken, NoToken> {
    match current(server, id)? {
        (connection, Some(credential)) => open(server, connection, &credential),
        (_, None) => Err(NoToken::None),
    }
}

/// The token of a credential.
///
/// # Errors
/// [`NoToken::None`] when it is not here, [`NoToken::Vault`] when it cannot be opened.
pub(in crate::server) fn open(
    server: &Server,
    connection: Connection,
    credential: &Credential,
) -> Result<UsableToken, NoToken> {
    let sealed = credential.sealed.as_ref().ok_or(NoToken::None)?;
    let secret = server.vault.open_for_use(sealed, credential.id.as_str())?;
    Ok(UsableToken {
        connection,
        credential: credential.id.clone(),
        fingerprint: credential.fingerprint.clone(),
        expires_at: credential.expires_at,
        secret,
    })
}

/// Whether a token need not be refreshed before it is used.
fn is_enough(credential: &Credential, at_least: Option<Duration>) -> bool {
    lasts(credential, at_least.unwrap_or_else(|| margin(credential)))
}

/// How long before its end a token is refreshed: a fifth of a life that is too short for the usual margin, so that one of
/// less than a minute is not refreshed at every read.
fn margin(credential: &Credential) -> Duration {
    let life = credential.expires_at.and_then(|end| {
        let life = end.duration_since(credential.issued_at);
        Duration::try_from(life).ok()
    });
    life.map_or(REFRESH_MARGIN, |life| REFRESH_MARGIN.min(life / 5))
}

fn lasts(credential: &Credential, asked: Duration) -> bool {
    let soon = clock_and_ids::now().checked_add(asked);
    credential
        .expires_at
        .is_none_or(|at| soon.is_ok_and(|soon| at > soon))
}

impl NoToken {
    /// Our own store's or vault's refusal, for whoever can only be refused by these.
    pub(super) fn into_ours(self) -> StepError {
        match self {
            Self::Store(error) => StepError::Store(error),
            Self::Vault(error) => StepError::Vault(error),
            other => StepError::Store(StoreError::Refused(other.to_string())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn what_may_issue_is_over_before_a_disconnect_stops_waiting() {
        let began = Instant::now();
        let never = std::future::pending::<Result<(), TokenError>>();
        let given_up = in_flight(began, never).await;
        assert!(matches!(given_up, Err(TokenError::Lost { .. })));
        assert!(began.elapsed() < crate::server::disconnect::REFRESH_IN_FLIGHT);
    }
}
