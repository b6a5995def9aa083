//! Channels, routing rules and field mappings: what survives every disconnect.

use crate::domain::audit::NewEntry;
use crate::domain::connection::Connection;
use crate::domain::id::{ConfigId, ConnectionId};
use crate::domain::webhook::ConfigItem;
use crate::store::{Row, Store, StoreError, WriteClass};

impl Store {
    /// The configuration of a connection.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn configs_of(&self, id: &ConnectionId) -> Result<Vec<ConfigItem>, StoreError> {
        self.scan::<ConfigItem>(&format!("{id}/"))
    }

    /// One item of configuration.
    ///
    /// # Errors
    /// When there is none.
    pub fn config(&self, id: &ConfigId) -> Result<ConfigItem, StoreError> {
        let missing = || StoreError::NotFound {
            what: "configuration",
            id: id.to_string(),
        };
        let key = self
            .get_index(&format!("config/{id}"))?
            .ok_or_else(missing)?;
        self.get::<ConfigItem>(&key)?.ok_or_else(missing)
    }

    /// Keeps an item of configuration.
    ///
    /// # Errors
    /// When there is no such connection.
    pub async fn add_config(&self, item: &ConfigItem, entry: NewEntry) -> Result<(), StoreError> {
        self.fact(WriteClass::Normal, |tx| {
            tx.need::<Connection>(item.connection.as_str())?;
            tx.put_index(&format!("config/{}", item.id), &item.key())?;
            tx.put(item)?;
            tx.append(entry)?;
            Ok(())
        })
        .await
    }

    /// Changes an item of configuration.
    ///
    /// # Errors
    /// When there is none.
    pub async fn edit_config(&self, item: &ConfigItem, entry: NewEntry) -> Result<(), StoreError> {
        self.fact(WriteClass::Normal, |tx| {
            tx.need::<ConfigItem>(&item.key())?;
            tx.put(item)?;
            tx.append(entry)?;
            Ok(())
        })
        .await
    }

    /// Removes an item of configuration.
    ///
    /// # Errors
    /// When there is none.
    pub async fn remove_config(
        &self,
        item: &ConfigItem,
        entry: NewEntry,
    ) -> Result<(), StoreError> {
        self.fact(WriteClass::Normal, |tx| {
            tx.need::<ConfigItem>(&item.key())?;
            tx.remove::<ConfigItem>(&item.key())?;
            tx.remove_index(&format!("config/{}", item.id))?;
            tx.append(entry)?;
            Ok(())
        })
        .await
    }
}
