//! One token in several places: some vendors issue the token that lives already to whoever authorizes again, as Slack does
//! with the token of a workspace's bot. A call about it ends it wherever it is held.

use std::collections::BTreeSet;

use super::{group_of, of_account, united};
use crate::domain::connection::Connection;
use crate::domain::credential::{Credential, IssuedFor, TokenKind, names_one_token};
use crate::domain::disconnect::intents::is_of;
use crate::domain::disconnect::log::RunToken;
use crate::domain::hold::Hold;
use crate::domain::id::CredentialId;
use crate::domain::provider::{Blast, Call, CallKind};
use crate::domain::sealed::Sealed;
use crate::server::Server;
use crate::server::run_entries::StepError;
use crate::store::StoreError;
use crate::vault::{SealedOf, VaultError};

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
    ///
    /// # Errors
    /// When one of two secrets without a fingerprint cannot be opened: they may be the same.
    fn is(&self, server: &Server, row: &Credential) -> Result<bool, VaultError> {
        let is_like_it = row.is_active()
            && (row.kind, row.fingerprint.as_str()) == (self.kind, self.fingerprint);
        match is_like_it && !names_one_token(self.fingerprint) {
            true => self.has_the_secret_of(server, row),
            false => Ok(is_like_it),
        }
    }

    fn has_the_secret_of(&self, server: &Server, row: &Credential) -> Result<bool, VaultError> {
        let (Some(own), Some(other)) = (self.sealed, row.sealed.as_ref()) else {
            return Ok(false);
        };
        let own = SealedOf {
            sealed: own,
            owner: self.id.as_str(),
        };
        let other = SealedOf {
            sealed: other,
            owner: row.id.as_str(),
        };
        match server.vault.are_same(own, other) {
            // What is destroyed is held by nobody.
            Err(VaultError::Destroyed | VaultError::NoKey(_)) => Ok(false),
            compared => compared,
        }
    }

    /// Whether it may be the same token, in use: no call is made then that would end it.
    fn may_be(&self, server: &Server, row: &Credential) -> bool {
        self.is(server, row).unwrap_or_else(|error| {
            tracing::error!(own = %self.id, other = %row.id, %error, "two tokens cannot be compared");
            true
        })
    }
}

/// Whether one of these is the same token, in use.
pub fn is_in_use(server: &Server, row: &Credential, among: &[Credential]) -> bool {
    let token = Sought::of(row);
    among.iter().any(|other| token.may_be(server, other))
}

/// Which tokens of a connection other connections in service hold, too.
#[derive(Default)]
pub struct Holders(Vec<SharedToken>);

/// A token, and another connection that holds it.
struct SharedToken {
    token: CredentialId,
    by: Connection,
}

impl Holders {
    /// Those of the tokens that a call of the provider can end which reaches no further than this.
    pub fn of(server: &Server, own: &Connection, reach: Blast) -> Result<Self, StoreError> {
        let calls = server.provider(&own.provider).map(|file| file.calls());
        let can_end = |row: &Credential| {
            let mut calls = calls.iter().flatten();
            calls.any(|call| call.blast <= reach && may_end(call, row.kind))
        };
        let mut rows = server.store.credentials_of(&own.id)?;
        rows.retain(|row| row.may_live() && can_end(row));
        let accounts: BTreeSet<IssuedFor> = rows.iter().map(|row| row.issued_for(own)).collect();
        let mut held = Vec::new();
        for issued_for in accounts {
            let of_it = rows.iter().filter(|row| row.issued_for(own) == issued_for);
            let of_it: Vec<&Credential> = of_it.collect();
            for other in candidates(server, own, &issued_for)? {
                let theirs = server.store.credentials_of(&other.id)?;
                let is_held = |row: &&&Credential| {
                    let token = Sought::of(row);
                    theirs.iter().any(|other| token.may_be(server, other))
                };
                held.extend(of_it.iter().filter(is_held).map(|row| SharedToken {
                    token: row.id.clone(),
                    by: other.clone(),
                }));
            }
        }
        Ok(Self(held))
    }

    /// Leaves out connections that are disconnected as well.
    pub fn retain(&mut self, stays: impl Fn(&Connection) -> bool) {
        self.0.retain(|held| stays(&held.by));
    }

    /// The connections that hold one of these tokens.
    pub fn of_any(&self, tokens: &[CredentialId]) -> Vec<Connection> {
        let holding = self.0.iter().filter(|held| tokens.contains(&held.token));
        distinct(holding)
    }

    /// All that hold a token of the connection.
    #[must_use]
    pub fn connections(&self) -> Vec<Connection> {
        distinct(self.0.iter())
    }
}

fn distinct<'a>(holding: impl Iterator<Item = &'a SharedToken>) -> Vec<Connection> {
    united(Vec::new(), holding.map(|held| held.by.clone()).collect())
}

/// Whether a call may end a token of this kind: the one that it revokes, or one that dies along.
fn may_end(call: &Call, kind: TokenKind) -> bool {
    let is_about = call.kind == CallKind::Revoke && is_of(kind, call.needs());
    is_about || call.kills.iter().any(|named| is_of(kind, *named))
}

/// Whether a connection in service uses a held token again since; not while only those have it that the disconnect was
/// allowed to reach.
///
/// # Errors
/// When the store cannot be read, or two secrets cannot be compared.
pub(in crate::server) fn in_use_again(
    server: &Server,
    hold: &Hold,
    of_then: &Connection,
) -> Result<bool, StepError> {
    let sought = Sought {
        id: &hold.token.credential,
        kind: hold.token.kind,
        fingerprint: &hold.token.fingerprint,
        sealed: Some(&hold.sealed),
    };
    for other in users_since(server, hold, of_then)? {
        let rows = server.store.credentials_of(&other.id)?;
        for row in &rows {
            if sought.is(server, row)? {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// The connections in service that use one of these tokens of a held one's run, or may do so: what has no fingerprint is not
/// told from others of its kind when its secret is destroyed.
pub fn users_of_any(
    server: &Server,
    hold: &Hold,
    of_then: &Connection,
    tokens: &[&RunToken],
) -> Result<Vec<Connection>, StoreError> {
    let is_it = |row: &Credential, token: &RunToken| {
        let are_named = names_one_token(&row.fingerprint) && names_one_token(&token.fingerprint);
        let may_be = !are_named || row.fingerprint == token.fingerprint;
        row.is_active() && row.kind == token.kind && may_be
    };
    let mut found = Vec::new();
    if tokens.is_empty() {
        return Ok(found);
    }
    for other in users_since(server, hold, of_then)? {
        let rows = server.store.credentials_of(&other.id)?;
        let uses = |token: &&RunToken| rows.iter().any(|row| is_it(row, token));
        if tokens.iter().any(uses) {
            found.push(other);
        }
    }
    Ok(found)
}

/// The connections in service that may use what a run left in a hold, those aside that its disconnect was allowed to reach.
fn users_since(
    server: &Server,
    hold: &Hold,
    of_then: &Connection,
) -> Result<Vec<Connection>, StoreError> {
    let mut others = candidates(server, of_then, &hold.token.issued_for)?;
    let run = server.store.run(&hold.run)?;
    others.retain(|c| !run.accepted_the_end_of(c));
    let own = server.store.connection(&hold.connection)?;
    if hold.is_before(&own) {
        others.push(own);
    }
    Ok(others)
}

/// The other connections in service that may hold the same token: those of the account that it was issued for, and where that is
/// not known any of the provider's.
fn candidates(
    server: &Server,
    own: &Connection,
    issued_for: &IssuedFor,
) -> Result<Vec<Connection>, StoreError> {
    // What is given back is there to be ended, and uses nothing.
    let may_be = |c: &Connection| c.id != own.id && c.status.in_service() && !c.is_given_back;
    let is_known = match issued_for {
        IssuedFor::Own => !own.account.id.is_empty(),
        IssuedFor::Earlier(_) => true,
        IssuedFor::Unknown => false,
    };
    if is_known {
        let mut all = of_account(server, own, issued_for)?;
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
