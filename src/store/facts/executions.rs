//! Executions of sync jobs: begun, under way, ended.

use jiff::Timestamp;

use super::named::PAGE;
use crate::domain::audit::NewEntry;
use crate::domain::connection::{Connection, ConnectionEvent};
use crate::domain::id::{ConnectionId, ExecutionId, JobId};
use crate::domain::job::{
    ExecutionEffect, ExecutionEnd, ExecutionEvent, ExecutionRefusal, JobEvent, RunWishes,
    SyncExecution, SyncJob,
};
use crate::store::{Store, StoreError, Tx, WriteClass};

impl Store {
    /// One execution.
    pub fn execution(
        &self,
        job: &JobId,
        id: &ExecutionId,
    ) -> Result<Option<SyncExecution>, StoreError> {
        self.get::<SyncExecution>(&format!("{job}/{id}"))
    }

    /// The latest executions of a job, newest first.
    pub fn executions_of(
        &self,
        job: &JobId,
        limit: usize,
    ) -> Result<Vec<SyncExecution>, StoreError> {
        self.page::<SyncExecution>(&format!("{job}/"), None, limit, true)
    }

    /// Executions that run or wait, of one connection or (with none) of all.
    pub fn live_executions(
        &self,
        of: Option<&ConnectionId>,
    ) -> Result<Vec<SyncExecution>, StoreError> {
        let prefix = of.map_or("live/".to_owned(), |id| format!("live/{id}/"));
        let mut live = Vec::new();
        for (_, key) in self.index_page(&prefix, None, usize::MAX, false)? {
            live.extend(self.get::<SyncExecution>(&key)?);
        }
        Ok(live)
    }

    /// How many executions run or wait, of one connection.
    pub fn live_count(&self, of: &ConnectionId) -> Result<u64, StoreError> {
        let mut rows = self.index_rows(format!("live/{of}/"), PAGE);
        rows.try_fold(0, |count, row| row.map(|_| count + 1))
    }

    /// An execution begins, if the connection is in service, the job enabled, and nothing of it runs. What a person wishes of it
    /// is taken with that, or not at all.
    ///
    /// # Errors
    /// [`StoreError::Refused`] says which of these is not so.
    pub async fn execution_begun(
        &self,
        execution: SyncExecution,
        wished: Option<Wished>,
        entry: NewEntry,
    ) -> Result<SyncExecution, StoreError> {
        self.fact(WriteClass::Normal, |tx| {
            tx.in_service(&execution.connection, execution.generation)?;
            let mut job = tx.job_of(&execution)?;
            if let Some(Wished {
                wishes,
                entry,
                stops,
            }) = wished
            {
                if let Some(stops) = stops {
                    job = tx.stop_for(job, stops)?;
                }
                (job, _) = tx.job_after(job, JobEvent::Asked(wishes))?;
                tx.append(entry)?;
            }
            let begins = JobEvent::Began {
                execution: execution.id.clone(),
                is_by_event: execution.is_by_event,
                last: tx.last_execution(&job)?.map(|last| last.status),
            };
            tx.job_after(job, begins)?;
            tx.put_execution(&execution)?;
            tx.append(entry)?;
            Ok(execution)
        })
        .await
    }

    /// A live execution changes its state without ending: queued becomes running. No entry.
    ///
    /// # Errors
    /// When it has ended meanwhile.
    pub async fn execution_runs(&self, execution: &SyncExecution) -> Result<(), StoreError> {
        self.fact(WriteClass::Normal, |tx| {
            let execution = tx.live_execution(&execution.job, &execution.id)?;
            tx.execution_after(execution, ExecutionEvent::Runs)
        })
        .await
    }

    /// An execution ended by itself. Nothing happens when somebody else ended it first.
    pub async fn execution_ended(
        &self,
        execution: &SyncExecution,
        over: ExecutionOver,
        entry: NewEntry,
    ) -> Result<bool, StoreError> {
        self.fact(WriteClass::Normal, |tx| {
            let key = format!("{}/{}", execution.job, execution.id);
            let execution = tx.need::<SyncExecution>(&key)?;
            if !execution.status.is_live() {
                return Ok(false);
            }
            let ended = JobEvent::Ended {
                error: over.how.error(),
                next_run_at: over.next_run_at,
            };
            let job = tx.job_of(&execution)?;
            tx.job_after(job, ended)?;
            let (how, at) = (over.how, over.at);
            tx.execution_after(execution, ExecutionEvent::Ended { how, at })?;
            tx.append(entry)?;
            Ok(true)
        })
        .await
    }

    /// A person stopped an execution. What was received is committed already.
    ///
    /// # Errors
    /// When it is not running.
    pub async fn execution_cancelled(
        &self,
        job: &JobId,
        id: &ExecutionId,
        cancelled: &Cancelled,
        entry: NewEntry,
    ) -> Result<(), StoreError> {
        self.fact(WriteClass::Disconnect, |tx| {
            let execution = tx.live_execution(job, id)?;
            let job = tx.job_of(&execution)?;
            let next_run_at = cancelled.next_run_at;
            tx.job_after(job, JobEvent::Cancelled { next_run_at })?;
            tx.cancel(execution, &cancelled.by, cancelled.at)?;
            tx.append(entry)?;
            Ok(())
        })
        .await
    }
}

/// What a person wishes of an execution.
#[derive(Debug, Clone, PartialEq)]
pub struct Wished {
    /// What that is. It stays with the job until a pass has fulfilled it.
    pub wishes: RunWishes,
    /// What the record says of it.
    pub entry: NewEntry,
    /// What ran without it, and is stopped.
    pub stops: Option<StoppedFor>,
}

/// An execution that is stopped for another one, which begins in the same transaction.
#[derive(Debug, Clone, PartialEq)]
pub struct StoppedFor {
    pub execution: ExecutionId,
    pub cancelled: Cancelled,
    /// What the record says of it.
    pub entry: NewEntry,
}

impl Tx<'_> {
    /// What is stopped may have come to its end by itself meanwhile; then nothing is.
    fn stop_for(&mut self, job: SyncJob, stops: StoppedFor) -> Result<SyncJob, StoreError> {
        let last = self.last_execution(&job)?;
        let is_it = |it: &SyncExecution| it.id == stops.execution && it.status.is_live();
        let Some(live) = last.filter(is_it) else {
            return Ok(job);
        };
        let next_run_at = stops.cancelled.next_run_at;
        let (job, _) = self.job_after(job, JobEvent::Cancelled { next_run_at })?;
        self.cancel(live, &stops.cancelled.by, stops.cancelled.at)?;
        self.append(stops.entry)?;
        Ok(job)
    }
}

/// How an execution ended by itself.
#[derive(Debug, Clone)]
pub struct ExecutionOver {
    pub how: ExecutionEnd,
    pub at: Timestamp,
    /// When its job is due next.
    pub next_run_at: Option<Timestamp>,
}

/// How a person stopped an execution.
#[derive(Debug, Clone, PartialEq)]
pub struct Cancelled {
    pub by: String,
    pub at: Timestamp,
    /// When the job's schedule comes round next; the execution had taken the time before it.
    pub next_run_at: Option<Timestamp>,
}

impl From<ExecutionRefusal> for StoreError {
    fn from(refusal: ExecutionRefusal) -> Self {
        Self::Refused(refusal.to_string())
    }
}

impl Tx<'_> {
    /// Puts an execution; live ones stand in an index of their own.
    pub(super) fn put_execution(&mut self, execution: &SyncExecution) -> Result<(), StoreError> {
        let live = format!("live/{}/{}", execution.connection, execution.id);
        if execution.status.is_live() {
            self.put_index(&live, &format!("{}/{}", execution.job, execution.id))?;
        } else {
            self.remove_index(&live)?;
        }
        self.put(execution)
    }

    /// An execution that has not ended.
    pub(super) fn live_execution(
        &mut self,
        job: &JobId,
        id: &ExecutionId,
    ) -> Result<SyncExecution, StoreError> {
        let execution = self.need::<SyncExecution>(&format!("{job}/{id}"))?;
        Ok(execution.live()?)
    }

    /// An execution that has not ended and is of the generation that its connection has now.
    pub(super) fn writing_execution(
        &mut self,
        job: &JobId,
        id: &ExecutionId,
    ) -> Result<SyncExecution, StoreError> {
        let execution = self.need::<SyncExecution>(&format!("{job}/{id}"))?;
        let connection = self.need::<Connection>(execution.connection.as_str())?;
        Ok(execution.writes(&connection)?)
    }

    /// The job that an execution is of.
    pub(super) fn job_of(&self, execution: &SyncExecution) -> Result<SyncJob, StoreError> {
        self.need::<SyncJob>(&format!("{}/{}", execution.connection, execution.job))
    }

    /// The latest execution of a job, if there was one.
    pub(super) fn last_execution(
        &self,
        job: &SyncJob,
    ) -> Result<Option<SyncExecution>, StoreError> {
        match &job.last_execution {
            Some(last) => self.get::<SyncExecution>(&format!("{}/{last}", job.id)),
            None => Ok(None),
        }
    }

    /// Something happens to an execution.
    pub(super) fn execution_after(
        &mut self,
        execution: SyncExecution,
        event: ExecutionEvent,
    ) -> Result<(), StoreError> {
        let (execution, effect) = execution.after(event)?;
        self.put_execution(&execution)?;
        match effect {
            ExecutionEffect::Nothing => Ok(()),
            ExecutionEffect::InStep { at } => self.in_step(&execution, at),
        }
    }

    /// Ends a live execution as cancelled, by a person's name or a disconnect's id.
    pub(super) fn cancel(
        &mut self,
        execution: SyncExecution,
        by: &str,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let how = ExecutionEnd::Cancelled { by: by.to_owned() };
        self.execution_after(execution, ExecutionEvent::Ended { how, at })
    }

    /// A connection whose vendor has shown what was asked for works. What of it is in step was said by each pass.
    fn in_step(&mut self, execution: &SyncExecution, at: Timestamp) -> Result<(), StoreError> {
        if execution.pages == 0 {
            return Ok(());
        }
        let connection = self.need::<Connection>(execution.connection.as_str())?;
        if !execution.is_of(&connection) {
            return Ok(());
        }
        self.connection_after(connection, ConnectionEvent::Synced { at })
            .map(drop)
    }
}
