//! Passes over a vendor's lists: where they begin, and what their end says.

use std::time::Duration;

use jiff::Timestamp;

use crate::domain::id::{ExecutionId, JobId};
use crate::domain::job::{JobEffect, JobEvent, SyncJob};
use crate::domain::sync::{Known, Pass, Passed, WholePass};
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
    /// Everything since the scope was last in step was seen.
    pub is_in_step: bool,
    /// How old a whole pass may be.
    pub full_every: Option<Duration>,
    /// When it ended.
    pub at: Timestamp,
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
            let job = tx.job_of(&execution)?;
            if pass.since.is_none() {
                let mut scope = tx.scope(&job.connection, &job.entity)?;
                pass.number = scope.begin_whole();
                tx.put(&scope)?;
            }
            tx.job_after(job, JobEvent::PassStands(Box::new(pass.clone())))?;
            Ok(pass)
        })
        .await
    }

    /// The list is another one than before, or another account's: what was known of it is forgotten.
    ///
    /// # Errors
    /// When the execution has ended.
    pub async fn pass_source(
        &self,
        job: &JobId,
        execution: &ExecutionId,
        source: u64,
    ) -> Result<SyncJob, StoreError> {
        self.fact(WriteClass::Normal, |tx| {
            let execution = tx.live_execution(job, execution)?;
            let job = tx.job_of(&execution)?;
            Ok(tx.job_after(job, JobEvent::ListSeen { source })?.0)
        })
        .await
    }

    /// A pass has come to its end. The job as it is then, and whether another pass follows right behind.
    ///
    /// # Errors
    /// When the execution has ended.
    pub async fn pass_ended(&self, end: PassEnd) -> Result<(SyncJob, bool), StoreError> {
        self.fact(WriteClass::Normal, |tx| {
            let execution = tx.live_execution(&end.job, &end.execution)?;
            let job = tx.job_of(&execution)?;
            let mut scope = tx.scope(&job.connection, &job.entity)?;
            scope.stale = scope.stale && !end.is_in_step;
            let whole = end.whole.map(|whole| {
                let is_accepted = job.accept_gone;
                let whole = WholePass {
                    is_accepted,
                    ..whole
                };
                (whole.began, scope.end_whole(&whole))
            });
            let passed = JobEvent::PassEnded(Passed {
                watermark: end.watermark,
                known: end.known,
                whole,
                full_every: end.full_every,
                at: end.at,
            });
            tx.put(&scope)?;
            let (job, effect) = tx.job_after(job, passed)?;
            Ok((job, effect == JobEffect::PassAgain))
        })
        .await
    }
}
