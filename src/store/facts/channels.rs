//! What became of watched channels at their vendors.

use jiff::Timestamp;

use super::follow_ups::FollowUpChanges;
use crate::domain::audit::NewEntry;
use crate::domain::channel::Attachment;
use crate::domain::connection::Connection;
use crate::domain::id::ConnectionId;
use crate::domain::job::{JobEvent, SyncJob};
use crate::domain::webhook::{ConfigItem, ConfigKind};
use crate::store::{Store, StoreError, StoredRow, Tx, WriteClass};

/// What is written once it is settled what became of the channels of a connection.
pub struct ChannelResults {
    /// Whose they are.
    pub connection: ConnectionId,
    /// Of which generation.
    pub generation: u32,
    /// The channels with what became of them.
    pub channels: Vec<ConfigItem>,
    /// What is asked of a person, and what no longer is.
    pub left: FollowUpChanges,
    /// What the log says of all of it.
    pub entries: Vec<NewEntry>,
    /// The entities of whose lists something may be seen from now on.
    pub entities: Vec<String>,
    pub at: Timestamp,
}

impl Store {
    /// The channels of a connection that people watch.
    pub fn channels_of(&self, id: &ConnectionId) -> Result<Vec<ConfigItem>, StoreError> {
        let mut all = self.configs_of(id)?;
        all.retain(|item| item.kind == ConfigKind::Channel);
        Ok(all)
    }

    /// The connections that watch channels, with those.
    pub fn watched_channels(&self) -> Result<Vec<(Connection, Vec<ConfigItem>)>, StoreError> {
        let mut found: Vec<(Connection, Vec<ConfigItem>)> = Vec::new();
        for item in self.scan::<ConfigItem>("")? {
            if item.kind != ConfigKind::Channel {
                continue;
            }
            match found.last_mut() {
                Some((connection, channels)) if connection.id == item.connection => {
                    channels.push(item);
                }
                Some(_) | None => {
                    found.push((self.connection(&item.connection)?, vec![item]));
                }
            }
        }
        Ok(found)
    }

    /// It is settled what became of one channel. Nothing is written of one that is no longer watched.
    ///
    /// # Errors
    /// When its connection is not in service, or of another generation.
    pub async fn channel_settled(
        &self,
        channel: &ConfigItem,
        attachment: Attachment,
    ) -> Result<(), StoreError> {
        self.fact(WriteClass::Normal, |tx| {
            tx.in_service(&channel.connection, attachment.generation)?;
            tx.attached(channel, Some(attachment))
        })
        .await
    }

    /// It is settled what became of all of them: the log says so, a person is asked for the rest, and their lists are due.
    ///
    /// # Errors
    /// When the connection is not in service, or of another generation.
    pub async fn channels_attached(&self, of: ChannelResults) -> Result<(), StoreError> {
        self.fact(WriteClass::Normal, |tx| {
            tx.in_service(&of.connection, of.generation)?;
            for channel in &of.channels {
                tx.attached(channel, channel.attached.clone())?;
            }
            for job in tx.scan::<SyncJob>(&format!("{}/", of.connection))? {
                if job.is_enabled && of.entities.contains(&job.entity) {
                    tx.job_after(job, JobEvent::Told { due: of.at })?;
                }
            }
            tx.leave(of.left)?;
            for entry in of.entries {
                tx.append(entry)?;
            }
            Ok(())
        })
        .await
    }
}

impl Tx<'_> {
    /// What became of a channel is kept, unless another one is watched in its place meanwhile, or none.
    fn attached(
        &mut self,
        channel: &ConfigItem,
        attached: Option<Attachment>,
    ) -> Result<(), StoreError> {
        match self.get::<ConfigItem>(&channel.key())? {
            Some(now) if now.from == channel.from => self.put(&ConfigItem { attached, ..now }),
            Some(_) | None => Ok(()),
        }
    }
}
