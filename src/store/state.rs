//! What the last commit left behind, as its own row.

use serde::{Deserialize, Serialize};

use super::engine::Rows;
use super::error::StoreError;
use super::keys;
use super::sum::Sum;
use crate::audit::Tree;

/// Grows when an older program could no longer read the rows, or would leave out what they need. In 2 the folder has an
/// id, and its log's checkpoint is kept outside of it.
pub(crate) const FORMAT: u32 = 2;
/// The format of a folder that was not given an id yet.
pub(crate) const UNNAMED: u32 = 1;

/// The store after a commit.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct State {
    /// The commit's number; 0 before the first.
    pub commit: u64,
    /// The audit log.
    pub tree: Tree,
    /// Over every row but this one and the format.
    pub sum: Sum,
}

impl State {
    pub(crate) fn encode(&self) -> Result<Vec<u8>, StoreError> {
        serde_json::to_vec(self).map_err(|source| StoreError::Row {
            key: keys::STATE.to_owned(),
            source,
        })
    }

    /// The state the rows hold, or that of an empty store.
    pub(crate) fn read(rows: &Rows) -> Result<Self, StoreError> {
        let Some(format) = rows.raw(keys::FORMAT)? else {
            return Ok(Self::default());
        };
        let found = std::str::from_utf8(&format)
            .ok()
            .and_then(|text| text.parse().ok());
        match found {
            None => return Err(StoreError::Damaged("its format is not a number".to_owned())),
            Some(found) if found > FORMAT => {
                return Err(StoreError::NewerFormat {
                    found,
                    known: FORMAT,
                });
            }
            Some(_) => {}
        }
        let Some(raw) = rows.raw(keys::STATE)? else {
            return Ok(Self::default());
        };
        serde_json::from_slice(&raw).map_err(|source| StoreError::Row {
            key: keys::STATE.to_owned(),
            source,
        })
    }

    /// Adds all rows up again.
    pub(crate) fn check_rows(&self, rows: &Rows) -> Result<(), StoreError> {
        let mut found = Sum::default();
        for row in rows.all() {
            let (key, value) = row?;
            if key != keys::STATE.as_bytes() && key != keys::FORMAT.as_bytes() {
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
