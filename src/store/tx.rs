//! One transaction: it reads what it has written, and nothing of it exists until it has ended well.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;

use super::chunk::{self, Change};
use super::engine::Rows;
use super::error::StoreError;
use super::format::{self, FORMAT, LOG_FORMAT_2, UNNAMED};
use super::keys;
use super::row::{self, StoredRow};
use super::state::StoreState;
use crate::audit::{Hash, LeafError, LogLine, Signer, Tree, format_2_of, leaf_hash};
use crate::domain::audit::log::LogNumber;
use crate::domain::audit::{AuditEntry, NewEntry};

/// A transaction larger than this would let the database reuse space before anything of it is durable.
const LARGEST: usize = 4 << 20;

/// What a closure given to [`Store::write`](super::Store::write) works on.
pub struct Tx<'a> {
    rows: &'a Rows,
    writes: BTreeMap<String, Option<Vec<u8>>>,
    tree: Tree,
    log: LogNumber,
    entries: Vec<(AuditEntry, Hash)>,
    tells: bool,
    /// Bytes of the rows that were put.
    bytes: usize,
}

/// What a finished transaction asks for.
pub(crate) struct TxOutcome {
    pub changes: Vec<Change>,
    pub bytes: usize,
    pub lines: Vec<Vec<u8>>,
    pub state: StoreState,
    /// Whether subscriptions are to be told something.
    pub tells: bool,
}

impl<'a> Tx<'a> {
    pub(crate) fn new(rows: &'a Rows, state: &StoreState) -> Self {
        Self {
            rows,
            writes: BTreeMap::new(),
            tree: state.tree.clone(),
            log: state.log,
            entries: Vec::new(),
            tells: false,
            bytes: 0,
        }
    }

    /// How many bytes of rows were put so far, those among them that nothing changes.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// The row with this key, if there is one.
    pub fn get<R: StoredRow>(&self, key: &str) -> Result<Option<R>, StoreError> {
        let key = keys::row(R::KIND, key);
        self.value(&key)?
            .map(|value| row::decode(&key, &value))
            .transpose()
    }

    /// As much of the row with this key as `T` takes, if there is one.
    pub(crate) fn part<R: StoredRow, T: DeserializeOwned>(
        &self,
        key: &str,
    ) -> Result<Option<T>, StoreError> {
        let key = keys::row(R::KIND, key);
        let Some(value) = self.value(&key)? else {
            return Ok(None);
        };
        let part = serde_json::from_slice(&value);
        part.map(Some)
            .map_err(|source| StoreError::Row { key, source })
    }

    /// The row with this key.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is none.
    pub fn need<R: StoredRow>(&self, key: &str) -> Result<R, StoreError> {
        self.get(key)?.ok_or_else(|| StoreError::NotFound {
            what: R::KIND,
            id: key.to_owned(),
        })
    }

    /// Writes the row under its own key, over what is there.
    ///
    /// # Errors
    /// When the row cannot be written as JSON, or its key is too long.
    pub fn put<R: StoredRow>(&mut self, row: &R) -> Result<(), StoreError> {
        let key = keys::row(R::KIND, &row.key());
        keys::check(&key)?;
        let value = row::encode(&key, row)?;
        self.bytes += value.len();
        self.writes.insert(key, Some(value));
        Ok(())
    }

    /// Removes the row, if it is there.
    pub fn remove<R: StoredRow>(&mut self, key: &str) -> Result<(), StoreError> {
        self.write(keys::row(R::KIND, key), None)
    }

    /// The rows whose key begins with `prefix`, in the order of their keys.
    pub fn scan<R: StoredRow>(&self, prefix: &str) -> Result<Vec<R>, StoreError> {
        let prefix = keys::row(R::KIND, prefix);
        let mut found = BTreeMap::new();
        for row in self.rows.range(keys::beginning_with(&prefix), false) {
            let (key, value) = row?;
            found.insert(key, value);
        }
        let own = self
            .writes
            .range(prefix.clone()..)
            .take_while(|(key, _)| key.starts_with(&prefix));
        for (key, value) in own {
            match value {
                Some(value) => found.insert(key.clone(), value.clone()),
                None => found.remove(key),
            };
        }
        found
            .iter()
            .map(|(key, value)| row::decode(key, value))
            .collect()
    }

    /// Looks at every row of a kind as it was before this transaction, one at a time: however many there are, one is in memory.
    pub fn each<R: StoredRow>(&self, mut look: impl FnMut(R)) -> Result<(), StoreError> {
        let prefix = keys::row(R::KIND, "");
        for row in self.rows.range(keys::beginning_with(&prefix), false) {
            let (key, value) = row?;
            look(row::decode(&key, &value)?);
        }
        Ok(())
    }

    /// How many rows of a kind had a key that begins with `prefix` before this transaction; none of them is read as its kind.
    pub(crate) fn key_count<R: StoredRow>(&self, prefix: &str) -> Result<u64, StoreError> {
        let prefix = keys::row(R::KIND, prefix);
        self.rows
            .range(keys::beginning_with(&prefix), false)
            .try_fold(0, |n, row| row.map(|_| n + 1))
    }

    /// The value of an index row.
    pub fn get_index(&self, key: &str) -> Result<Option<String>, StoreError> {
        let key = format!("{}{key}", keys::INDEX);
        self.value(&key)?.map(|value| text(&key, value)).transpose()
    }

    /// Writes an index row: a key to look under, and what is found there (a key, as a rule).
    pub fn put_index(&mut self, key: &str, value: &str) -> Result<(), StoreError> {
        self.write(format!("{}{key}", keys::INDEX), Some(value.into()))
    }

    /// Removes an index row, if it is there.
    pub fn remove_index(&mut self, key: &str) -> Result<(), StoreError> {
        self.write(format!("{}{key}", keys::INDEX), None)
    }

    /// The counter, 0 when nobody has counted.
    pub fn count(&self, counter: &str) -> Result<i64, StoreError> {
        let key = format!("{}{counter}", keys::COUNT);
        self.value(&key)?.map_or(Ok(0), |value| number(&key, value))
    }

    /// Moves the counter, and says where it then is.
    ///
    /// # Errors
    /// When the store cannot be read, or the counter would leave the range of 64 bits.
    pub fn add(&mut self, counter: &str, by: i64) -> Result<i64, StoreError> {
        let now = self.count(counter)?.checked_add(by);
        let now = now
            .ok_or_else(|| StoreError::Refused(format!("the counter {counter} would overflow")))?;
        let value = (now != 0).then(|| now.to_string().into_bytes());
        self.write(format!("{}{counter}", keys::COUNT), value)?;
        Ok(now)
    }

    /// Adds an entry to the audit log; it becomes part of the log when the transaction does, and so does what subscriptions
    /// are told of it.
    ///
    /// # Errors
    /// When the entry has no canonical form.
    pub fn append(&mut self, entry: NewEntry) -> Result<AuditEntry, StoreError> {
        let seq = self.tree.size();
        let not_json = |source| LeafError::NotJson { seq, source };
        let mut placed = entry.at_seq(seq).map_err(not_json)?;
        if self.format()? >= LOG_FORMAT_2 {
            let about = self.about(entry.event.subject(&entry.target))?;
            placed.format_2 = Some(format_2_of(&placed, about, entry.salt)?);
        }
        let leaf = leaf_hash(&placed)?;
        self.tree.append(leaf);
        self.entries.push((placed.clone(), leaf));
        self.tell_of(&placed)?;
        Ok(placed)
    }

    /// What is appended from here on is of another log. Nothing may have been appended before.
    pub(crate) fn turn_to(&mut self, log: LogNumber) {
        (self.log, self.tree) = (log, Tree::default());
    }

    /// Which of the folder's logs is added to.
    pub(crate) fn log(&self) -> LogNumber {
        self.log
    }

    /// How many entries the audit log has; the place of the next one.
    pub(crate) fn log_size(&self) -> u64 {
        self.tree.size()
    }

    /// The folder's format, until [`set_format`](Self::set_format) that of the program that made it.
    pub(crate) fn format(&self) -> Result<u32, StoreError> {
        self.value(keys::FORMAT)?
            .map_or(Ok(UNNAMED), |row| format::read(&row))
    }

    /// Whoever tells subscriptions is woken when this is committed.
    pub(crate) fn tells(&mut self) {
        self.tells = true;
    }

    /// The folder has the present format from now on.
    pub(crate) fn set_format(&mut self) {
        let value = FORMAT.to_string().into_bytes();
        self.writes.insert(keys::FORMAT.to_owned(), Some(value));
    }

    /// What is to be written; `None` when nothing is.
    pub(crate) fn finish(
        mut self,
        before: &StoreState,
        number: u64,
        signer: &Signer,
    ) -> Result<Option<TxOutcome>, StoreError> {
        let lines = self.take_lines(signer)?;
        let first = match self.log == before.log {
            true => before.tree.size(),
            false => 0,
        };
        for (seq, line) in (first..).zip(&lines) {
            let key = keys::audit(self.log, seq);
            self.writes.insert(key, Some(line.clone()));
        }
        let mut state = StoreState {
            commit: number,
            tree: self.tree,
            log: self.log,
            sum: before.sum,
            live: before.live,
        };
        let (mut changes, mut bytes) = (Vec::new(), 0);
        for (row, value) in &self.writes {
            let first = self.rows.raw(row)?;
            for (key, value) in chunk::changes(row, first.as_deref(), value.as_deref())? {
                // Its pieces have keys of their own.
                let old = match key == *row {
                    true => first.clone(),
                    false => self.rows.raw(&key)?,
                };
                if old == value {
                    continue;
                }
                state.change(key.as_bytes(), old.as_deref(), value.as_deref());
                bytes += key.len() + value.as_ref().map_or(0, Vec::len);
                changes.push((key, value));
            }
        }
        if bytes > LARGEST {
            return Err(StoreError::Refused(format!(
                "a change of {bytes} bytes is more than {LARGEST}: make it in parts"
            )));
        }
        if changes.is_empty() {
            return Ok(None);
        }
        changes.push((keys::STATE.to_owned(), Some(state.encode()?)));
        Ok(Some(TxOutcome {
            changes,
            bytes,
            lines,
            state,
            tells: self.tells,
        }))
    }

    /// The entries as lines; the last carries the checkpoint.
    fn take_lines(&mut self, signer: &Signer) -> Result<Vec<Vec<u8>>, StoreError> {
        let last = self.tree.size().saturating_sub(1);
        let line = |(entry, leaf): (AuditEntry, Hash)| {
            let checkpoint = (entry.seq == last).then(|| signer.sign(&self.tree));
            let key = keys::audit(self.log, entry.seq);
            serde_json::to_vec(&LogLine {
                entry,
                leaf,
                checkpoint,
            })
            .map_err(|source| StoreError::Row { key, source })
        };
        std::mem::take(&mut self.entries)
            .into_iter()
            .map(line)
            .collect()
    }

    fn write(&mut self, key: String, value: Option<Vec<u8>>) -> Result<(), StoreError> {
        keys::check(&key)?;
        self.writes.insert(key, value);
        Ok(())
    }

    fn value(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        match self.writes.get(key) {
            Some(own) => Ok(own.clone()),
            None => self.rows.value(key),
        }
    }
}

pub(crate) fn text(key: &str, value: Vec<u8>) -> Result<String, StoreError> {
    String::from_utf8(value).map_err(|_| StoreError::Damaged(format!("{key} is not text")))
}

pub(crate) fn number(key: &str, value: Vec<u8>) -> Result<i64, StoreError> {
    text(key, value)?
        .parse()
        .map_err(|_| StoreError::Damaged(format!("{key} is not a number")))
}
