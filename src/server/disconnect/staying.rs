//! What stays with a connection that is authorized again: tokens that no call ends which cannot reach the newer grant, those that were
//! issued once more, and the grants of its account.

use crate::domain::connection::Connection;
use crate::domain::credential::{Credential, CredentialState, IssuedFor};
use crate::domain::disconnect::log::RunToken;
use crate::domain::provider::{ProviderFile, RefreshKind};
use crate::domain::saturating_time::saturating_later;
use crate::server::{Server, clock_and_ids, grants};
use crate::store::StoreError;

/// The connection in service that was authorized again, of what stands for tokens that this replaced.
pub(super) fn authorized_again(
    server: &Server,
    stands: &Connection,
) -> Result<Option<Connection>, StoreError> {
    let of = stands.replaced_of.as_ref();
    let of = of.map(|of| server.store.connection(of)).transpose()?;
    Ok(of.filter(|of| of.status.in_service()))
}

/// The connection that was authorized again, if it shares the grants of the account that these tokens were issued for.
pub(in crate::server) fn shared_with(
    server: &Server,
    stands: &Connection,
    issued_for: &IssuedFor,
) -> Result<Option<Connection>, StoreError> {
    let of = authorized_again(server, stands)?;
    Ok(of.filter(|of| is_shared(of, stands, issued_for)))
}

/// Whether the connection that was authorized again shares the grants of the account that a token was issued for, as far as that
/// is known.
pub(super) fn is_shared(now: &Connection, stands: &Connection, issued_for: &IssuedFor) -> bool {
    let now = now.account.id.as_str();
    let then = match issued_for {
        IssuedFor::Own => stands.account.id.as_str(),
        IssuedFor::Earlier(account) => account.as_str(),
        IssuedFor::Unknown => "",
    };
    now.is_empty() || then.is_empty() || now == then
}

/// A token that stays.
pub(super) fn kept_by(stands: &Connection, row: &Credential) -> RunToken {
    RunToken {
        stays: true,
        ..RunToken::held_by(stands, row)
    }
}

/// Tokens that were issued once more to the connection that was authorized again. Its run does not list them, and makes no call
/// that would end one along.
pub(in crate::server) fn issued_once_more(
    server: &Server,
    stands: &Connection,
) -> Result<Vec<RunToken>, StoreError> {
    let Some(of) = &stands.replaced_of else {
        return Ok(Vec::new());
    };
    let all = server.store.credentials_of(of)?;
    let is_kept = |row: &&Credential| {
        row.state == CredentialState::Superseded && grants::is_in_use(server, row, &all)
    };
    let kept = all.iter().filter(is_kept);
    Ok(kept.map(|row| kept_by(stands, row)).collect())
}

/// The tokens of the generation that `stands` stands for which stay with the connection that was authorized again. What its own
/// disconnect has ended by now is that one's to tell of.
pub(in crate::server) fn staying(
    server: &Server,
    stands: &Connection,
) -> Result<Vec<RunToken>, StoreError> {
    let Some(of) = &stands.replaced_of else {
        return Ok(Vec::new());
    };
    if !server.store.connection(of)?.status.in_service() {
        return Ok(Vec::new());
    }
    let all = server.store.credentials_of(of)?;
    let file = server.provider(&stands.provider);
    let staying = all.iter().filter(|row| {
        row.state == CredentialState::Superseded
            && row.generation == stands.generation
            && may_be_exposed(row)
            && !grants::is_in_use(server, row, &all)
    });
    let token = |row: &Credential| RunToken {
        expires_at: row
            .expires_at
            .or_else(|| taken_until(file.as_deref(), row, &all)),
        ..kept_by(stands, row)
    };
    Ok(staying.map(token).collect())
}

/// Whether it has not expired yet.
pub(in crate::server) fn may_be_exposed(row: &Credential) -> bool {
    row.expires_at.is_none_or(|at| at > clock_and_ids::now())
}

/// Until when a refresh token may be taken that a refresh replaced.
fn taken_until(
    file: Option<&ProviderFile>,
    row: &Credential,
    all: &[Credential],
) -> Option<jiff::Timestamp> {
    let auth = &file?.auth;
    let at = row
        .replaced_at(all)
        .filter(|_| auth.refresh == RefreshKind::Rotating)?;
    Some(saturating_later(at, auth.superseded_for()))
}
