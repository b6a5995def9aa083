//! Which calls a disconnect would make, and what that does to each token.

use super::decision::CallDecision;
use super::planned::PlanInput;
use crate::domain::connection::Connection;
use crate::domain::credential::{Credential, TokenKind};
use crate::domain::disconnect::log::RunToken;
use crate::domain::disconnect::plan::{AppPlanned, PlannedToken};
use crate::domain::provider::{Call, CallKind, Endpoints, ProveRefresh, ProviderFile, RefreshKind};
use crate::server::Server;
use crate::server::vendor::VendorSession;
use crate::store::StoreError;

/// The calls about the tokens of a connection, as they would be decided on now.
pub(super) struct PlannedCalls {
    tokens: Vec<RunToken>,
    /// What would be decided.
    pub(super) decision: CallDecision,
}

impl PlannedCalls {
    /// About these tokens.
    pub(super) fn of<'c>(
        server: &Server,
        c: &Connection,
        file: Option<&ProviderFile>,
        live: impl Iterator<Item = &'c Credential>,
        planned: PlanInput<'_>,
    ) -> Result<Self, StoreError> {
        let tokens: Vec<RunToken> = live.map(|row| RunToken::held_by(c, row)).collect();
        let decision = match file {
            Some(file) => CallDecision::on(server, c, file, &tokens, planned)?,
            None => CallDecision::default(),
        };
        Ok(Self { tokens, decision })
    }

    /// Each token, and what can be done about it.
    pub(super) fn tokens(
        &self,
        file: Option<&ProviderFile>,
        endpoints: Option<&Endpoints>,
    ) -> Vec<PlannedToken> {
        let left_alone = self.decision.decided.left_alone();
        let planned = |token: &RunToken| PlannedToken {
            credential: token.credential.clone(),
            kind: token.kind,
            fingerprint: token.fingerprint.clone(),
            expires_at: token.expires_at,
            replaced_at: token.replaced_at(&self.tokens),
            is_held_elsewhere: token.is_held_elsewhere,
            can_revoke: self.is_ended(token, endpoints),
            can_prove: file.is_some_and(|file| can_prove(file, endpoints, token)),
            left_alone: left_alone.contains(&token.credential),
        };
        self.tokens.iter().map(planned).collect()
    }

    fn is_ended(&self, token: &RunToken, endpoints: Option<&Endpoints>) -> bool {
        self.decision.decided.made.iter().any(|intent| {
            let call = self.decision.recipe.get(intent.call);
            intent.kills.contains(&token.credential)
                && call.is_some_and(|call| has_endpoint(call, endpoints))
        })
    }

    /// What will be known of an app that stays until it is uninstalled.
    pub(super) fn app_left(&self, file: &ProviderFile) -> Option<AppPlanned> {
        let mut made = self.decision.decided.made.iter();
        let is_uninstalled = made.any(|intent| {
            let call = self.decision.recipe.get(intent.call);
            call.is_some_and(|call| call.kind == CallKind::Uninstall)
        });
        file.app_outlives_tokens().then_some(match is_uninstalled {
            true => AppPlanned::Asked,
            false => AppPlanned::Unknown,
        })
    }

    /// The calls that are left out, as they would be made.
    pub(super) fn left_out(&self, vendor: Option<&VendorSession>, c: &Connection) -> Vec<String> {
        let skipped = self.decision.decided.skipped();
        let left_out = skipped
            .iter()
            .filter_map(|at| self.decision.recipe.get(*at));
        let shown = vendor.map(|vendor| left_out.map(|call| vendor.shown(c, call)).collect());
        shown.unwrap_or_default()
    }
}

/// Whether it is known where the call is made: a dialect names the endpoint that discovery may not have found.
fn has_endpoint(call: &Call, endpoints: Option<&Endpoints>) -> bool {
    !call.url.contains("{revoke}") || endpoints.is_none_or(|it| it.revoke.is_some())
}

/// Whether there is a question that tells this token dead. One that was replaced is not tried.
fn can_prove(file: &ProviderFile, endpoints: Option<&Endpoints>, token: &RunToken) -> bool {
    let introspect =
        file.auth.introspect.is_some() || endpoints.is_some_and(|e| e.introspect.is_some());
    match token.kind {
        TokenKind::Access => {
            file.probe.is_some() || introspect || endpoints.is_some_and(|e| e.userinfo.is_some())
        }
        TokenKind::ApiKey => file.probe.is_some(),
        TokenKind::Refresh => {
            introspect
                || (file.auth.refresh != RefreshKind::None
                    && !token.superseded
                    && file.auth.prove_refresh != ProveRefresh::Never)
        }
        TokenKind::Installation => file.installed.is_some(),
        TokenKind::Unknown => false,
    }
}
