//! The one that opens secrets of a connection whose gate is shut.

use jiff::Timestamp;
use secrecy::SecretString;

use super::StepError;
use crate::domain::connection::Connection;
use crate::domain::credential::{Credential, CredentialState, TokenKind};
use crate::domain::disconnect::judge::Answer;
use crate::domain::disconnect::log::RunToken;
use crate::domain::disconnect::run::Run;
use crate::domain::id::CredentialId;
use crate::domain::provider::{Call, Question};
use crate::providers;
use crate::server::vendor::{Vendor, not_askable};
use crate::server::{Server, mint};
use crate::store::StoreError;
use crate::vault::VaultError;

/// The revocation worker: the one that opens secrets of a connection whose gate is shut.
pub(super) struct Worker<'a> {
    pub(super) server: &'a Server,
    pub(super) began: Timestamp,
    pub(super) connection: Connection,
    pub(super) vendor: Result<Vendor, String>,
}

impl<'a> Worker<'a> {
    pub(super) async fn of(server: &'a Server, run: &Run) -> Result<Self, StepError> {
        let began = mint::now();
        let connection = server.store.connection(&run.connection)?;
        // Without the provider file nothing can be asked, and that is said; it does not stop the disconnect.
        let vendor = Vendor::of(server, &run.provider)
            .await
            .map_err(|problem| problem.message);
        Ok(Self {
            server,
            began,
            connection,
            vendor,
        })
    }

    /// Whether the questions since it began were all asked by the same registration of ours.
    pub(super) fn still_stands(&self) -> Result<bool, StoreError> {
        match &self.vendor {
            Ok(vendor) => vendor.still_stands(self.server),
            Err(_) => Ok(true),
        }
    }

    pub(super) async fn ask(&self, token: &RunToken) -> Result<Answer, StepError> {
        let vendor = match &self.vendor {
            Ok(vendor) => vendor,
            Err(why) => return Ok(not_askable(why)),
        };
        match self.open(&token.credential)? {
            Some(secret) => Ok(vendor
                .ask(&self.connection, token.kind, &secret, token.passed_by)
                .await),
            None => Ok(out_of_reach(token)),
        }
    }

    /// The same question as before the calls; without one, whatever can be asked now.
    pub(super) async fn ask_again(
        &self,
        token: &RunToken,
        question: Option<Question>,
    ) -> Result<Answer, StepError> {
        let vendor = match &self.vendor {
            Ok(vendor) => vendor,
            Err(why) => return Ok(not_askable(why)),
        };
        match self.open(&token.credential)? {
            Some(secret) => {
                let (of, passed) = ((token.kind, &secret), token.passed_by);
                Ok(vendor
                    .ask_again(&self.connection, of, question, passed)
                    .await)
            }
            None => Ok(out_of_reach(token)),
        }
    }

    pub(super) async fn call(
        &self,
        spec: &Call,
        token: Option<&SecretString>,
    ) -> providers::CallAnswer {
        match &self.vendor {
            Ok(vendor) => vendor.call(&self.connection, spec, token).await,
            Err(why) => providers::CallAnswer {
                endpoint: spec.url.clone(),
                method: spec.method.as_str(),
                status: None,
                verdict: providers::Verdict::NotSent,
                why: Some(why.clone()),
                retry_after: None,
                request_id: None,
                body_excerpt: String::new(),
            },
        }
    }

    /// When the token was issued; none of one that was never seen.
    pub(super) fn issued_at(&self, id: &CredentialId) -> Result<Option<Timestamp>, StoreError> {
        Ok(self.row(id)?.map(|row| row.issued_at))
    }

    fn row(&self, id: &CredentialId) -> Result<Option<Credential>, StoreError> {
        self.server
            .store
            .get::<Credential>(&format!("{}/{id}", self.connection.id))
    }

    /// The secret; none for a token that was never seen, or whose key slot is damaged: nobody could bring that back, so
    /// waiting for a person would keep the connection for ever.
    pub(super) fn open(&self, id: &CredentialId) -> Result<Option<SecretString>, StepError> {
        let sealed = self
            .row(id)?
            .filter(|row| row.state != CredentialState::Destroyed)
            .and_then(|row| row.sealed);
        let Some(sealed) = sealed else {
            return Ok(None);
        };
        match self.server.vault.open_for_revocation(&sealed, id.as_str()) {
            Ok(secret) => Ok(Some(secret)),
            Err(error @ (VaultError::NoKey(_) | VaultError::Destroyed)) => {
                tracing::error!(credential = %id, %error, "a token cannot be revoked");
                Ok(None)
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// Why a token that is not at hand cannot be asked about.
fn out_of_reach(token: &RunToken) -> Answer {
    not_askable(match token.kind {
        TokenKind::Unknown => "it was issued, and its answer was lost",
        _ => "its key is lost here",
    })
}
