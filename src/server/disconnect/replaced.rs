//! Tokens that a further authorization takes the place of: which of them calls can end that end nothing of the newer grant.

use std::collections::BTreeSet;

use super::decision::CallDecision;
use super::planned::PlanInput;
use super::sharing::EndedFor;
use super::staying::kept_by;
use crate::domain::connection::Connection;
use crate::domain::credential::Credential;
use crate::domain::disconnect::log::RunToken;
use crate::domain::id::CredentialId;
use crate::domain::provider::ProviderFile;
use crate::server::Server;
use crate::server::grants::{self, Holders};
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
    /// Those of these tokens that can be ended by calls which end nothing of what the connection has from now on, such as `kept`:
    /// tokens that were issued once more.
    pub(in crate::server) fn endable(
        self,
        server: &Server,
        file: &ProviderFile,
        rows: &[&Credential],
        kept: &[&Credential],
    ) -> Result<BTreeSet<CredentialId>, StoreError> {
        let kept = kept.iter().map(|row| kept_by(self.stands, row));
        let held = rows.iter().map(|row| RunToken::held_by(self.stands, row));
        let tokens: Vec<RunToken> = kept.chain(held).collect();
        let ended = EndedFor {
            own: self.stands,
            again: Some(self.after),
            blast: grants::widest(file, false),
        };
        // The tokens are still with the connection as it was.
        let holders = Holders::of(server, self.before, ended.blast)?;
        let sharing = ended.shared_with(server, file, &tokens, holders)?;
        let nobody = |_: &Connection| false;
        let planned = PlanInput {
            uninstall: false,
            wider: false,
            together: &nobody,
            most: 0,
        };
        let decision = CallDecision::by(self.stands, file, &tokens, planned, sharing);
        let made = decision.decided.made.into_iter();
        Ok(made.flat_map(|intent| intent.kills).collect())
    }
}
