//! Channels, routing rules and field mappings: what survives every disconnect.

use super::follow_ups::FollowUpChanges;
use crate::domain::audit::NewEntry;
use crate::domain::connection::Connection;
use crate::domain::id::{ConfigId, ConnectionId};
use crate::domain::job::Scope;
use crate::domain::webhook::{ConfigItem, ConfigKind};
use crate::store::{Store, StoreError, StoredRow, Tx, WriteClass};

impl Store {
    /// The configuration of a connection.
    pub fn configs_of(&self, id: &ConnectionId) -> Result<Vec<ConfigItem>, StoreError> {
        self.scan::<ConfigItem>(&format!("{id}/"))
    }

    /// One item of configuration.
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
    pub async fn edit_config(
        &self,
        item: &ConfigItem,
        left: FollowUpChanges,
        entry: NewEntry,
    ) -> Result<(), StoreError> {
        self.fact(WriteClass::Normal, |tx| {
            let before = tx.need::<ConfigItem>(&item.key())?;
            // What became of it at the vendor may have been settled since the edit began.
            let attached = before.attached.clone().filter(|_| before.from == item.from);
            tx.put(&ConfigItem {
                attached,
                ..item.clone()
            })?;
            tx.not_watched_any_more(&before)?;
            tx.leave(left)?;
            tx.append(entry)?;
            Ok(())
        })
        .await
    }

    /// Removes an item of configuration.
    pub async fn remove_config(
        &self,
        item: &ConfigItem,
        left: FollowUpChanges,
        entry: NewEntry,
    ) -> Result<(), StoreError> {
        self.fact(WriteClass::Normal, |tx| {
            tx.need::<ConfigItem>(&item.key())?;
            tx.remove::<ConfigItem>(&item.key())?;
            tx.remove_index(&format!("config/{}", item.id))?;
            tx.not_watched_any_more(item)?;
            tx.leave(left)?;
            tx.append(entry)?;
            Ok(())
        })
        .await
    }
}

impl Tx<'_> {
    /// Whether somebody watches the thing whose list this is the scope of.
    pub(super) fn is_watched(&self, scope: &Scope) -> Result<bool, StoreError> {
        let configs = self.scan::<ConfigItem>(&format!("{}/", scope.connection))?;
        let is_it = |item: &ConfigItem| {
            item.kind == ConfigKind::Channel && Some(&item.from) == scope.parent.as_ref()
        };
        Ok(configs.iter().any(is_it))
    }

    /// Nobody asks for the list of a channel that nobody watches: nothing is claimed of what it brought.
    fn not_watched_any_more(&mut self, before: &ConfigItem) -> Result<(), StoreError> {
        if before.kind != ConfigKind::Channel {
            return Ok(());
        }
        for mut scope in self.scan::<Scope>(&format!("{}/", before.connection))? {
            let is_its = scope.parent.as_ref() == Some(&before.from);
            if is_its && !self.is_watched(&scope)? {
                scope.stale = true;
                self.put(&scope)?;
            }
        }
        Ok(())
    }
}
