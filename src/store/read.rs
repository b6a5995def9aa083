//! Reading: what has been applied, durable or not. Every method costs what it returns.

use std::ops::Bound;
use std::sync::PoisonError;

use serde::de::DeserializeOwned;

use super::Store;
use super::durable::lock;
use super::engine::{Range, Rows};
use super::error::StoreError;
use super::format::{self, UNNAMED};
use super::keys;
use super::row::{self, StoredRow};
use super::tx::{number, text};
use super::write::Commit;
use crate::audit::{LogLine, Tree};
use crate::domain::audit::AuditEntry;
use crate::domain::audit::log::LogNumber;

/// Up to `limit` rows whose key begins with `prefix`, behind the key `after` in the direction of reading.
#[derive(Debug, Clone, Copy)]
pub struct RowPage<'a> {
    /// How their keys begin.
    pub prefix: &'a str,
    /// The key before the first.
    pub after: Option<&'a str>,
    /// How many at most.
    pub limit: usize,
    /// Backwards.
    pub reverse: bool,
}

impl Store {
    /// The row with this key, if there is one.
    pub fn get<R: StoredRow>(&self, key: &str) -> Result<Option<R>, StoreError> {
        let key = keys::row(R::KIND, key);
        self.read(|rows| {
            rows.value(&key)?
                .map(|value| row::decode(&key, &value))
                .transpose()
        })
    }

    /// As much of the row with this key as `T` takes, if there is one.
    pub(crate) fn part<R: StoredRow, T: DeserializeOwned>(
        &self,
        key: &str,
    ) -> Result<Option<T>, StoreError> {
        let key = keys::row(R::KIND, key);
        let value = self.read(|rows| rows.value(&key))?;
        let part = value
            .map(|value| serde_json::from_slice(&value))
            .transpose();
        part.map_err(|source| StoreError::Row { key, source })
    }

    /// The rows whose key begins with `prefix`, in the order of their keys.
    pub fn scan<R: StoredRow>(&self, prefix: &str) -> Result<Vec<R>, StoreError> {
        self.page(prefix, None, usize::MAX, false)
    }

    /// Up to `limit` rows whose key begins with `prefix`, behind the key `after` in the direction of reading.
    pub fn page<R: StoredRow>(
        &self,
        prefix: &str,
        after: Option<&str>,
        limit: usize,
        reverse: bool,
    ) -> Result<Vec<R>, StoreError> {
        let after = after.map(|after| keys::row(R::KIND, after));
        let range = keys::following(&keys::row(R::KIND, prefix), after.as_deref(), reverse);
        self.read(|rows| {
            let found = rows.range(range, reverse).take(limit);
            found
                .map(|row| row.and_then(|(key, value)| row::decode(&key, &value)))
                .collect()
        })
    }

    /// The row with this key, where its bytes are such that whoever asks wants it.
    pub fn get_where<R: StoredRow>(
        &self,
        key: &str,
        is_wanted: impl FnOnce(&[u8]) -> bool,
    ) -> Result<Option<R>, StoreError> {
        let key = keys::row(R::KIND, key);
        self.read(|rows| {
            let value = rows.value(&key)?.filter(|value| is_wanted(value));
            value.map(|value| row::decode(&key, &value)).transpose()
        })
    }

    /// The rows of a page with their keys, and none of what stands there where its bytes are not wanted.
    pub fn page_where<R: StoredRow>(
        &self,
        page: &RowPage<'_>,
        mut is_wanted: impl FnMut(&[u8]) -> bool,
    ) -> Result<Vec<(String, Option<R>)>, StoreError> {
        let kind = keys::row(R::KIND, "");
        let after = page.after.map(|after| keys::row(R::KIND, after));
        let prefix = keys::row(R::KIND, page.prefix);
        let range = keys::following(&prefix, after.as_deref(), page.reverse);
        self.read(|rows| {
            let found = rows.range(range, page.reverse).take(page.limit);
            found
                .map(|found| {
                    let (key, value) = found?;
                    let wanted = Some(value).filter(|value| is_wanted(value));
                    let row = wanted.map(|value| row::decode(&key, &value)).transpose()?;
                    let own = key.strip_prefix(&kind).unwrap_or(&key).to_owned();
                    Ok((own, row))
                })
                .collect()
        })
    }

    /// How many rows there are whose key begins with `prefix`; none of them is read as its kind.
    pub(crate) fn key_count<R: StoredRow>(&self, prefix: &str) -> Result<u64, StoreError> {
        let range = keys::following(&keys::row(R::KIND, prefix), None, false);
        self.read(|rows| {
            rows.range(range, false)
                .try_fold(0, |n, row| row.map(|_| n + 1))
        })
    }

    /// The value of an index row.
    pub fn get_index(&self, key: &str) -> Result<Option<String>, StoreError> {
        let key = format!("{}{key}", keys::INDEX);
        self.read(|rows| rows.value(&key)?.map(|value| text(&key, value)).transpose())
    }

    /// Up to `limit` index rows (key, value) whose key begins with `prefix`, behind `after` in the direction of reading.
    pub fn index_page(
        &self,
        prefix: &str,
        after: Option<&str>,
        limit: usize,
        reverse: bool,
    ) -> Result<Vec<(String, String)>, StoreError> {
        let after = after.map(|after| format!("{}{after}", keys::INDEX));
        let range = keys::following(
            &format!("{}{prefix}", keys::INDEX),
            after.as_deref(),
            reverse,
        );
        self.read(|rows| {
            let found = rows.range(range, reverse).take(limit);
            found
                .map(|row| {
                    let (key, value) = row?;
                    let value = text(&key, value)?;
                    Ok((
                        key.strip_prefix(keys::INDEX).unwrap_or(&key).to_owned(),
                        value,
                    ))
                })
                .collect()
        })
    }

    /// The counter, 0 when nobody has counted.
    pub fn count(&self, counter: &str) -> Result<i64, StoreError> {
        let key = format!("{}{counter}", keys::COUNT);
        self.read(|rows| rows.value(&key)?.map_or(Ok(0), |value| number(&key, value)))
    }

    /// The folder's format.
    pub(crate) fn format(&self) -> Result<u32, StoreError> {
        self.read(|rows| {
            rows.raw(keys::FORMAT)?
                .map_or(Ok(UNNAMED), |row| format::read(&row))
        })
    }

    /// Up to `limit` audit entries from `seq` on, oldest first.
    pub fn entries(&self, seq: u64, limit: usize) -> Result<Vec<AuditEntry>, StoreError> {
        Ok(self
            .log_lines(seq, limit)?
            .into_iter()
            .map(|line| line.entry)
            .collect())
    }

    /// The audit entry at its place in the log, if the log is that long.
    pub fn entry(&self, seq: u64) -> Result<Option<AuditEntry>, StoreError> {
        Ok(self.entries(seq, 1)?.into_iter().next())
    }

    /// The entry of one of the folder's logs at its place, if that log is that long.
    pub fn entry_of(&self, log: LogNumber, seq: u64) -> Result<Option<AuditEntry>, StoreError> {
        let key = keys::audit(log, seq).into_bytes();
        let only = (Bound::Included(key.clone()), Bound::Included(key));
        let line = self.read(|rows| lines(rows, only, 1, false))?.pop();
        Ok(line.map(|line| line.entry))
    }

    /// Up to `limit` audit entries before `seq`, newest first.
    pub fn entries_before(&self, seq: u64, limit: usize) -> Result<Vec<AuditEntry>, StoreError> {
        let log = self.log();
        let range = (
            Bound::Included(keys::log(log).into_bytes()),
            Bound::Excluded(keys::audit(log, seq).into_bytes()),
        );
        let lines = self.read(|rows| lines(rows, range, limit, true))?;
        Ok(lines.into_iter().map(|line| line.entry).collect())
    }

    /// Up to `limit` audit entries from `seq` on, with their leaves and checkpoints, as `audit.log` has them.
    pub fn log_lines(&self, seq: u64, limit: usize) -> Result<Vec<LogLine>, StoreError> {
        let log = self.log();
        let range = (
            Bound::Included(keys::audit(log, seq).into_bytes()),
            keys::beginning_with(&keys::log(log)).1,
        );
        self.read(|rows| lines(rows, range, limit, false))
    }

    /// Which of the folder's logs is added to. Entries, their tree and checkpoint are those of this one.
    #[must_use]
    pub fn log(&self) -> LogNumber {
        self.inner.shared.log
    }

    /// The audit log's tree.
    #[must_use]
    pub fn tree(&self) -> Tree {
        lock(&self.inner.shared.writer).tree.clone()
    }

    /// The audit log's tree as of the last commit that was applied, and that commit.
    pub(crate) fn applied(&self) -> (Tree, Commit) {
        let state = lock(&self.inner.shared.writer);
        (state.tree.clone(), Commit(state.commit))
    }

    /// The last signed checkpoint; `None` while the log is empty.
    pub fn checkpoint(&self) -> Result<Option<String>, StoreError> {
        self.last_checkpoint_of(self.log())
    }

    /// The last signed checkpoint of one of the folder's logs.
    pub fn last_checkpoint_of(&self, log: LogNumber) -> Result<Option<String>, StoreError> {
        let log = keys::beginning_with(&keys::log(log));
        let last = self.read(|rows| lines(rows, log, 1, true))?;
        Ok(last.into_iter().next().and_then(|line| line.checkpoint))
    }

    /// The key for checking the log, as a verifier key string.
    #[must_use]
    pub fn public_key(&self) -> String {
        self.inner.shared.signer.public_key()
    }

    fn read<T>(&self, read: impl FnOnce(&Rows) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let engine = self
            .inner
            .shared
            .engine
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        let engine = engine.as_ref().ok_or_else(StoreError::closed)?;
        read(&engine.rows)
    }
}

fn lines(
    rows: &Rows,
    range: Range,
    limit: usize,
    reverse: bool,
) -> Result<Vec<LogLine>, StoreError> {
    rows.range(range, reverse)
        .take(limit)
        .map(|row| {
            let (key, value) = row?;
            serde_json::from_slice(&value).map_err(|source| StoreError::Row { key, source })
        })
        .collect()
}
