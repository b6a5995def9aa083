//! What syncs bring: batches that commit with their cursor.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::lists::ListOf;
use super::marks::ScopeMarks;
use super::synced::SYNCED;
use crate::domain::id::ReferenceId;
use crate::domain::job::{JobEvent, Scope, Seen, SyncExecution, Synced};
use crate::domain::message::RecordChange;
use crate::domain::sync::Pass;
use crate::store::{Store, StoreError, StoredRow, Tx, WriteClass};

/// So long a batch takes things while nobody else can commit. To hand it over takes about as long again.
const LONGEST: Duration = Duration::from_millis(3);
/// And so many bytes: several jobs that are woken together by one flush stay below what may wait for the disk (256 KiB, see
/// `store::durable`).
const LARGEST: usize = 48 << 10;

/// Items that were received, and where the next page begins.
pub struct SyncBatch {
    /// Of which list.
    pub of: ListOf,
    /// The numbers of things that were received and are as they were.
    pub unchanged: Vec<u64>,
    /// The numbers of things that the vendor tells were deleted.
    pub deleted: Vec<u64>,
    /// The others; `seen` is set by the store.
    pub items: Vec<Synced>,
    /// Items that were not taken: they have no id.
    pub failed: u64,
    /// Where the pass stands once all of them are kept, when they end a page.
    pub pass: Option<Pass>,
    /// How many items there are, when the vendor says so.
    pub total: Option<u64>,
    /// When they were received.
    pub at: Timestamp,
}

/// A thing that was received, as its list is read now. What it is called is another matter than what the vendor says of it: the
/// provider file may have changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadThing<'a> {
    pub digest: &'a str,
    pub label: &'a str,
    pub updated: Option<&'a str>,
}

/// What of a batch is to be kept in another one, and what came of the rest.
pub struct LeftOver {
    pub unchanged: Vec<u64>,
    pub deleted: Vec<u64>,
    pub items: Vec<Synced>,
    /// How many things were new, had changed, or are gone since.
    pub changed: u64,
}

impl LeftOver {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.unchanged.is_empty() && self.deleted.is_empty() && self.items.is_empty()
    }
}

impl Store {
    /// The number of the thing that is kept under this key, where it is as it was: nothing of its row has to be written.
    pub fn unchanged(&self, key: &str, now: &ReadThing<'_>) -> Result<Option<u64>, StoreError> {
        let kept = self.part::<Synced, Before>(key)?;
        let same = kept.filter(|kept| kept.is(now));
        Ok(same.and_then(|kept| kept.seen.number()))
    }

    /// The number of the thing that is kept under this key, whatever it is like.
    pub fn number(&self, key: &str) -> Result<Option<u64>, StoreError> {
        let kept = self.part::<Synced, Before>(key)?;
        Ok(kept.and_then(|kept| kept.seen.number()))
    }

    /// Keeps a batch with its cursor, or as many things of its beginning as the time allows; what is left, without the cursor, is
    /// returned. It is taken as long as its execution has not ended: a disconnect ends executions only after what they had
    /// received is here (T11).
    ///
    /// # Errors
    /// When the execution has ended, or its connection was authorized again.
    pub async fn batch(&self, mut batch: SyncBatch) -> Result<LeftOver, StoreError> {
        // In the order of numbers each part of the marks is written once, whatever the order of the list.
        batch.unchanged.sort_unstable();
        self.fact(WriteClass::Normal, |tx| {
            let (execution, job) = tx.walked(&batch.of)?;
            let parent = batch.of.parent.as_deref();
            let scope = tx.scope(&job, parent)?;
            let (before, changed) = (scope.total, execution.created + execution.updated);
            let rules = tx.rules(&job.connection)?;
            let marks = ScopeMarks::of(&scope);
            let mut taking = Taking {
                tx,
                execution,
                scope,
                marks,
                begun: Instant::now(),
                has_taken: false,
            };
            let mut unchanged = batch.unchanged.into_iter();
            while taking.has_room()
                && let Some(number) = unchanged.next()
            {
                taking.unchanged(number)?;
            }
            let mut deleted = batch.deleted.into_iter();
            while taking.has_room()
                && let Some(number) = deleted.next()
            {
                taking.deleted(number)?;
            }
            let mut items = batch.items.into_iter();
            while taking.has_room()
                && let Some(item) = items.next()
            {
                if let Some((record, change)) = taking.take(item)? {
                    taking.tx.route(&rules, &record, change, batch.at)?;
                }
            }
            let Taking {
                tx,
                mut execution,
                scope,
                marks,
                ..
            } = taking;
            marks.write(tx)?;
            let left = LeftOver {
                unchanged: unchanged.collect(),
                deleted: deleted.collect(),
                items: items.collect(),
                changed: execution.created + execution.updated - changed,
            };
            let new = i64::try_from(scope.total - before).unwrap_or(i64::MAX);
            tx.add(SYNCED, new)?;
            execution.failed += batch.failed;
            execution.total = batch.total.or(execution.total);
            if let Some(pass) = batch.pass.filter(|_| left.is_empty()) {
                let before = tx.list(&job, parent)?.pass;
                let before = before.map_or(0, |before| before.pages);
                execution.pages += pass.pages.saturating_sub(before);
                execution.halved = execution.halved.max(pass.halved);
                execution.cursor = pass.cursor().map(Value::from);
                tx.list_after(job, parent, JobEvent::PassStands(Box::new(pass)))?;
            }
            tx.put(&scope)?;
            tx.put_execution(&execution)?;
            Ok(left)
        })
        .await
    }
}

/// What a thing that was received takes over from its row.
#[derive(Deserialize)]
struct Before {
    id: ReferenceId,
    local_id: String,
    seen: Seen,
    digest: String,
    label: String,
    updated: Option<String>,
    #[serde(default)]
    own: BTreeMap<String, String>,
    #[serde(default)]
    links: BTreeSet<String>,
}

impl<'a> ReadThing<'a> {
    pub(super) fn of(item: &'a Synced) -> Self {
        Self {
            digest: &item.digest,
            label: &item.label,
            updated: item.updated.as_deref(),
        }
    }
}

impl Before {
    fn is(&self, now: &ReadThing<'_>) -> bool {
        let kept = ReadThing {
            digest: &self.digest,
            label: &self.label,
            updated: self.updated.as_deref(),
        };
        kept == *now
    }
}

/// A transaction that takes what was received.
struct Taking<'a, 't> {
    tx: &'a mut Tx<'t>,
    execution: SyncExecution,
    scope: Scope,
    marks: ScopeMarks,
    begun: Instant,
    has_taken: bool,
}

impl Taking<'_, '_> {
    /// Whether it may go on: nobody has waited for long, and it has not become large.
    fn has_room(&self) -> bool {
        let bytes = self.tx.bytes() + self.marks.bytes();
        !self.has_taken || (self.begun.elapsed() < LONGEST && bytes < LARGEST)
    }

    fn saw(&mut self, before: Option<Seen>) -> Result<Seen, StoreError> {
        self.has_taken = true;
        self.execution.processed += 1;
        self.scope.saw(before, &mut self.marks.within(self.tx))
    }

    /// A thing was received that is as it was.
    fn unchanged(&mut self, n: u64) -> Result<(), StoreError> {
        self.execution.skipped += 1;
        self.saw(Some(Seen::Number { n })).map(drop)
    }

    /// The vendor tells that a thing was deleted.
    fn deleted(&mut self, n: u64) -> Result<(), StoreError> {
        self.has_taken = true;
        self.execution.processed += 1;
        let is_new = self.scope.told_gone(n, &mut self.marks.within(self.tx))?;
        match is_new {
            true => self.execution.updated += 1,
            false => self.execution.skipped += 1,
        }
        Ok(())
    }

    /// Keeps a thing that was received. The record with what happened to it; none where it is as it was.
    fn take(&mut self, mut item: Synced) -> Result<Option<(Synced, RecordChange)>, StoreError> {
        let key = item.key();
        let change = match self.tx.part::<Synced, Before>(&key)? {
            None => {
                self.execution.created += 1;
                item.seen = self.saw(None)?;
                Some(RecordChange::Created)
            }
            Some(old) => {
                item.seen = self.saw(Some(old.seen))?;
                let is_read_alike = old.is(&ReadThing::of(&item));
                (item.id, item.local_id) = (old.id, old.local_id);
                (item.own, item.links) = (old.own, old.links);
                if old.digest == item.digest {
                    self.execution.skipped += 1;
                    if old.seen == item.seen && is_read_alike {
                        return Ok(None);
                    }
                    None
                } else {
                    self.execution.updated += 1;
                    Some(RecordChange::Updated)
                }
            }
        };
        self.tx.put(&item)?;
        Ok(change.map(|change| (item, change)))
    }
}

#[cfg(test)]
mod tests;
