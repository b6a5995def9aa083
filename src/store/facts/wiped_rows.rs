//! The rows that a wipe is about: which they are, part by part, and how many are left.

use crate::domain::connection::Connection;
use crate::domain::delivery::Delivery;
use crate::domain::id::ConnectionId;
use crate::domain::job::{JobEvent, ParentList, Scope, SyncExecution, SyncJob, Synced};
use crate::domain::webhook::WebhookEndpoint;
use crate::domain::wipe::{Wipe, WipeCounts, WipeStep};
use crate::store::{Store, StoreError, StoredRow, Tx};

use super::outbox::{Messages, count_about};
use super::synced::SYNCED;

/// Rows that one transaction removes.
const PART: usize = 200;

impl Store {
    pub(super) fn wiped_connections(
        &self,
        provider: Option<&str>,
    ) -> Result<Vec<Connection>, StoreError> {
        let all = self.scan::<Connection>("")?;
        Ok(all
            .into_iter()
            .filter(|it| is_meant(provider, it))
            .collect())
    }

    pub(super) fn wiped_part(&self, wipe: &Wipe, step: WipeStep) -> Result<WipePart, StoreError> {
        let provider = wipe.provider.as_deref();
        let of = self.wiped_connections(provider)?;
        let mut part = WipePart::default();
        for prefix in prefixes(provider, of.iter().map(|it| &it.id)) {
            match step {
                WipeStep::RemoveRecords => {
                    part.records = self.page::<Synced>(&prefix, None, PART, false)?;
                    if part.records.is_empty() {
                        part.scopes = self.page::<Scope>(&prefix, None, PART, false)?;
                    }
                }
                WipeStep::RemoveExecutions if provider.is_none() => {
                    part.executions = self.page::<SyncExecution>("", None, PART, false)?;
                }
                WipeStep::RemoveExecutions => {
                    for job in self.scan::<SyncJob>(&prefix)? {
                        let left = PART - part.executions.len();
                        let of_job = format!("{}/", job.id);
                        let found = self.page::<SyncExecution>(&of_job, None, left, false)?;
                        part.executions.extend(found);
                    }
                }
                WipeStep::RemoveDeliveries => {
                    for endpoint in self.scan::<WebhookEndpoint>(&prefix)? {
                        let left = PART - part.deliveries.len();
                        let of_it = format!("{}/", endpoint.id);
                        let found = self.page::<Delivery>(&of_it, None, left, false)?;
                        part.deliveries.extend(found);
                    }
                }
                WipeStep::ForgetCursors => {
                    for job in self.scan::<SyncJob>(&prefix)? {
                        if part.jobs.len() < PART && self.knows_something(&job)? {
                            part.jobs.push(job);
                        }
                    }
                }
                WipeStep::Compact | WipeStep::WriteAudit => {}
            }
            if !part.is_empty() {
                break;
            }
        }
        if step == WipeStep::RemoveDeliveries && part.is_empty() {
            part.messages = self.messages_about(&of.iter().map(|it| &it.id).collect())?;
        }
        Ok(part)
    }
}

/// Rows that are removed together.
#[derive(Default)]
pub(super) struct WipePart {
    records: Vec<Synced>,
    scopes: Vec<Scope>,
    executions: Vec<SyncExecution>,
    deliveries: Vec<Delivery>,
    messages: Messages,
    jobs: Vec<SyncJob>,
}

impl WipePart {
    pub(super) fn is_empty(&self) -> bool {
        self.records.is_empty()
            && self.scopes.is_empty()
            && self.executions.is_empty()
            && self.deliveries.is_empty()
            && self.messages.is_empty()
            && self.jobs.is_empty()
    }
}

/// What rows are counted with, in a transaction and outside of one.
pub(super) trait RowReads {
    fn scan<R: StoredRow>(&self, prefix: &str) -> Result<Vec<R>, StoreError>;
    fn key_count<R: StoredRow>(&self, prefix: &str) -> Result<u64, StoreError>;
    fn each<R: StoredRow>(&self, look: impl FnMut(R)) -> Result<(), StoreError>;
}

impl RowReads for Store {
    fn scan<R: StoredRow>(&self, prefix: &str) -> Result<Vec<R>, StoreError> {
        self.scan(prefix)
    }

    fn key_count<R: StoredRow>(&self, prefix: &str) -> Result<u64, StoreError> {
        self.key_count::<R>(prefix)
    }

    fn each<R: StoredRow>(&self, mut look: impl FnMut(R)) -> Result<(), StoreError> {
        self.rows(String::new()).try_for_each(|row| {
            look(row?);
            Ok(())
        })
    }
}

impl RowReads for Tx<'_> {
    fn scan<R: StoredRow>(&self, prefix: &str) -> Result<Vec<R>, StoreError> {
        self.scan(prefix)
    }

    fn key_count<R: StoredRow>(&self, prefix: &str) -> Result<u64, StoreError> {
        self.key_count::<R>(prefix)
    }

    fn each<R: StoredRow>(&self, look: impl FnMut(R)) -> Result<(), StoreError> {
        self.each(look)
    }
}

/// What there is of everything that a wipe of these connections removes, counted row by row.
pub(super) fn wiped_rows(
    reads: &impl RowReads,
    provider: Option<&str>,
    of: &[Connection],
) -> Result<WipeCounts, StoreError> {
    let mut found = WipeCounts::default();
    for prefix in prefixes(provider, of.iter().map(|it| &it.id)) {
        found.records += reads.key_count::<Synced>(&prefix)?;
        found.scopes += reads.key_count::<Scope>(&prefix)?;
        for job in reads.scan::<SyncJob>(&prefix)? {
            let lists = format!("{}/{}/", job.connection, job.id);
            let knows = job.knows_something() || reads.key_count::<ParentList>(&lists)? > 0;
            found.cursors += u64::from(knows);
            found.executions += reads.key_count::<SyncExecution>(&format!("{}/", job.id))?;
        }
        for endpoint in reads.scan::<WebhookEndpoint>(&prefix)? {
            found.deliveries += reads.key_count::<Delivery>(&format!("{}/", endpoint.id))?;
        }
    }
    found.deliveries += count_about(reads, &of.iter().map(|it| &it.id).collect())?;
    if provider.is_none() {
        found.executions = reads.key_count::<SyncExecution>("")?;
    }
    Ok(found)
}

impl Tx<'_> {
    /// Removes these rows, and counts those that were still there.
    pub(super) fn remove_part(
        &mut self,
        part: &WipePart,
        counts: &mut WipeCounts,
    ) -> Result<(), StoreError> {
        let records = self.remove_rows(&part.records)?;
        self.add(SYNCED, -i64::try_from(records).unwrap_or(i64::MAX))?;
        counts.records += records;
        for scope in &part.scopes {
            self.remove_marks(scope)?;
        }
        counts.scopes += self.remove_rows(&part.scopes)?;
        counts.executions += self.remove_rows(&part.executions)?;
        counts.deliveries += self.remove_rows(&part.deliveries)?;
        counts.deliveries += self.remove_messages(&part.messages)?;
        counts.cursors += part.jobs.len() as u64;
        for job in &part.jobs {
            let job = self.need::<SyncJob>(&job.key())?;
            self.job_after(job, JobEvent::Wiped)?;
        }
        Ok(())
    }

    fn remove_rows<R: StoredRow>(&mut self, rows: &[R]) -> Result<u64, StoreError> {
        let mut removed = 0;
        for row in rows {
            removed += u64::from(self.removed::<R>(&row.key())?);
        }
        Ok(removed)
    }

    /// Removes a row. Whether it was there.
    pub(super) fn removed<R: StoredRow>(&mut self, key: &str) -> Result<bool, StoreError> {
        let is_there = self.get::<R>(key)?.is_some();
        self.remove::<R>(key)?;
        Ok(is_there)
    }
}

pub(super) fn is_meant(provider: Option<&str>, connection: &Connection) -> bool {
    provider.is_none_or(|provider| provider == connection.provider)
}

/// Where the rows of a wipe are: all of a kind, or those of some connections.
pub(super) fn prefixes<'a>(
    provider: Option<&str>,
    connections: impl Iterator<Item = &'a ConnectionId>,
) -> Vec<String> {
    match provider {
        None => vec![String::new()],
        Some(_) => connections.map(|id| format!("{id}/")).collect(),
    }
}

#[cfg(test)]
mod tests;
