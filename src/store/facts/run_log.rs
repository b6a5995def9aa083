//! The log of a run, record by record.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::audit::NewEntry;
use crate::domain::disconnect::RunEvent;
use crate::domain::disconnect::log::{LoggedEvent, Record};
use crate::domain::id::RunId;
use crate::store::{Store, StoreError, StoredRow, Tx, WriteClass};

use super::exposures::ExposureChanges;

/// A record at its place in a run's log.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RunRecord {
    pub run: RunId,
    /// Which place, from 0.
    pub index: usize,
    /// What it says.
    pub record: Record,
}

impl StoredRow for RunRecord {
    const KIND: &'static str = "run_record";

    fn key(&self) -> String {
        place(&self.run, self.index)
    }
}

fn place(run: &RunId, index: usize) -> String {
    format!("{run}/{index:06}")
}

impl Store {
    /// How many records the log of a run has.
    pub fn run_records(&self, id: &RunId) -> Result<u64, StoreError> {
        Ok(self.count(&format!("run_records/{id}"))?.unsigned_abs())
    }

    /// The log of a run.
    pub fn run_log(&self, id: &RunId) -> Result<Vec<Record>, StoreError> {
        Ok(self
            .scan::<RunRecord>(&format!("{id}/"))?
            .into_iter()
            .map(|row| row.record)
            .collect())
    }

    /// What has joined the log of a run since it had so many records.
    pub fn run_log_from(&self, id: &RunId, records: usize) -> Result<Vec<Record>, StoreError> {
        let after = records.checked_sub(1).map(|last| place(id, last));
        let rows =
            self.page::<RunRecord>(&format!("{id}/"), after.as_deref(), usize::MAX, false)?;
        Ok(rows.into_iter().map(|row| row.record).collect())
    }

    /// Records of a run, as they are, and what the log of the house says of them.
    pub async fn recorded(
        &self,
        run: &RunId,
        at: Timestamp,
        records: Vec<LoggedEvent>,
        entry: Option<NewEntry>,
    ) -> Result<(), StoreError> {
        self.fact(WriteClass::Disconnect, |tx| {
            for what in records {
                tx.record(run, at, what)?;
            }
            entry.map_or(Ok(()), |entry| tx.append(entry).map(drop))
        })
        .await
    }

    /// A person goes on with a run that waits: its head, what is tried once more, and the entry.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when it does not wait for a person.
    pub async fn run_resumed(
        &self,
        run: &RunId,
        at: Timestamp,
        again: Option<LoggedEvent>,
        entry: NewEntry,
    ) -> Result<(), StoreError> {
        self.fact(WriteClass::Disconnect, |tx| {
            tx.run_after(run, RunEvent::Resumed)?;
            if let Some(again) = again {
                tx.record(run, at, again)?;
            }
            tx.append(entry).map(drop)
        })
        .await
    }

    /// A token of the run was judged again: records, what follows for what is exposed, and the entry.
    pub async fn judged_again(
        &self,
        run: &RunId,
        at: Timestamp,
        judged: LoggedEvent,
        exposed: ExposureChanges,
        entry: NewEntry,
    ) -> Result<(), StoreError> {
        self.fact(WriteClass::Disconnect, |tx| {
            tx.record(run, at, judged)?;
            tx.expose(exposed, at)?;
            tx.append(entry).map(drop)
        })
        .await
    }

    /// Records that nothing outside this store rests on. They are written in their place, and durable with whatever
    /// comes after them: only what somebody does because of one would have to wait for the disk.
    pub fn noted(
        &self,
        run: &RunId,
        at: Timestamp,
        records: impl IntoIterator<Item = LoggedEvent>,
    ) -> Result<(), StoreError> {
        let noted = self.write_as(WriteClass::Disconnect, |tx| {
            records
                .into_iter()
                .try_for_each(|what| tx.record(run, at, what))
        });
        noted.map(drop)
    }
}

impl Tx<'_> {
    /// Adds a record to a run's log.
    pub(super) fn record(
        &mut self,
        run: &RunId,
        at: Timestamp,
        what: LoggedEvent,
    ) -> Result<(), StoreError> {
        let index = usize::try_from(self.add(&format!("run_records/{run}"), 1)? - 1)
            .map_err(|_| StoreError::Damaged(format!("the number of records of {run}")))?;
        self.put(&RunRecord {
            run: run.clone(),
            index,
            record: Record { at, what },
        })
    }
}
