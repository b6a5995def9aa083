//! Usable tokens: opened while they last, refreshed when they do not. A refresh is single-flight, leaves an intent
//! before its call, and is on the disk before anybody uses what it brought.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use tokio::sync::OwnedMutexGuard;

use super::disconnect::StepError;
use super::vendor::Vendor;
use super::who::server_entry;
use super::{Server, mint};
use crate::domain::audit::AuditOutcome;
use crate::domain::connection::{Connection, Health, Status};
use crate::domain::credential::{Credential, CredentialState, TokenKind};
use crate::domain::disconnect::judge::Verdict;
use crate::domain::disconnect::run::Run;
use crate::domain::id::{ConnectionId, CredentialId};
use crate::domain::provider::{Lifetime, ProviderFile, RefreshKind};
use crate::domain::sealed::Purpose;
use crate::providers::{Issued, TokenError, TokenSet};
use crate::store::StoreError;
use crate::store::facts::Intent;
use crate::vault::{VaultError, fingerprint};
use crate::wire::Topic;

/// A token that lasts less than this is refreshed before it is used.
const MARGIN: Duration = Duration::from_secs(60);

/// A token that works, as far as is known, and whose it is.
pub struct Usable {
    /// The connection as it was when the token was opened.
    pub connection: Connection,
    /// Which token.
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
    #[error("its tokens last {lifetime} s, less than the {asked} s that were asked for")]
    TooShort {
        /// How long, in seconds.
        lifetime: i64,
        /// How long was asked for.
        asked: u64,
    },
    /// The vendor did not give a new one.
    #[error(transparent)]
    Vendor(#[from] TokenError),
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
pub async fn usable(server: &Arc<Server>, id: &ConnectionId) -> Result<Usable, NoToken> {
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
) -> Result<Usable, NoToken> {
    match current(server, id)? {
        (connection, Some(credential)) if lasts(&credential, at_least.unwrap_or(MARGIN)) => {
            open(server, connection, &credential)
        }
        _ => {
            let (own, id) = (Arc::clone(server), id.clone());
            to_its_end(server, async move { fresh(&own, &id, at_least).await }).await
        }
    }
}

async fn fresh(
    server: &Server,
    id: &ConnectionId,
    at_least: Option<Duration>,
) -> Result<Usable, NoToken> {
    let _single_flight = turn(server, id).await?;
    let (connection, access) = current(server, id)?;
    if let Some(credential) = &access {
        if lasts(credential, at_least.unwrap_or(MARGIN)) {
            return open(server, connection, credential);
        }
        can_last(credential, at_least)?;
    }
    let label = access.map(|credential| credential.label);
    refresh(server, &connection, &label.unwrap_or_default(), "refresh").await?;
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
pub async fn after_refusal(server: &Arc<Server>, refused: &Usable) -> Result<Usable, NoToken> {
    let (id, credential) = (refused.connection.id.clone(), refused.credential.clone());
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
) -> Result<Usable, NoToken> {
    let _single_flight = server.locks.of(id).await;
    match current(server, id)? {
        (connection, Some(credential)) if credential.id != *refused => {
            open(server, connection, &credential)
        }
        (connection, Some(credential)) => {
            refresh(server, &connection, &credential.label, "refresh").await?;
            renewed(server, id)
        }
        (_, None) => Err(NoToken::None),
    }
}

/// A refresh that has begun is not given up with the sync that wanted it: what the vendor answers may be the only
/// refresh token there is from then on.
async fn to_its_end(
    server: &Server,
    refresh: impl Future<Output = Result<Usable, NoToken>> + Send + 'static,
) -> Result<Usable, NoToken> {
    let ended = server.tasks.spawn(refresh).await;
    ended.unwrap_or_else(|broken| Err(NoToken::SetUp(format!("the refresh broke off: {broken}"))))
}

/// Before revoking: where the recipe needs a live access token and the one at hand has expired, a new one. That it
/// cannot be had is no reason to stop: the calls will say so themselves.
pub async fn freshen_for_revocation(server: &Server, run: &Run) {
    let Some(file) = server.provider(&run.provider) else {
        return;
    };
    let wanted = file.calls().iter().any(|call| {
        call.needs() == crate::domain::provider::TokenKind::Access
            && (!call.optional || run.uninstall)
            && shows_itself(call)
    });
    if !wanted {
        return;
    }
    let stale = match (
        server.store.connection(&run.connection),
        server.store.credentials_of(&run.connection),
    ) {
        (Ok(connection), Ok(all)) => all
            .into_iter()
            .rfind(|c| c.is_active() && c.kind == TokenKind::Access)
            .filter(|c| !lasts(c, MARGIN))
            .map(|c| (connection, c.label)),
        _ => None,
    };
    if let Some((connection, label)) = stale
        && let Err(error) = refresh(server, &connection, &label, "refresh to revoke").await
    {
        tracing::warn!(run = %run.id, %error, "no live access token for the revocation");
    }
}

/// Whether the call is authenticated by the token itself: a dead one could not end anything.
fn shows_itself(call: &crate::domain::provider::Call) -> bool {
    !call.auth().is_ours() || call.kind != crate::domain::provider::CallKind::Revoke
}

fn current(
    server: &Server,
    id: &ConnectionId,
) -> Result<(Connection, Option<Credential>), NoToken> {
    let connection = server.store.connection(id)?;
    if !matches!(connection.status, Status::Connected | Status::Error) {
        return Err(NoToken::OutOfService(connection.status.badge()));
    }
    let usable = |c: &Credential| {
        c.is_active() && c.generation == connection.generation && c.label.is_empty()
    };
    let all = server.store.credentials_of(id)?;
    let credential = all
        .into_iter()
        .rfind(|c| usable(c) && matches!(c.kind, TokenKind::Access | TokenKind::ApiKey));
    Ok((connection, credential))
}

fn renewed(server: &Server, id: &ConnectionId) -> Result<Usable, NoToken> {
    match current(server, id)? {
        (connection, Some(credential)) => open(server, connection, &credential),
        (_, None) => Err(NoToken::None),
    }
}

fn open(
    server: &Server,
    connection: Connection,
    credential: &Credential,
) -> Result<Usable, NoToken> {
    let sealed = credential.sealed.as_ref().ok_or(NoToken::None)?;
    let secret = server.vault.open_for_use(sealed, credential.id.as_str())?;
    Ok(Usable {
        connection,
        credential: credential.id.clone(),
        fingerprint: credential.fingerprint.clone(),
        expires_at: credential.expires_at,
        secret,
    })
}

fn lasts(credential: &Credential, asked: Duration) -> bool {
    let soon = mint::now().checked_add(asked);
    credential
        .expires_at
        .is_none_or(|at| soon.is_ok_and(|soon| at > soon))
}

/// Trades the refresh token in. The caller holds the connection's lock.
async fn refresh(
    server: &Server,
    connection: &Connection,
    label: &str,
    call: &str,
) -> Result<(), NoToken> {
    let all = server.store.credentials_of(&connection.id)?;
    let of_label =
        |c: &&Credential| c.is_active() && c.kind == TokenKind::Refresh && c.label == label;
    let Some(old) = all.iter().rfind(of_label) else {
        let reason = "the token was refused, and there is no refresh token".to_owned();
        mark(
            server,
            connection,
            Status::ReconnectRequired,
            Health::Healthy,
            reason,
        )
        .await?;
        return Err(NoToken::None);
    };
    let vendor = Vendor::of(server, &connection.provider)
        .await
        .map_err(|p| NoToken::SetUp(p.message))?;
    let endpoints = vendor.endpoints().map_err(|p| NoToken::SetUp(p.message))?;
    let sealed = old.sealed.as_ref().ok_or(NoToken::None)?;
    let secret = server.vault.open_for_revocation(sealed, old.id.as_str())?;
    let mut again = true;
    loop {
        let intent = Intent {
            credential: mint::credential(),
            connection: connection.id.clone(),
            generation: connection.generation,
            call: call.to_owned(),
            at: mint::now(),
            lost: false,
        };
        server.store.intend(&intent).await?;
        let error = match server
            .vendors
            .refresh(&vendor.app, endpoints, &secret)
            .await
        {
            Ok(set) => {
                let replaced = (label, old);
                keep(server, connection, &vendor, &intent, &all, replaced, &set).await?;
                passed(server, &vendor, &connection.id).await;
                sweep(server, &vendor, connection).await;
                return Ok(());
            }
            Err(error) => error,
        };
        // Only an answer that may have been lost on the way may have issued something.
        if !matches!(error, TokenError::Lost { .. }) {
            server.store.intent_settled(&intent).await?;
        } else {
            answer_lost(server, connection, &intent).await?;
            // Vendors with a grace period take the old token once more. Those without end the grant for it, and
            // with it what they issued and nobody has seen: then a person has to authorize again either way.
            if std::mem::take(&mut again) {
                continue;
            }
        }
        refused(server, connection, &error).await?;
        return Err(error.into());
    }
}

async fn answer_lost(
    server: &Server,
    connection: &Connection,
    intent: &Intent,
) -> Result<(), StoreError> {
    let detail =
        json!({ "name": connection.name, "credential": intent.credential, "call": intent.call });
    let entry = server_entry(
        "connection.answer_lost",
        &connection.id,
        AuditOutcome::Warning,
        detail,
    );
    server.store.intent_lost(intent, entry).await
}

async fn refused(
    server: &Server,
    connection: &Connection,
    error: &TokenError,
) -> Result<(), StoreError> {
    let (status, health) = match error {
        TokenError::Refused { .. } => (Status::ReconnectRequired, Health::Healthy),
        TokenError::ClientRejected { .. } | TokenError::Setup(_) => {
            (Status::Error, Health::Degraded)
        }
        TokenError::Outage { .. } | TokenError::Lost { .. } => (Status::Error, Health::Down),
    };
    let mut reason = error.to_string();
    let lost = |intent: &Intent| intent.lost && intent.generation == connection.generation;
    if status == Status::ReconnectRequired
        && server.store.intents_of(&connection.id)?.iter().any(lost)
    {
        reason = format!(
            "the answer to a refresh was lost, and the old refresh token is not taken any more; {reason}"
        );
    }
    mark(server, connection, status, health, reason).await
}

/// The vendor's answers say something about the connection: the badge turns by itself (N3).
///
/// # Errors
/// When the store refuses.
pub async fn mark(
    server: &Server,
    c: &Connection,
    status: Status,
    health: Health,
    reason: String,
) -> Result<(), StoreError> {
    let (outcome, action) = match status {
        Status::Connected => (AuditOutcome::Done, "connection.recovered"),
        Status::ReconnectRequired => (AuditOutcome::Warning, "connection.reconnect_required"),
        _ => (AuditOutcome::Warning, "connection.error"),
    };
    let detail =
        json!({ "name": c.name, "provider": c.provider, "status": status, "reason": reason });
    let entry = server_entry(action, &c.id, outcome, detail);
    if server
        .store
        .mark(&c.id, c.generation, (status, health, reason), entry)
        .await?
    {
        server.hub.tell([
            Topic::Connections,
            Topic::Connection(c.id.clone()),
            Topic::Jobs,
            Topic::Audit,
            Topic::Providers,
        ]);
    }
    Ok(())
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

/// Seals what a refresh brought; what it replaces is set aside.
///
/// # Errors
/// When our own store or vault refuses.
pub(super) async fn keep(
    server: &Server,
    connection: &Connection,
    vendor: &Vendor,
    intent: &Intent,
    all: &[Credential],
    (label, old): (&str, &Credential),
    set: &TokenSet,
) -> Result<(), NoToken> {
    let issued = &set.first;
    let issue = all.iter().map(|c| c.issue).max().unwrap_or(0) + 1;
    let place = (label, issue);
    let fresh = seal_issued(
        server,
        connection,
        vendor.file(),
        issued,
        place,
        vendor.as_of,
    )?;
    // A refresh that answers with the same refresh token has issued nothing new of that kind.
    let (same, fresh): (Vec<_>, Vec<_>) = fresh.into_iter().partition(|(c, secret)| {
        c.kind == TokenKind::Refresh
            && c.fingerprint == old.fingerprint
            && is_same(server, old, secret)
    });
    for (credential, _) in same {
        discard(server, &credential)?;
    }
    let replaced = |kind| fresh.iter().any(|(c, _)| c.kind == kind);
    let superseded: Vec<CredentialId> = all
        .iter()
        .filter(|c| c.is_active() && c.label == label && replaced(c.kind))
        .map(|c| c.id.clone())
        .collect();
    let rows: Vec<Credential> = fresh.into_iter().map(|(c, _)| c).collect();
    let detail = json!({
        "name": connection.name, "issue": issue, "superseded": superseded.len(),
        "fingerprints": rows.iter().map(|c| json!({ "kind": c.kind, "fingerprint": c.fingerprint })).collect::<Vec<_>>(),
    });
    let entry = server_entry(
        "connection.refreshed",
        &connection.id,
        AuditOutcome::Done,
        detail,
    );
    server
        .store
        .refreshed(intent, &rows, &superseded, entry)
        .await?;
    server.hub.tell([
        Topic::Connections,
        Topic::Connection(connection.id.clone()),
        Topic::Audit,
    ]);
    Ok(())
}

/// Seals the tokens of one set, each with the row that will hold it. The slots are on the disk when this returns.
/// `issued_at` is a time at which our registration was certainly the one that they were issued to.
///
/// # Errors
/// When the vault refuses; what it has sealed by then is taken back at the next start.
pub fn seal_issued(
    server: &Server,
    connection: &Connection,
    file: &ProviderFile,
    issued: &Issued,
    (label, issue): (&str, u32),
    issued_at: Timestamp,
) -> Result<Vec<(Credential, SecretString)>, VaultError> {
    let now = mint::now();
    let access_ends = issued
        .expires_in
        .or_else(|| file.auth.lifetime.as_ref().and_then(Lifetime::duration));
    let access_ends = access_ends.and_then(|lasts| now.checked_add(lasts).ok());
    let tokens = [
        Some((TokenKind::Access, &issued.access, access_ends)),
        issued
            .refresh
            .as_ref()
            .map(|refresh| (TokenKind::Refresh, refresh, None)),
    ];
    let mut sealed = Vec::new();
    for (kind, secret, expires_at) in tokens.into_iter().flatten() {
        let row = seal_row(
            server,
            connection,
            (kind, label, issue),
            secret,
            (issued_at, expires_at),
        )?;
        sealed.push((row, secret.clone()));
    }
    Ok(sealed)
}

/// Seals one secret with the row that will hold it.
///
/// # Errors
/// When the vault refuses.
pub fn seal_row(
    server: &Server,
    connection: &Connection,
    (kind, label, issue): (TokenKind, &str, u32),
    secret: &SecretString,
    (issued_at, expires_at): (Timestamp, Option<Timestamp>),
) -> Result<Credential, VaultError> {
    let id = mint::credential();
    let sealed = server.vault.seal(secret, id.as_str(), Purpose::Use)?;
    Ok(Credential {
        id,
        connection: connection.id.clone(),
        generation: connection.generation,
        issue,
        kind,
        label: label.to_owned(),
        fingerprint: fingerprint(secret),
        issued_at,
        expires_at,
        passed_at: None,
        passed_by: None,
        state: CredentialState::Active,
        sealed: Some(sealed),
    })
}

/// Asks every live token once, so that a later refusal is known to be of a token that had passed.
pub async fn passed(server: &Server, vendor: &Vendor, id: &ConnectionId) {
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
        match server
            .vault
            .open_for_revocation(sealed, credential.id.as_str())
        {
            Ok(secret) => {
                let asked = vendor
                    .ask(&connection, credential.kind, &secret, None)
                    .await;
                if let (Verdict::Alive, Some(question)) = (asked.verdict, asked.question) {
                    alive.push((credential.id.clone(), question));
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
/// believed, whatever the file says: it is kept, and ended with the others.
async fn sweep(server: &Server, vendor: &Vendor, connection: &Connection) {
    let Ok(all) = server.store.credentials_of(&connection.id) else {
        return;
    };
    let now = mint::now();
    // One that a further authorization set aside was never used up: it lives on until a disconnect ends it.
    let replaced = |old: &Credential| {
        all.iter().any(|c| {
            c.kind == old.kind
                && c.generation == old.generation
                && c.label == old.label
                && c.issue > old.issue
        })
    };
    for credential in all
        .iter()
        .filter(|c| c.state == CredentialState::Superseded)
    {
        let is_over = match credential.kind {
            TokenKind::Refresh => {
                replaced(credential)
                    && !may_still_work(server, vendor, connection, credential).await
            }
            _ => credential.expires_at.is_some_and(|at| at < now),
        };
        if is_over && let Err(error) = destroy(server, credential).await {
            tracing::error!(credential = %credential.id, %error, "a superseded token could not be destroyed");
        }
    }
}

async fn may_still_work(
    server: &Server,
    vendor: &Vendor,
    connection: &Connection,
    credential: &Credential,
) -> bool {
    let Some(sealed) = &credential.sealed else {
        return false;
    };
    let opened = server
        .vault
        .open_for_revocation(sealed, credential.id.as_str());
    let Ok(secret) = opened else {
        return true;
    };
    let asked = vendor
        .ask(connection, credential.kind, &secret, credential.passed_by)
        .await;
    match asked.verdict {
        Verdict::Alive => true,
        // Nobody answered: it is asked again with the next refresh.
        Verdict::Unknown => asked.status.is_none(),
        // Without a question the file's word counts: only where it says that the vendor replaces a refresh token
        // on use is the old one dead.
        Verdict::NotAskable => vendor.file().auth.refresh != RefreshKind::Rotating,
        Verdict::Dead => false,
    }
}

/// D6, the slot, D7, for a secret outside a run. Begun or not, it is finished.
///
/// # Errors
/// When our own store or vault refuses.
pub async fn destroy(server: &Server, credential: &Credential) -> Result<(), NoToken> {
    let (connection, id) = (&credential.connection, &credential.id);
    let detail =
        json!({ "credential": id, "kind": credential.kind, "fingerprint": credential.fingerprint });
    let entry = |action| server_entry(action, connection, AuditOutcome::Done, detail.clone());
    server
        .store
        .discarding(connection, id, entry("credential.destroying"))
        .await?;
    if let Some(sealed) = &credential.sealed {
        server.vault.destroy(&sealed.key)?;
    }
    server
        .store
        .discarded(connection, id, entry("credential.destroyed"))
        .await?;
    if let Some(sealed) = &credential.sealed {
        server.vault.release(&sealed.key)?;
    }
    Ok(())
}

/// Takes back a secret that was sealed for a row that is not written.
fn discard(server: &Server, credential: &Credential) -> Result<(), VaultError> {
    credential
        .sealed
        .as_ref()
        .map_or(Ok(()), |sealed| server.vault.discard(&sealed.key))
}

fn is_same(server: &Server, old: &Credential, secret: &SecretString) -> bool {
    let opened = old
        .sealed
        .as_ref()
        .map(|sealed| server.vault.open_for_revocation(sealed, old.id.as_str()));
    matches!(opened, Some(Ok(kept)) if kept.expose_secret() == secret.expose_secret())
}
