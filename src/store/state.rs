//! What the last commit left behind, as its own row.

use serde::{Deserialize, Serialize};

use super::checksum::Checksum;
use super::engine::Rows;
use super::error::StoreError;
use super::keys;
use super::live_size::LiveSize;
use crate::audit::Tree;
use crate::domain::audit::log::LogNumber;

/// Grows when an older program could no longer read the rows, or would leave out what they need. In 2 the folder has an
/// id, and its log's checkpoint is kept outside of it; in 3 the entries that are added have format 2 of the log; in 4 the log
/// may be one that follows another; in 5 what a job brings may belong to the list of one of several things; in 6 a subscription may
/// be told of a record; in 7 a reference may be linked to things of people's own, and a hold ends where its token is in use again;
/// in 8 a walkthrough may wait for its time, or have fallen, a follow-up may be assigned to somebody, and another tool may hold a
/// token that was brought along.
pub(crate) const FORMAT: u32 = 8;
/// From this format of a folder on, its log goes on in format 2.
pub(crate) const LOG_FORMAT_2: u32 = 3;
/// The format of a folder that was not given an id yet.
pub(crate) const UNNAMED: u32 = 1;

/// The number that the format's row holds.
pub(crate) fn number(row: &[u8]) -> Result<u32, StoreError> {
    let found = std::str::from_utf8(row).ok();
    found
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| StoreError::Damaged("its format is not a number".to_owned()))
}

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
        let found = number(&format)?;
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
