//! What the rows of an index name: in its order, or by their time.

use std::str::FromStr;

use jiff::Timestamp;

use crate::store::{Store, StoreError};

/// So many rows of an index are read at once.
pub(super) const PAGE: usize = 64;

/// Where something is found by its time, in an index of such times; before 1970 is at its beginning.
pub(super) fn timed(index: &str, at: Timestamp, id: impl std::fmt::Display) -> String {
    let at = at.as_millisecond().max(0);
    format!("{index}{at:020}/{id}")
}

impl Store {
    /// What an index names, in its order.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] where a row names nothing of that kind: to pass it over would leave it behind for ever.
    pub(super) fn named_in<T: FromStr>(&self, index: &str) -> Result<Vec<T>, StoreError> {
        let rows = self.index_rows(index.to_owned(), PAGE);
        rows.map(|row| row.and_then(|(key, id)| id_in(&key, &id)))
            .collect()
    }

    /// What an index of times names that is due by now, the oldest first, and when the next one is. It costs what is due, however
    /// much waits behind it.
    ///
    /// # Errors
    /// As [`Store::named_in`], and where a key says no time.
    pub(super) fn due_in<T: FromStr>(
        &self,
        index: &str,
        now: Timestamp,
    ) -> Result<(Vec<T>, Option<Timestamp>), StoreError> {
        let mut due = Vec::new();
        for row in self.index_rows(index.to_owned(), PAGE) {
            let (key, id) = row?;
            let at = due_at(index, &key)?;
            if at > now {
                return Ok((due, Some(at)));
            }
            due.push(id_in(&key, &id)?);
        }
        Ok((due, None))
    }
}

/// What a row of an index names.
///
/// # Errors
/// [`StoreError::Damaged`] where that is nothing of its kind.
pub(super) fn id_in<T: FromStr>(key: &str, id: &str) -> Result<T, StoreError> {
    let named = id.parse();
    named.map_err(|_| StoreError::Damaged(format!("{key} names nothing of its kind")))
}

fn due_at(index: &str, key: &str) -> Result<Timestamp, StoreError> {
    let at = key
        .strip_prefix(index)
        .and_then(|rest| rest.split('/').next())
        .and_then(|at| at.parse().ok())
        .and_then(|at| Timestamp::from_millisecond(at).ok());
    at.ok_or_else(|| StoreError::Damaged(format!("{key} is no due time")))
}
