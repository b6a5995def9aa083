//! What becomes of tokens that are kept: asked once while they are young, destroyed once they are over.

use super::NoToken;
use crate::domain::audit::holds::SecretDestroyed;
use crate::domain::audit::tokens::SecretGone;
use crate::domain::audit::{AuditOutcome, Event};
use crate::domain::connection::Connection;
use crate::domain::credential::{Credential, CredentialState, TokenKind};
use crate::domain::id::ConnectionId;
use crate::domain::provider::{Question, RefreshKind};
use crate::domain::trial::Verdict;
use crate::server::vendor::Vendor;
use crate::server::who::server_entry;
use crate::server::{Server, mint};
use jiff::SignedDuration;

/// The vendor's clock may be behind ours by so much.
const CLOCKS: SignedDuration = SignedDuration::from_mins(5);

/// Asks every live token once, so that a later refusal is known to be of a token that had passed.
pub async fn passed(server: &Server, vendor: &Vendor, id: &ConnectionId) {
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
/// believed, whatever its time and the file say: it is kept, and ended with the others.
pub(super) async fn sweep(server: &Server, vendor: &Vendor, connection: &Connection) {
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
            TokenKind::Refresh => replaced(credential),
            _ => credential
                .expires_at
                .is_some_and(|at| now.duration_since(at) > CLOCKS),
        };
        // See `judge`: an issuer may call a refresh token inactive whose access token has expired.
        let is_of_expired = |c: &Credential| {
            c.kind == TokenKind::Access
                && (&c.label, c.issue) == (&credential.label, credential.issue)
                && c.expires_at.is_none_or(|at| at < now)
        };
        let is_hearsay = credential.kind == TokenKind::Refresh && all.iter().any(is_of_expired);
        if is_over
            && !may_still_work(server, vendor, connection, credential, is_hearsay).await
            && let Err(error) = destroy(server, credential).await
        {
            tracing::error!(credential = %credential.id, %error, "a superseded token could not be destroyed");
        }
    }
}

async fn may_still_work(
    server: &Server,
    vendor: &Vendor,
    connection: &Connection,
    credential: &Credential,
    is_hearsay: bool,
) -> bool {
    let Some(sealed) = &credential.sealed else {
        return false;
    };
    let opened = server.vault.open_to_ask(sealed, credential.id.as_str());
    let Ok(secret) = opened else {
        return true;
    };
    let asked = vendor
        .ask(connection, credential.kind, &secret, credential.passed_by)
        .await;
    match asked.verdict {
        Verdict::Alive => true,
        // It is asked again with the next refresh.
        _ if asked.is_unanswered() => true,
        Verdict::Dead if !is_hearsay || asked.question != Some(Question::Introspection) => false,
        // Without an answer an access token's time counts, and the file's word: only where it says that the vendor
        // replaces a refresh token on use is the old one dead.
        Verdict::NotAskable | Verdict::Unknown | Verdict::Dead => {
            credential.kind == TokenKind::Refresh
                && vendor.file().auth.refresh != RefreshKind::Rotating
        }
    }
}

/// D6, the slot, D7, for a secret outside a run. Begun or not, it is finished.
///
/// # Errors
/// When our own store or vault refuses.
pub async fn destroy(server: &Server, credential: &Credential) -> Result<(), NoToken> {
    let (connection, id) = (&credential.connection, &credential.id);
    let entry = |event| server_entry(event, connection, AuditOutcome::Done);
    let begun = Event::CredentialDestroying(SecretGone::of(credential));
    server
        .store
        .discarding(connection, id, entry(begun))
        .await?;
    if let Some(sealed) = &credential.sealed {
        server.vault.destroy(&sealed.key)?;
    }
    let gone = SecretDestroyed::Secret(SecretGone::of(credential));
    let destroyed = Event::CredentialDestroyed(gone, Box::new(None));
    server
        .store
        .discarded(connection, id, entry(destroyed))
        .await?;
    if let Some(sealed) = &credential.sealed {
        server.vault.release(&sealed.key)?;
    }
    Ok(())
}
