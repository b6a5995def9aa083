//! Sealing what was issued, each secret with the row that will hold it.

use std::time::Duration;

use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};

use crate::domain::connection::Connection;
use crate::domain::credential::{Credential, CredentialState, TokenKind};
use crate::domain::provider::{Lifetime, ProviderFile};
use crate::domain::sealed::Purpose;
use crate::providers::Issued;
use crate::server::{Server, mint};
use crate::vault::{Made, VaultError, fingerprint};

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
    let access_lasts = issued
        .expires_in
        .or_else(|| file.auth.lifetime.as_ref().and_then(Lifetime::duration));
    let ends = |lasts: Option<Duration>| lasts.and_then(|lasts| now.checked_add(lasts).ok());
    let refresh_ends = ends(issued.refresh_expires_in);
    let tokens = [
        Some((TokenKind::Access, &issued.access, ends(access_lasts))),
        issued
            .refresh
            .as_ref()
            .map(|refresh| (TokenKind::Refresh, refresh, refresh_ends)),
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
    let made = match kind {
        TokenKind::ApiKey => Made::Typed,
        TokenKind::Access | TokenKind::Refresh | TokenKind::Installation | TokenKind::Unknown => {
            Made::Issued
        }
    };
    Ok(Credential {
        id,
        connection: connection.id.clone(),
        generation: connection.generation,
        issue,
        kind,
        label: label.to_owned(),
        fingerprint: fingerprint(secret, made),
        issued_at,
        expires_at,
        passed_at: None,
        passed_by: None,
        passed_where: String::new(),
        state: CredentialState::Active,
        sealed: Some(sealed),
    })
}

/// Takes back a secret that was sealed for a row that is not written.
pub(super) fn discard(server: &Server, credential: &Credential) -> Result<(), VaultError> {
    credential
        .sealed
        .as_ref()
        .map_or(Ok(()), |sealed| server.vault.discard(&sealed.key))
}

pub(super) fn is_same(server: &Server, old: &Credential, secret: &SecretString) -> bool {
    let opened = old
        .sealed
        .as_ref()
        .map(|sealed| server.vault.open_for_revocation(sealed, old.id.as_str()));
    matches!(opened, Some(Ok(kept)) if kept.expose_secret() == secret.expose_secret())
}
