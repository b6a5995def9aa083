//! What the last commit left behind, as its own row.

use serde::{Deserialize, Serialize};

use super::checksum::Checksum;
use super::engine::Rows;
use super::error::StoreError;
use super::format::{self, FORMAT};
use super::keys;
use super::live_size::LiveSize;
use crate::audit::Tree;
use crate::domain::audit::log::LogNumber;

/// The store after a commit.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct StoreState {
    /// The commit's number; 0 before the first.
    pub commit: u64,
    /// The audit log.
    pub tree: Tree,
    /// Which of the folder's logs that is.
    #[serde(default)]
    pub log: LogNumber,
    /// Over every row but this one and the format.
    pub sum: Checksum,
    /// What lives, of the same rows; none in a folder of a program that did not count it, until it is compacted.
    #[serde(default)]
    pub live: Option<LiveSize>,
}

impl StoreState {
    pub(crate) fn encode(&self) -> Result<Vec<u8>, StoreError> {
        serde_json::to_vec(self).map_err(|source| StoreError::Row {
            key: keys::STATE.to_owned(),
            source,
        })
    }

    /// Takes a row's change into the sums.
    pub(crate) fn change(&mut self, key: &[u8], old: Option<&[u8]>, new: Option<&[u8]>) {
        if !keys::is_summed(key) {
            return;
        }
        if let Some(old) = old {
            self.sum.take(key, old);
            self.live.iter_mut().for_each(|live| live.take(key, old));
        }
        if let Some(new) = new {
            self.sum.add(key, new);
            self.live.iter_mut().for_each(|live| live.add(key, new));
        }
    }

    /// The state the rows hold, or that of an empty store.
    pub(crate) fn read(rows: &Rows) -> Result<Self, StoreError> {
        let empty = || Self {
            live: Some(LiveSize::default()),
            ..Self::default()
        };
        let Some(format) = rows.raw(keys::FORMAT)? else {
            return Ok(empty());
        };
        let found = format::read(&format)?;
        if found > FORMAT {
            return Err(StoreError::NewerFormat {
                found,
                known: FORMAT,
            });
        }
        let Some(raw) = rows.raw(keys::STATE)? else {
            return Ok(empty());
        };
        serde_json::from_slice(&raw).map_err(|source| StoreError::Row {
            key: keys::STATE.to_owned(),
            source,
        })
    }

    /// Adds all rows up again.
    pub(crate) fn check_rows(&self, rows: &Rows) -> Result<(), StoreError> {
        let mut found = Checksum::default();
        for row in rows.all() {
            let (key, value) = row?;
            if keys::is_summed(&key) {
                found.add(&key, &value);
            }
        }
        if found == self.sum {
            return Ok(());
        }
        Err(StoreError::Damaged(format!(
            "the rows do not add up to what commit {} left behind",
            self.commit
        )))
    }
}
