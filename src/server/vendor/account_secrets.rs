//! Secrets of the same account, which a vendor may repeat in the answer to a question about another one.

use std::sync::Arc;

use secrecy::SecretString;

use crate::domain::connection::Connection;
use crate::domain::id::ConnectionId;
use crate::domain::sealed::Sealed;
use crate::providers::{SecretSource, SecretsToHide};
use crate::server::Server;
use crate::server::grants::group::group_of;
use crate::store::{Store, StoreError};
use crate::vault::Vault;

/// Connections of a provider that are looked through where it is not known whose a token is.
const LOOKED_THROUGH: usize = 200;

/// Every token of a connection, and of the others of the same account at the provider or one that shares its grants.
struct AccountSecrets {
    store: Store,
    vault: Arc<Vault>,
    connection: ConnectionId,
    account: String,
    /// Given back before it was known whose it is: it may be anybody's there.
    is_anybodys: bool,
    providers: Vec<String>,
}

/// Those that an answer about this connection may repeat.
pub(super) fn of(server: &Server, connection: &Connection) -> SecretsToHide {
    let file = server.provider(&connection.provider);
    SecretsToHide::new(Arc::new(AccountSecrets {
        store: server.store.clone(),
        vault: Arc::clone(&server.vault),
        connection: connection.id.clone(),
        account: connection.account.id.clone(),
        is_anybodys: connection.is_given_back && connection.account.id.is_empty(),
        providers: file.map_or_else(Vec::new, |file| group_of(server, &file)),
    }))
}

impl AccountSecrets {
    fn connections(&self) -> Result<Vec<ConnectionId>, StoreError> {
        let mut all = vec![self.connection.clone()];
        if self.account.is_empty() && !self.is_anybodys {
            return Ok(all);
        }
        let (store, providers) = (&self.store, &self.providers);
        let mut others = Vec::new();
        if self.is_anybodys {
            for provider in providers {
                others.extend(store.connections_of(provider).take(LOOKED_THROUGH));
            }
        } else {
            others.extend(store.connections_of_account(providers, &self.account));
            // What stands for tokens of the account that are set apart is found by nobody's name.
            for provider in providers {
                let known = store.connections_of(provider).take(LOOKED_THROUGH);
                let stands = |c: &Connection| c.is_given_back && c.account.id == self.account;
                others.extend(known.filter(|it| it.as_ref().map_or(true, stands)));
            }
        }
        for found in others {
            all.extend(Some(found?.id).filter(|id| *id != self.connection));
        }
        Ok(all)
    }

    fn opened(&self, of: &ConnectionId) -> Result<Vec<SecretString>, StoreError> {
        let mut secrets = Vec::new();
        // One that is destroyed meanwhile, or cannot be opened, cannot be found in a text either.
        let open = |sealed: &Sealed, owner: &str| self.vault.open_for_hiding(sealed, owner).ok();
        for row in self.store.credentials_of(of)? {
            let sealed = row.sealed.as_ref();
            secrets.extend(sealed.and_then(|sealed| open(sealed, row.id.as_str())));
        }
        for hold in self.store.holds_of(of)? {
            secrets.extend(open(&hold.sealed, hold.token.credential.as_str()));
        }
        Ok(secrets)
    }
}

impl SecretSource for AccountSecrets {
    fn secrets(&self) -> Vec<SecretString> {
        let unread = |error: &StoreError| {
            tracing::error!(%error, "secrets that a vendor may repeat could not be read");
        };
        let connections = self.connections().unwrap_or_else(|error| {
            unread(&error);
            vec![self.connection.clone()]
        });
        // What can be read is hidden, whatever else cannot be.
        let opened = connections
            .iter()
            .filter_map(|id| self.opened(id).inspect_err(unread).ok());
        opened.flatten().collect()
    }
}
