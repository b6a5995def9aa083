//! Tokens that a further authorization takes the place of: which of them calls can end that end nothing of the newer grant,
//! and which stay with the connection.

use std::collections::BTreeSet;

use super::decision::{CallDecision, Sharing, Siblings, accounts};
use super::planned::PlanInput;
use crate::domain::connection::Connection;
use crate::domain::credential::{Credential, CredentialState, IssuedFor};
use crate::domain::disconnect::log::RunToken;
use crate::domain::id::CredentialId;
use crate::domain::provider::{ProviderFile, RefreshKind};
use crate::domain::saturating_time::saturating_later;
use crate::server::grants::{self, Holders};
use crate::server::{Server, clock_and_ids};
use crate::store::StoreError;

/// A connection that is authorized again.
#[derive(Clone, Copy)]
pub(in crate::server) struct Again<'a> {
    pub(in crate::server) before: &'a Connection,
    pub(in crate::server) after: &'a Connection,
    /// What stands for the tokens that it had before.
    pub(in crate::server) stands: &'a Connection,
}

impl Again<'_> {
    /// Those of these tokens that can be ended by calls which end nothing of what the connection has from now on.
    pub(in crate::server) fn endable(
        self,
        server: &Server,
        file: &ProviderFile,
        rows: &[&Credential],
    ) -> Result<BTreeSet<CredentialId>, StoreError> {
        let held = |row: &&Credential| RunToken::held_by(self.stands, row);
        let tokens: Vec<RunToken> = rows.iter().map(held).collect();
        let blast = grants::widest(file, false);
        let holders = Holders::of(server, self.before, blast)?;
        let mut siblings = Siblings::default();
        for issued_for in accounts(&tokens) {
            let mut shared = match grants::of_grant(server, self.stands, file, blast, &issued_for)?
            {
                Some(shared) => shared,
                None => holders.connections(),
            };
            shared.retain(|other| other.id != self.after.id);
            if self.is_shared(&issued_for) {
                shared.push(self.after.clone());
            }
            siblings.0.insert(issued_for, shared);
        }
        let nobody = |_: &Connection| false;
        let planned = PlanInput {
            uninstall: false,
            wider: false,
            together: &nobody,
            most: 0,
        };
        let sharing = Sharing { siblings, holders };
        let decision = CallDecision::by(self.stands, file, &tokens, planned, sharing);
        let made = decision.decided.made.into_iter();
        Ok(made.flat_map(|intent| intent.kills).collect())
    }

    /// Whether the connection shares the grants of the account that a token was issued for, as far as that is known.
    fn is_shared(self, issued_for: &IssuedFor) -> bool {
        let now = self.after.account.id.as_str();
        let then = match issued_for {
            IssuedFor::Own => self.before.account.id.as_str(),
            IssuedFor::Earlier(account) => account.as_str(),
            IssuedFor::Unknown => "",
        };
        now.is_empty() || then.is_empty() || now == then
    }
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
        stays: true,
        expires_at: row
            .expires_at
            .or_else(|| taken_until(file.as_deref(), row, &all)),
        ..RunToken::held_by(stands, row)
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
