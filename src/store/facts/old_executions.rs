//! Old executions go: of each job as many are kept as the domain says.

use jiff::Timestamp;

use crate::domain::id::JobId;
use crate::domain::job::{LATEST_KEPT, OLDEST_ASKED, SyncExecution, has_old_executions, not_kept};
use crate::store::{Store, StoreError, StoredRow, WriteClass};

/// So many go in one commit.
const TOGETHER: usize = 64;
/// So many commits remove some after one execution; the next one goes on.
const COMMITS: usize = 16;
/// So many are looked at for that: some may have to stay.
const LOOKED_AT: usize = TOGETHER + OLDEST_ASKED;

impl Store {
    /// Removes the executions of a job that are not kept any more, some in each commit, and not too many at once: the next time goes
    /// on, also for whoever was killed in between. How many they were.
    pub async fn old_executions_go(&self, job: &JobId, now: Timestamp) -> Result<u64, StoreError> {
        let of_job = format!("{job}/");
        let oldest = self.page::<SyncExecution>(&of_job, None, OLDEST_ASKED, false)?;
        if !has_old_executions(&oldest, now) {
            return Ok(0);
        }
        let latest = self.page::<SyncExecution>(&of_job, None, LATEST_KEPT, true)?;
        let Some(first) = latest.last().filter(|_| latest.len() == LATEST_KEPT) else {
            return Ok(0);
        };
        let mut gone = 0;
        for _ in 0..COMMITS {
            let mut before = self.page::<SyncExecution>(&of_job, None, LOOKED_AT, false)?;
            before.retain(|it| it.id < first.id);
            let keys = not_kept(&before, &latest, now).into_iter();
            let keys: Vec<String> = keys.take(TOGETHER).map(StoredRow::key).collect();
            if keys.is_empty() {
                return Ok(gone);
            }
            gone += keys.len() as u64;
            let removed = self.fact(WriteClass::Normal, |tx| {
                keys.iter()
                    .try_for_each(|key| tx.remove::<SyncExecution>(key))
            });
            removed.await?;
        }
        Ok(gone)
    }
}

#[cfg(test)]
mod tests;
