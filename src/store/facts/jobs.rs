//! Sync jobs and their executions.

use jiff::Timestamp;

use crate::domain::audit::NewEntry;
use crate::domain::connection::{Connection, Health};
use crate::domain::id::{ConnectionId, ExecutionId, JobId};
use crate::domain::job::{
    ExecutionEffect, ExecutionEnd, ExecutionEvent, ExecutionRefusal, JobEffect, JobEvent,
    JobRefusal, Scope, SyncExecution, SyncJob,
};
use crate::store::{Row, Store, StoreError, Tx, WriteClass};

/// The index of the jobs that will run by themselves, by when.
const DUE: &str = "due/";
/// How many of them are read at once.
const DUE_PAGE: usize = 64;

/// Where a job stands among those that will run by themselves; none when it will not.
fn due_place(job: &SyncJob) -> Option<String> {
    let at = job.due_at()?;
    // Before 1970 or at 1970 makes no difference to what is overdue.
    let at = u64::try_from(at.as_microsecond()).unwrap_or(0);
    Some(format!("{DUE}{at:020}/{}", job.id))
}

impl Store {
    /// The jobs of a connection.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn jobs_of(&self, id: &ConnectionId) -> Result<Vec<SyncJob>, StoreError> {
        self.scan::<SyncJob>(&format!("{id}/"))
    }

    /// One job.
    ///
    /// # Errors
    /// When there is none.
    pub fn job(&self, id: &JobId) -> Result<SyncJob, StoreError> {
        let missing = || StoreError::NotFound {
            what: "job",
            id: id.to_string(),
        };
        let connection = self.get_index(&format!("job/{id}"))?.ok_or_else(missing)?;
        self.get::<SyncJob>(&format!("{connection}/{id}"))?
            .ok_or_else(missing)
    }

    /// One execution.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn execution(
        &self,
        job: &JobId,
        id: &ExecutionId,
    ) -> Result<Option<SyncExecution>, StoreError> {
        self.get::<SyncExecution>(&format!("{job}/{id}"))
    }

    /// The latest executions of a job, newest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn executions_of(
        &self,
        job: &JobId,
        limit: usize,
    ) -> Result<Vec<SyncExecution>, StoreError> {
        self.page::<SyncExecution>(&format!("{job}/"), None, limit, true)
    }

    /// Executions that run or wait, of one connection or (with none) of all.
    ///
    /// # Errors
    /// When the store cannot be read.
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

    /// The jobs that are due at `now`, soonest first, and when the next one after them is. It costs what is due, however
    /// many jobs there are.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn due_jobs(
        &self,
        now: Timestamp,
    ) -> Result<(Vec<SyncJob>, Option<Timestamp>), StoreError> {
        let (mut due, mut after) = (Vec::new(), None);
        loop {
            let page = self.index_page(DUE, after.as_deref(), DUE_PAGE, false)?;
            for (_, key) in &page {
                let Some(job) = self.get::<SyncJob>(key)? else {
                    continue;
                };
                match job.due_at() {
                    Some(at) if at > now => return Ok((due, Some(at))),
                    Some(_) => due.push(job),
                    // It changed between the two reads.
                    None => {}
                }
            }
            match page.last() {
                Some((last, _)) if page.len() == DUE_PAGE => after = Some(last.clone()),
                _ => return Ok((due, None)),
            }
        }
    }

    /// Whether any job will run by itself.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn is_anything_scheduled(&self) -> Result<bool, StoreError> {
        Ok(!self.index_page(DUE, None, 1, false)?.is_empty())
    }

    /// How many executions run or wait, of one connection.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn live_count(&self, of: &ConnectionId) -> Result<u64, StoreError> {
        Ok(self
            .index_page(&format!("live/{of}/"), None, usize::MAX, false)?
            .len() as u64)
    }

    /// Keeps a new job.
    ///
    /// # Errors
    /// When the store refuses.
    pub async fn add_job(&self, job: SyncJob, entry: NewEntry) -> Result<SyncJob, StoreError> {
        self.fact(WriteClass::Normal, |tx| {
            tx.need::<Connection>(job.connection.as_str())?;
            tx.put_job(&job)?;
            tx.append(entry)?;
            Ok(job)
        })
        .await
    }

    /// Something happens to a job; its version grows.
    ///
    /// # Errors
    /// When there is none, or this does not happen to it as it stands.
    pub async fn change_job(
        &self,
        id: &JobId,
        event: JobEvent,
        entry: NewEntry,
    ) -> Result<SyncJob, StoreError> {
        let connection = self.job(id)?.connection;
        self.fact(WriteClass::Normal, |tx| {
            let job = tx.need::<SyncJob>(&format!("{connection}/{id}"))?;
            let (job, _) = tx.job_after(job, event)?;
            tx.append(entry)?;
            Ok(job)
        })
        .await
    }

    /// Lets a job run, from `at` on.
    ///
    /// # Errors
    /// When there is none, or its connection is not in service.
    pub async fn job_enabled(
        &self,
        id: &JobId,
        at: Timestamp,
        entry: NewEntry,
    ) -> Result<SyncJob, StoreError> {
        let connection = self.job(id)?.connection;
        self.fact(WriteClass::Normal, |tx| {
            let generation = tx.need::<Connection>(connection.as_str())?.generation;
            tx.in_service(&connection, generation)?;
            let job = tx.need::<SyncJob>(&format!("{connection}/{id}"))?;
            let (job, _) = tx.job_after(job, JobEvent::Enabled { at })?;
            tx.append(entry)?;
            Ok(job)
        })
        .await
    }

    /// Turns on the jobs that ran before the last disconnect, and forgets the list.
    ///
    /// # Errors
    /// When the connection is not in service.
    pub async fn enable_before(
        &self,
        id: &ConnectionId,
        generation: u32,
        at: Timestamp,
        entry: NewEntry,
    ) -> Result<Vec<SyncJob>, StoreError> {
        self.fact(WriteClass::Normal, |tx| {
            let mut connection = tx.in_service(id, generation)?;
            let mut enabled = Vec::new();
            for job in std::mem::take(&mut connection.enabled_before) {
                let job = tx.need::<SyncJob>(&format!("{id}/{job}"))?;
                enabled.push(tx.job_after(job, JobEvent::Enabled { at })?.0);
            }
            tx.put_connection(&mut connection)?;
            tx.append(entry)?;
            Ok(enabled)
        })
        .await
    }

    /// An execution begins, if the connection is in service, the job enabled, and nothing of it runs.
    ///
    /// # Errors
    /// [`StoreError::Refused`] says which of these is not so.
    pub async fn execution_begun(
        &self,
        execution: SyncExecution,
        entry: NewEntry,
    ) -> Result<SyncExecution, StoreError> {
        self.fact(WriteClass::Normal, |tx| {
            tx.in_service(&execution.connection, execution.generation)?;
            let job = tx.job_of(&execution)?;
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
    ///
    /// # Errors
    /// When the store refuses.
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

/// How an execution ended by itself.
#[derive(Debug, Clone)]
pub struct ExecutionOver {
    /// How.
    pub how: ExecutionEnd,
    /// When.
    pub at: Timestamp,
    /// When its job is due next.
    pub next_run_at: Option<Timestamp>,
}

/// How a person stopped an execution.
#[derive(Debug, Clone)]
pub struct Cancelled {
    /// Who.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// When the job's schedule comes round next; the execution had taken the time before it.
    pub next_run_at: Option<Timestamp>,
}

impl From<JobRefusal> for StoreError {
    fn from(refusal: JobRefusal) -> Self {
        Self::Refused(refusal.to_string())
    }
}

impl From<ExecutionRefusal> for StoreError {
    fn from(refusal: ExecutionRefusal) -> Self {
        Self::Refused(refusal.to_string())
    }
}

impl Tx<'_> {
    /// Puts a job with the ways to find it, by its id and by when it is due; its version grows.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn put_job(&mut self, job: &SyncJob) -> Result<(), StoreError> {
        let mut job = job.clone();
        match self.get::<SyncJob>(&job.key())? {
            Some(old) => {
                job.version = old.version + 1;
                if let Some(place) = due_place(&old) {
                    self.remove_index(&place)?;
                }
            }
            None => drop(self.add("jobs", 1)?),
        }
        if let Some(place) = due_place(&job) {
            self.put_index(&place, &job.key())?;
        }
        self.put_index(&format!("job/{}", job.id), job.connection.as_str())?;
        self.put(&job)
    }

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

    /// Something happens to a job.
    pub(super) fn job_after(
        &mut self,
        job: SyncJob,
        event: JobEvent,
    ) -> Result<(SyncJob, JobEffect), StoreError> {
        let (job, effect) = job.after(event)?;
        self.put_job(&job)?;
        Ok((job, effect))
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

    /// What an execution pulled is all there is.
    fn in_step(&mut self, execution: &SyncExecution, at: Timestamp) -> Result<(), StoreError> {
        let job = self.job_of(execution)?;
        let mut scope = self.scope(&job.connection, &job.entity)?;
        scope.stale = false;
        self.put(&scope)?;
        let mut connection = self.need::<Connection>(execution.connection.as_str())?;
        connection.synced_at = Some(at);
        connection.health = Health::Healthy;
        self.put_connection(&mut connection)
    }

    /// The scope of an entity; a new one is in step with nothing.
    pub(super) fn scope(
        &mut self,
        connection: &ConnectionId,
        entity: &str,
    ) -> Result<Scope, StoreError> {
        let found = self.get::<Scope>(&format!("{connection}/{entity}"))?;
        Ok(found.unwrap_or_else(|| Scope::new(connection.clone(), entity.to_owned())))
    }
}
