//! Connections: found, connected, changed, marked.

use sha2::{Digest, Sha256};

use crate::domain::audit::NewEntry;
use crate::domain::connection::{Connection, Health, Instance, InstanceStatus, Status};
use crate::domain::credential::Credential;
use crate::domain::id::{ConnectionId, RunId};
use crate::domain::job::SyncJob;
use crate::domain::webhook::WebhookEndpoint;
use crate::store::{Row, Store, StoreError, Tx, WriteClass};

use super::credentials::Intent;

/// The index of all connections: what needs a person first, then by provider and name.
pub const CONNECTIONS: &str = "connections/";

fn place(connection: &Connection) -> String {
    let name: String = connection
        .name
        .to_lowercase()
        .chars()
        .filter(|c| *c != '/' && *c != '\0')
        .take(80)
        .collect();
    format!(
        "{CONNECTIONS}{}/{}/{name}/{}",
        connection.status.rank(),
        connection.provider,
        connection.id
    )
}

/// What a successful authorization brings.
pub struct Connected {
    /// The connection as it shall stand.
    pub connection: Connection,
    /// The version it was made of; none for a new one.
    pub expected: Option<u64>,
    /// Its instance, should there be none yet.
    pub instance: Instance,
    /// Its new secrets.
    pub credentials: Vec<Credential>,
    /// Jobs that do not exist yet, all off unless asked otherwise.
    pub jobs: Vec<SyncJob>,
    /// Its inbound endpoint, for providers that send events, should there be none yet.
    pub webhook: Option<WebhookEndpoint>,
    /// The intent that the code exchange wrote.
    pub intent: Option<Intent>,
}

/// Where a connection stands under the vendor's name for its account, whatever the provider calls it.
fn under_account(account: &str) -> String {
    // An account's id can be anything; its digest has no slashes and a length.
    format!("by_account/{}/", hex::encode(Sha256::digest(account)))
}

impl Store {
    /// Connections of one account, of every provider that names it so.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn connections_by_account(&self, account: &str) -> Result<Vec<Connection>, StoreError> {
        let mut found = Vec::new();
        for (_, id) in self.index_page(&under_account(account), None, usize::MAX, false)? {
            found.extend(self.get::<Connection>(&id)?);
        }
        Ok(found)
    }

    /// One connection.
    ///
    /// # Errors
    /// When there is none, or the store cannot be read.
    pub fn connection(&self, id: &ConnectionId) -> Result<Connection, StoreError> {
        self.get::<Connection>(id.as_str())?
            .ok_or_else(|| StoreError::NotFound {
                what: "connection",
                id: id.to_string(),
            })
    }

    /// Connections of one provider.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn connections_of(&self, provider: &str) -> Result<Vec<Connection>, StoreError> {
        let mut found = Vec::new();
        for rank in 0..=2 {
            for (_, id) in self.index_page(
                &format!("{}{rank}/{provider}/", CONNECTIONS),
                None,
                usize::MAX,
                false,
            )? {
                if let Some(connection) = self.get::<Connection>(&id)? {
                    found.push(connection);
                }
            }
        }
        Ok(found)
    }

    /// An authorization has succeeded: connection, secrets, jobs and instance in one.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the connection changed since the authorization began.
    pub async fn connected(
        &self,
        new: Connected,
        entry: NewEntry,
    ) -> Result<Connection, StoreError> {
        self.fact(WriteClass::Normal, |tx| {
            let mut connection = new.connection;
            check_version(tx, &connection, new.expected)?;
            tx.put_connection(&mut connection)?;
            let mut instance = tx
                .get::<Instance>(&new.instance.provider)?
                .unwrap_or(new.instance);
            instance.status = InstanceStatus::Connected;
            tx.put(&instance)?;
            for credential in &new.credentials {
                tx.put(credential)?;
            }
            for job in &new.jobs {
                tx.put_job(job)?;
            }
            if let Some(endpoint) = &new.webhook {
                tx.put_webhook(endpoint)?;
            }
            if let Some(intent) = &new.intent {
                tx.remove::<Intent>(&intent.key())?;
            }
            tx.append(entry)?;
            Ok(connection)
        })
        .await
    }

    /// A provider's instance is about to be connected: `pending` unless somebody else is connected.
    ///
    /// # Errors
    /// When the store refuses.
    pub async fn authorization_begun(
        &self,
        instance: Instance,
        entry: NewEntry,
    ) -> Result<(), StoreError> {
        self.fact(WriteClass::Normal, |tx| {
            let mut instance = tx.get::<Instance>(&instance.provider)?.unwrap_or(instance);
            if instance.status == InstanceStatus::Revoked {
                instance.status = InstanceStatus::Pending;
            }
            tx.put(&instance)?;
            tx.append(entry)?;
            Ok(())
        })
        .await
    }

    /// An authorization came to nothing: a `pending` instance goes back to `revoked`.
    ///
    /// # Errors
    /// When the store refuses.
    pub async fn authorization_failed(
        &self,
        provider: &str,
        intent: Option<&Intent>,
        entry: NewEntry,
    ) -> Result<(), StoreError> {
        self.fact(WriteClass::Normal, |tx| {
            if let Some(mut instance) = tx.get::<Instance>(provider)?
                && instance.status == InstanceStatus::Pending
            {
                instance.status = InstanceStatus::Revoked;
                tx.put(&instance)?;
            }
            if let Some(intent) = intent {
                tx.remove::<Intent>(&intent.key())?;
            }
            tx.append(entry)?;
            Ok(())
        })
        .await
    }

    /// Changes a connection's name or configuration.
    ///
    /// # Errors
    /// When there is none.
    pub async fn configure(
        &self,
        id: &ConnectionId,
        change: impl FnOnce(&mut Connection),
        entry: NewEntry,
    ) -> Result<Connection, StoreError> {
        self.fact(WriteClass::Normal, |tx| {
            let mut connection = tx.need::<Connection>(id.as_str())?;
            change(&mut connection);
            tx.put_connection(&mut connection)?;
            tx.append(entry)?;
            Ok(connection)
        })
        .await
    }

    /// The vendor's answers say something about a connection in service. Of an older generation, or of one that is
    /// being disconnected, nothing is taken. Returns whether it was.
    ///
    /// # Errors
    /// When the store refuses.
    pub async fn mark(
        &self,
        id: &ConnectionId,
        generation: u32,
        (status, health, reason): (Status, Health, String),
        entry: NewEntry,
    ) -> Result<bool, StoreError> {
        let mut connection = self.connection(id)?;
        let same = connection.status == status
            && connection.health == health
            && connection.reason == reason;
        if same || connection.generation != generation || !connection.status.in_service() {
            return Ok(false);
        }
        self.fact(WriteClass::Normal, |tx| {
            connection = tx.need::<Connection>(id.as_str())?;
            if connection.generation != generation || !connection.status.in_service() {
                return Ok(false);
            }
            let entry_due = connection.status != status;
            (connection.status, connection.health, connection.reason) = (status, health, reason);
            tx.put_connection(&mut connection)?;
            if entry_due {
                tx.append(entry)?;
            }
            Ok(true)
        })
        .await
    }

    /// The runs of a connection, newest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn last_run_of(&self, id: &ConnectionId) -> Result<Option<RunId>, StoreError> {
        let newest = self.index_page(&format!("runs_of/{id}/"), None, 1, true)?;
        Ok(newest
            .into_iter()
            .next()
            .and_then(|(_, run)| run.parse().ok()))
    }

    /// How many connections stand in this status.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn count_in(&self, status: Status) -> Result<u64, StoreError> {
        Ok(self.count(&counter(status))?.unsigned_abs())
    }
}

impl Tx<'_> {
    /// Puts a connection with its place in the list; its version grows.
    pub(crate) fn put_connection(&mut self, connection: &mut Connection) -> Result<(), StoreError> {
        let held = held(&connection.provider);
        if let Some(old) = self.get::<Connection>(connection.id.as_str())? {
            connection.version = old.version + 1;
            self.add(&counter(old.status), -1)?;
            self.add(&held, -i64::from(holds_tokens(old.status)))?;
            self.remove_index(&place(&old))?;
            let under = under_account(&old.account.id);
            self.remove_index(&format!("{under}{}", old.id))?;
        } else {
            self.add(&known(&connection.provider), 1)?;
        }
        self.add(&counter(connection.status), 1)?;
        self.add(&held, i64::from(holds_tokens(connection.status)))?;
        self.put_index(&place(connection), connection.id.as_str())?;
        if !connection.account.id.is_empty() {
            let under = under_account(&connection.account.id);
            self.put_index(&format!("{under}{}", connection.id), connection.id.as_str())?;
        }
        self.put(connection)
    }

    /// The connection, if it is in service and of this generation: what a write on its behalf needs.
    pub(crate) fn in_service(
        &mut self,
        id: &ConnectionId,
        generation: u32,
    ) -> Result<Connection, StoreError> {
        let connection = self.need::<Connection>(id.as_str())?;
        if connection.generation != generation || !connection.status.in_service() {
            return Err(StoreError::Refused(format!(
                "{id} is {}",
                connection.status.badge().to_lowercase()
            )));
        }
        Ok(connection)
    }
}

/// Counts the connections of a provider that hold tokens.
pub(super) fn held(provider: &str) -> String {
    format!("held/{provider}")
}

/// Counts the connections of a provider, those out of service included.
pub(super) fn known(provider: &str) -> String {
    format!("known/{provider}")
}

fn holds_tokens(status: Status) -> bool {
    status.in_service() || status == Status::Disconnecting
}

fn counter(status: Status) -> String {
    format!("connections/{}", status.code())
}

fn check_version(
    tx: &mut Tx<'_>,
    connection: &Connection,
    expected: Option<u64>,
) -> Result<(), StoreError> {
    let found = tx
        .get::<Connection>(connection.id.as_str())?
        .map(|old| old.version);
    match (expected, found) {
        (None, None) => Ok(()),
        (Some(expected), Some(found)) if expected == found => Ok(()),
        (expected, found) => Err(StoreError::Conflict {
            what: connection.id.to_string(),
            expected: expected.unwrap_or(0),
            found: found.unwrap_or(0),
        }),
    }
}
