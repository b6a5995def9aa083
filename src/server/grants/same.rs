//! One token in several places: some vendors issue the token that lives already to whoever authorizes again, as Slack does
//! with the token of a workspace's bot. A call about it ends it wherever it is held.

use secrecy::ExposeSecret;

use super::{group_of, of_account};
use crate::domain::connection::Connection;
use crate::domain::credential::{Credential, TokenKind, names_one_token};
use crate::domain::disconnect::intents::is_of;
use crate::domain::hold::Hold;
use crate::domain::id::CredentialId;
use crate::domain::provider::{Call, CallKind};
use crate::domain::sealed::Sealed;
use crate::server::Server;
use crate::store::StoreError;

/// A token that is looked for in other places.
struct Sought<'a> {
    id: &'a CredentialId,
    kind: TokenKind,
    fingerprint: &'a str,
    sealed: Option<&'a Sealed>,
}

impl<'a> Sought<'a> {
    fn of(row: &'a Credential) -> Self {
        Self {
            id: &row.id,
            kind: row.kind,
            fingerprint: &row.fingerprint,
            sealed: row.sealed.as_ref(),
        }
    }

    /// Whether this is the same token, in use.
    fn is(&self, server: &Server, row: &Credential) -> bool {
        let is_like_it = row.is_active()
            && (row.kind, row.fingerprint.as_str()) == (self.kind, self.fingerprint);
        is_like_it && (names_one_token(self.fingerprint) || self.has_the_secret_of(server, row))
    }

    fn has_the_secret_of(&self, server: &Server, row: &Credential) -> bool {
        let open = |sealed: &Sealed, id: &CredentialId| {
            server.vault.open_for_revocation(sealed, id.as_str()).ok()
        };
        let own = self.sealed.and_then(|sealed| open(sealed, self.id));
        let other = row.sealed.as_ref().and_then(|sealed| open(sealed, &row.id));
        match (own, other) {
            (Some(own), Some(other)) => own.expose_secret() == other.expose_secret(),
            (None, _) | (_, None) => false,
        }
    }
}

/// The other connections in service that hold a token of this one that a call of its provider can end; with `only`, one of
/// these.
///
/// # Errors
/// When the store cannot be read.
pub fn holders(
    server: &Server,
    own: &Connection,
    only: Option<&[CredentialId]>,
) -> Result<Vec<Connection>, StoreError> {
    let calls = server.provider(&own.provider).map(|file| file.calls());
    let can_end = |row: &Credential| {
        let is_about = |call: &Call| call.kind == CallKind::Revoke && is_of(row.kind, call.needs());
        calls.iter().flatten().any(is_about)
    };
    let is_meant = |row: &Credential| only.is_none_or(|only| only.contains(&row.id));
    let mut rows = server.store.credentials_of(&own.id)?;
    rows.retain(|row| row.may_live() && is_meant(row) && can_end(row));
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let sought: Vec<Sought<'_>> = rows.iter().map(Sought::of).collect();
    holding(server, candidates(server, own)?, &sought)
}

/// A connection in service that uses a held token again since; none while only those have it that the disconnect was allowed
/// to reach.
///
/// # Errors
/// When the store cannot be read.
pub fn in_use_again(
    server: &Server,
    hold: &Hold,
    of_then: &Connection,
) -> Result<Option<Connection>, StoreError> {
    let mut others = candidates(server, of_then)?;
    others.retain(|c| !hold.allow_wider || c.connected_at.is_none_or(|at| at > hold.created_at));
    let own = server.store.connection(&hold.connection)?;
    if own.status.in_service() && own.generation > hold.generation {
        others.push(own);
    }
    let sought = Sought {
        id: &hold.token.credential,
        kind: hold.token.kind,
        fingerprint: &hold.token.fingerprint,
        sealed: Some(&hold.sealed),
    };
    Ok(holding(server, others, &[sought])?.into_iter().next())
}

fn holding(
    server: &Server,
    others: Vec<Connection>,
    sought: &[Sought<'_>],
) -> Result<Vec<Connection>, StoreError> {
    let mut found = Vec::new();
    for other in others {
        let rows = server.store.credentials_of(&other.id)?;
        let is_held = |row: &Credential| sought.iter().any(|token| token.is(server, row));
        if rows.iter().any(is_held) {
            found.push(other);
        }
    }
    Ok(found)
}

/// The other connections in service that may hold the same token: those of the same account, and where the account is not
/// known any of the provider's.
fn candidates(server: &Server, own: &Connection) -> Result<Vec<Connection>, StoreError> {
    // What is given back is there to be ended, and uses nothing.
    let may_be = |c: &Connection| c.id != own.id && c.status.in_service() && !c.is_given_back;
    if !own.account.id.is_empty() {
        let mut all = of_account(server, own)?;
        all.retain(may_be);
        return Ok(all);
    }
    let Some(file) = server.provider(&own.provider) else {
        return Ok(Vec::new());
    };
    let mut all = Vec::new();
    for provider in group_of(server, &file) {
        let found = server.store.connections_of(&provider);
        let found = found.filter(|c| c.as_ref().map_or(true, may_be));
        all.extend(found.collect::<Result<Vec<_>, _>>()?);
    }
    Ok(all)
}
