//! Records as clients see them, with their own fields.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::window::Asked;
use super::{lists, window};
use crate::domain::id::ConnectionId;
use crate::domain::job::Synced;
use crate::domain::mapping;
use crate::domain::webhook::ConfigItem;
use crate::server::Server;
use crate::store::StoreError;
use crate::wire::Problem;
use crate::wire::view::{self, Page};

/// Records, of one connection or (with none) of all.
pub async fn list(
    server: &Arc<Server>,
    of: Option<&ConnectionId>,
    asked: Asked<'_>,
) -> Result<Page<view::Record>, Problem> {
    let mut shown = RecordPage::default();
    let (rows, total) = lists::synced(server, of, asked).await?;
    window::page(rows, total, |item| shown.record(server, item)).map_err(Problem::from)
}

/// Records that are shown together: the mappings of each connection are read once. They are applied here, to the objects as
/// they were received, so that a mapping holds for every record from the moment it is made.
#[derive(Default)]
pub struct RecordPage {
    mappings: BTreeMap<ConnectionId, Vec<ConfigItem>>,
    references: lists::ReferencePage,
}

impl RecordPage {
    /// One of them.
    pub fn record(&mut self, server: &Server, item: Synced) -> Result<view::Record, StoreError> {
        if !self.mappings.contains_key(&item.connection) {
            let configs = server.store.configs_of(&item.connection)?;
            self.mappings.insert(item.connection.clone(), configs);
        }
        let mappings = self.mappings.get(&item.connection);
        let mappings = mappings.map_or(&[][..], Vec::as_slice);
        Ok(view::Record {
            link: self.references.link(server, &item)?,
            refers: Some(self.references.one(server, item.clone())?),
            fields: mapping::fields(&item, mappings),
            mapped: mapping::mapped(&item, mappings),
            id: item.local_id,
            connection: item.connection,
            entity: item.entity,
            parent: item.parent,
            label: item.label,
            updated: item.updated,
            synced_at: item.synced_at,
            body: item.body,
            left_out: item.left_out,
        })
    }
}

#[cfg(test)]
mod tests;
