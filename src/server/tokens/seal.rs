//! Sealing what was issued, each secret with the row that will hold it.

use std::time::Duration;

use jiff::Timestamp;
use secrecy::SecretString;

use crate::domain::connection::Connection;
use crate::domain::credential::{Credential, CredentialState, TokenKind};
use crate::domain::provider::{Lifetime, ProviderFile};
use crate::domain::sealed::SealPurpose;
use crate::providers::IssuedToken;
use crate::server::{Server, clock_and_ids};
use crate::vault::{Made, VaultError, fingerprint};

/// Which set of a connection's tokens it is.
#[derive(Debug, Clone, Copy)]
pub struct Issue<'a> {
    /// The label of the set; empty for the only one.
    pub label: &'a str,
    /// Counts the issues of a connection, from 1.
    pub number: u32,
    /// A time at which our registration was certainly the one that they were issued to.
    pub at: Timestamp,
    /// When the vendor issued them, or later: their lifetimes count from then.
    pub lives_from: Timestamp,
}

impl<'a> Issue<'a> {
    /// The one after all of these, by this label.
    #[must_use]
    pub fn after(all: &[Credential], label: &'a str, at: Timestamp) -> Self {
        let number = all.iter().map(|c| c.issue).max().unwrap_or(0) + 1;
        Self {
            label,
            number,
            at,
            lives_from: clock_and_ids::now(),
        }
    }
}

/// A secret that is not sealed yet.
#[derive(Debug, Clone, Copy)]
pub struct Unsealed<'a> {
    pub kind: TokenKind,
    /// The secret itself.
    pub secret: &'a SecretString,
    /// When it ends, where that is known.
    pub expires_at: Option<Timestamp>,
}

/// Seals the tokens of one set, each with the row that will hold it. The slots are on the disk when this returns.
///
/// # Errors
/// When the vault refuses; what it has sealed by then is taken back at the next start.
pub fn seal_issued(
    server: &Server,
    connection: &Connection,
    file: &ProviderFile,
    issued: &IssuedToken,
    issue: Issue<'_>,
) -> Result<Vec<(Credential, SecretString)>, VaultError> {
    let access_lasts = issued
        .expires_in
        .or_else(|| file.auth.lifetime.as_ref().and_then(Lifetime::duration));
    let ends =
        |lasts: Option<Duration>| lasts.and_then(|lasts| issue.lives_from.checked_add(lasts).ok());
    let access = Unsealed {
        kind: TokenKind::Access,
        secret: &issued.access,
        expires_at: ends(access_lasts),
    };
    let refresh = issued.refresh.as_ref().map(|secret| Unsealed {
        kind: TokenKind::Refresh,
        secret,
        expires_at: ends(issued.refresh_expires_in),
    });
    let mut sealed = Vec::new();
    for token in [Some(access), refresh].into_iter().flatten() {
        let row = seal_row(server, connection, issue, token)?;
        sealed.push((row, token.secret.clone()));
    }
    Ok(sealed)
}

/// Seals one secret with the row that will hold it.
pub fn seal_row(
    server: &Server,
    connection: &Connection,
    issue: Issue<'_>,
    token: Unsealed<'_>,
) -> Result<Credential, VaultError> {
    let id = clock_and_ids::credential();
    let sealed = server
        .vault
        .seal(token.secret, id.as_str(), SealPurpose::Use)?;
    let made = match token.kind {
        TokenKind::ApiKey => Made::Typed,
        TokenKind::Access | TokenKind::Refresh | TokenKind::Installation | TokenKind::Unknown => {
            Made::Issued
        }
    };
    Ok(Credential {
        id,
        connection: connection.id.clone(),
        generation: connection.generation,
        issue: issue.number,
        kind: token.kind,
        label: issue.label.to_owned(),
        fingerprint: fingerprint(token.secret, made),
        issued_at: issue.at,
        expires_at: token.expires_at,
        passed_at: None,
        passed_by: None,
        passed_where: String::new(),
        end_said: None,
        is_held_elsewhere: false,
        account: Some(connection.account.id.clone()),
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

pub(crate) fn is_same(server: &Server, old: &Credential, secret: &SecretString) -> bool {
    let sealed = old.sealed.as_ref();
    let is_it = sealed.map(|sealed| server.vault.is(sealed, old.id.as_str(), secret));
    matches!(is_it, Some(Ok(true)))
}
