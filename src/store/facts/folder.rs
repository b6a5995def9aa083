//! Which data folder this is, and how far its log has surely come.

use serde::{Deserialize, Serialize};

use crate::audit::{Checkpoint, Hash, Tree};
use crate::domain::audit::NewEntry;
use crate::domain::audit::server::{FolderUpgraded, LogBegins};
use crate::domain::id::FolderId;
use crate::store::format::{FORMAT, LOG_FORMAT_2};
use crate::store::{Store, StoreError, StoredRow, Tx, WriteClass};

use super::readmission::{Copy, Readmission};

#[derive(Debug, Serialize, Deserialize)]
struct ThisFolder {
    id: FolderId,
}

impl StoredRow for ThisFolder {
    const KIND: &'static str = "folder";

    fn key(&self) -> String {
        "this".to_owned()
    }
}

impl Tx<'_> {
    /// The folder is one of its own from here on, and what it connected is authorized again.
    pub(crate) fn taken_on(&mut self, id: FolderId, copy: Copy) -> Result<(), StoreError> {
        self.put(&ThisFolder { id })?;
        self.put(&Readmission { copy, after: None })
    }
}

impl Store {
    /// The folder's id; none in a format before ids, or before the first start has given it one.
    pub fn folder(&self) -> Result<Option<FolderId>, StoreError> {
        Ok(self.get::<ThisFolder>("this")?.map(|folder| folder.id))
    }

    /// The folder's format, if it is older than the present one.
    pub fn older_format(&self) -> Result<Option<u32>, StoreError> {
        let format = self.format()?;
        Ok((format < FORMAT).then_some(format))
    }

    /// Brings the folder to the present format, with an id where it has none, in one commit with the entry that says so. A
    /// folder whose log is empty needs no entry. From that entry on the log has format 2.
    pub async fn upgrade_folder(
        &self,
        id: Option<FolderId>,
        entry: impl FnOnce(FolderUpgraded) -> NewEntry,
    ) -> Result<(), StoreError> {
        self.fact(WriteClass::Disconnect, |tx| {
            if let Some(id) = id {
                tx.put(&ThisFolder { id })?;
            }
            let from = tx.format()?;
            tx.set_format();
            let first = tx.log_size();
            if first == 0 {
                return Ok(());
            }
            tx.append(entry(FolderUpgraded {
                from,
                to: FORMAT,
                log: (from < LOG_FORMAT_2).then_some(LogBegins {
                    format: 2,
                    from: first,
                }),
            }))?;
            Ok(())
        })
        .await
    }

    /// The audit log's tree, once everything in it would survive a power cut.
    ///
    /// # Errors
    /// When a full disk took some of it back, or the disk failed.
    pub async fn durable_tree(&self) -> Result<Tree, StoreError> {
        let (tree, commit) = self.applied();
        self.durable(commit).await?;
        Ok(tree)
    }

    /// The root that the log had at a size at which a commit ended; none for other sizes.
    pub fn root_at(&self, size: u64) -> Result<Option<Hash>, StoreError> {
        let Some(last) = size.checked_sub(1) else {
            return Ok(Some(Tree::default().root()));
        };
        // The last entry of every commit carries the checkpoint over it.
        let line = self.log_lines(last, 1)?.into_iter().next();
        let note = line
            .filter(|line| line.entry.seq == last)
            .and_then(|line| line.checkpoint);
        let Some(note) = note else { return Ok(None) };
        let stated = Checkpoint::stated(&note)
            .map_err(|error| StoreError::Damaged(format!("checkpoint of entry {last}: {error}")))?;
        Ok((stated.size == size).then_some(stated.root))
    }
}
