//! Passes over a vendor's lists: where they begin, and what their end says.

use jiff::Timestamp;

use crate::domain::id::{ExecutionId, JobId};
use crate::domain::job::SyncJob;
use crate::domain::sync::{Deletions, Known, Pass, WholePass};
use crate::store::{Store, StoreError, WriteClass};

/// A pass that has come to its end.
pub struct PassEnd {
    /// The job.
    pub job: JobId,
    /// The execution that walked its last page.
    pub execution: ExecutionId,
    /// The next watermark.
    pub watermark: Option<Timestamp>,
    /// What is known of the list from now on.
    pub known: Known,
    /// What it may say of deletions, when it was a whole one.
    pub whole: Option<WholePass>,
}

impl Store {
    /// A pass begins, at the beginning of its list. A whole one gets its number.
    ///
    /// # Errors
    /// When the execution has ended.
    pub async fn pass_begun(
        &self,
        job: &JobId,
        execution: &ExecutionId,
        mut pass: Pass,
    ) -> Result<Pass, StoreError> {
        self.fact(WriteClass::Normal, |tx| {
            let execution = tx.live_execution(job, execution)?;
            let mut job =
                tx.need::<SyncJob>(&format!("{}/{}", execution.connection, execution.job))?;
            if pass.since.is_none() {
                let mut scope = tx.scope(&job.connection, &job.entity)?;
                pass.number = scope.begin_whole();
                tx.put(&scope)?;
            }
            job.pass = Some(pass.clone());
            tx.put_job(&job)?;
            Ok(pass)
        })
        .await
    }

    /// A pass has come to its end; what is said of deletions, when it was a whole one.
    ///
    /// # Errors
    /// When the execution has ended.
    pub async fn pass_ended(&self, end: PassEnd) -> Result<Option<Deletions>, StoreError> {
        self.fact(WriteClass::Normal, |tx| {
            let execution = tx.live_execution(&end.job, &end.execution)?;
            let mut job =
                tx.need::<SyncJob>(&format!("{}/{}", execution.connection, execution.job))?;
            let mut scope = tx.scope(&job.connection, &job.entity)?;
            let said = end.whole.map(|whole| scope.end_whole(&whole));
            (job.pass, job.watermark, job.known) = (None, end.watermark, end.known);
            tx.put(&scope)?;
            tx.put_job(&job)?;
            Ok(said)
        })
        .await
    }
}
