//! The one that opens secrets of a connection whose gate is shut.

use jiff::Timestamp;

use crate::domain::connection::Connection;
use crate::domain::credential::{Credential, CredentialState};
use crate::domain::disconnect::log::RunToken;
use crate::domain::disconnect::run::Run;
use crate::domain::id::CredentialId;
use crate::domain::provider::Call;
use crate::domain::trial::{CallAnswer, CallVerdict};
use crate::server::run_entries::StepError;
use crate::server::trial::TokenOnTrial;
use crate::server::vendor::{VendorSession, no_answer};
use crate::server::{Server, clock_and_ids};
use crate::store::StoreError;
use crate::vault::{ToRevoke, VaultError};

/// The revocation worker: the one that opens secrets of a connection whose gate is shut.
pub(super) struct Worker<'a> {
    pub(super) server: &'a Server,
    pub(super) began: Timestamp,
    pub(super) connection: Connection,
    pub(super) vendor: Result<VendorSession, String>,
}

impl<'a> Worker<'a> {
    pub(super) async fn of(server: &'a Server, run: &Run) -> Result<Self, StepError> {
        let began = clock_and_ids::now();
        let connection = server.store.connection(&run.connection)?;
        // Without the provider file nothing can be asked, and that is said; it does not stop the disconnect.
        let vendor = VendorSession::about(server, &connection)
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

    pub(super) async fn call(&self, spec: &Call, token: Option<&ToRevoke>) -> CallAnswer {
        match &self.vendor {
            Ok(vendor) => vendor.call(&self.connection, spec, token).await,
            Err(why) => CallAnswer {
                endpoint: spec.url.clone(),
                method: spec.method.as_str().to_owned(),
                ..no_answer(CallVerdict::NotSent, why)
            },
        }
    }

    /// What is asked about these tokens.
    pub(super) fn subjects<'t>(
        &self,
        tokens: impl IntoIterator<Item = &'t RunToken>,
    ) -> Result<Vec<TokenOnTrial>, StepError> {
        let subject = |token: &RunToken| {
            Ok(TokenOnTrial {
                token: token.clone(),
                connection: self.connection.clone(),
                secret: self.open(&token.credential)?,
            })
        };
        tokens.into_iter().map(subject).collect()
    }

    /// Of the connection, or of the one that was authorized again, with which it stays.
    fn row(&self, id: &CredentialId) -> Result<Option<Credential>, StoreError> {
        let places = std::iter::once(&self.connection.id).chain(&self.connection.replaced_of);
        for connection in places {
            let row = self
                .server
                .store
                .get::<Credential>(&format!("{connection}/{id}"))?;
            if row.is_some() {
                return Ok(row);
            }
        }
        Ok(None)
    }

    /// The secret of a token of the connection.
    pub(super) fn open(&self, id: &CredentialId) -> Result<Option<ToRevoke>, StepError> {
        match self.row(id)? {
            Some(row) => open(self.server, &row),
            None => Ok(None),
        }
    }
}

/// The secret; none for a token that was never seen, or whose key slot is damaged: nobody could bring that back, so
/// waiting for a person would keep the connection for ever.
pub(super) fn open(server: &Server, row: &Credential) -> Result<Option<ToRevoke>, StepError> {
    let sealed = row.sealed.as_ref();
    let Some(sealed) = sealed.filter(|_| row.state != CredentialState::Destroyed) else {
        return Ok(None);
    };
    match server.vault.open_to_revoke(sealed, row.id.as_str()) {
        Ok(secret) => Ok(Some(secret)),
        Err(error @ (VaultError::NoKey(_) | VaultError::Destroyed)) => {
            tracing::error!(credential = %row.id, %error, "a token cannot be revoked");
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}
