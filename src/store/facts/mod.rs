//! The durable facts of the house: one method for each, each one transaction with its audit entry, and none
//! returns before it is on the disk.

mod catalog;
mod configuration;
mod connections;
mod credentials;
mod jobs;
mod rows;
mod runs;
mod synced;
mod users;
mod webhooks;

pub use catalog::{AddedProvider, Workspace};
pub use connections::{CONNECTIONS, Connected};
pub use credentials::Intent;
pub use runs::RunRecord;
pub use synced::Batch;
pub use users::View;

use crate::domain::audit::{AuditEntry, NewEntry};

use super::{Store, StoreError, Tx, WriteClass};

impl Store {
    /// An entry that stands alone: a refusal, a look at something that is recorded.
    ///
    /// # Errors
    /// When the store refuses.
    pub async fn note(&self, entry: NewEntry) -> Result<AuditEntry, StoreError> {
        self.fact(WriteClass::Disconnect, |tx| tx.append(entry))
            .await
    }

    /// One transaction, durable when it returns.
    async fn fact<T>(
        &self,
        class: WriteClass,
        change: impl FnOnce(&mut Tx<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let written = self.write_as(class, change)?;
        self.durable(written.commit).await?;
        Ok(written.value)
    }
}
