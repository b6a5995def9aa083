//! Sync jobs and their executions.

use jiff::Timestamp;

use crate::domain::audit::NewEntry;
use crate::domain::connection::{Connection, Health};
use crate::domain::id::{ConnectionId, ExecutionId, JobId};
use crate::domain::job::{ExecutionStatus, Scope, SyncExecution, SyncJob};
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

    /// Changes a job; its version grows.
    ///
    /// # Errors
    /// When there is none.
    pub async fn change_job(
        &self,
        id: &JobId,
        change: impl FnOnce(&mut SyncJob),
        entry: NewEntry,
    ) -> Result<SyncJob, StoreError> {
        let connection = self.job(id)?.connection;
        self.fact(WriteClass::Normal, |tx| {
            let mut job = tx.need::<SyncJob>(&format!("{connection}/{id}"))?;
            change(&mut job);
            tx.put_job(&job)?;
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
            let mut job = tx.need::<SyncJob>(&format!("{connection}/{id}"))?;
            (job.is_enabled, job.disabled_by, job.next_run_at) = (true, None, Some(at));
            tx.put_job(&job)?;
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
        (generation, at): (u32, Timestamp),
        entry: NewEntry,
    ) -> Result<Vec<SyncJob>, StoreError> {
        self.fact(WriteClass::Normal, |tx| {
            let mut connection = tx.in_service(id, generation)?;
            let mut enabled = Vec::new();
            for job in std::mem::take(&mut connection.enabled_before) {
                let mut job = tx.need::<SyncJob>(&format!("{id}/{job}"))?;
                (job.is_enabled, job.disabled_by) = (true, None);
                job.next_run_at = Some(at);
                tx.put_job(&job)?;
                enabled.push(job);
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
            let mut job =
                tx.need::<SyncJob>(&format!("{}/{}", execution.connection, execution.job))?;
            if !job.is_enabled {
                return Err(StoreError::Refused(format!(
                    "{} is off; enable it first",
                    job.id
                )));
            }
            if let Some(last) = &job.last_execution
                && let Some(last) = tx.get::<SyncExecution>(&format!("{}/{last}", job.id))?
                && last.status.is_live()
            {
                return Err(StoreError::Refused(format!(
                    "{} is running already",
                    job.id
                )));
            }
            job.last_execution = Some(execution.id.clone());
            job.event_due = None;
            if !execution.is_by_event {
                job.next_run_at = None;
            }
            tx.put_job(&job)?;
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
            let mut execution = tx.live_execution(&execution.job, &execution.id)?;
            execution.status = ExecutionStatus::Running;
            tx.put_execution(&execution)
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
        (status, error): (ExecutionStatus, Option<String>),
        (at, next_run_at): (Timestamp, Option<Timestamp>),
        entry: NewEntry,
    ) -> Result<bool, StoreError> {
        self.fact(WriteClass::Normal, |tx| {
            let key = format!("{}/{}", execution.job, execution.id);
            let mut execution = tx.need::<SyncExecution>(&key)?;
            if !execution.status.is_live() {
                return Ok(false);
            }
            let mut job =
                tx.need::<SyncJob>(&format!("{}/{}", execution.connection, execution.job))?;
            execution.status = status;
            execution.completed_at = Some(at);
            execution.error.clone_from(&error);
            job.last_error = error;
            // What an event run left standing may have become due meanwhile.
            job.next_run_at = job.next_run_at.into_iter().chain(next_run_at).min();
            if status == ExecutionStatus::Succeeded {
                succeeded(tx, &execution, &job, at)?;
            }
            tx.put_job(&job)?;
            tx.put_execution(&execution)?;
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
            let mut execution = tx.live_execution(job, id)?;
            let mut job = tx.need::<SyncJob>(&format!("{}/{job}", execution.connection))?;
            let due = job.next_run_at.into_iter().chain(cancelled.next_run_at);
            job.next_run_at = due.min();
            tx.put_job(&job)?;
            cancel(tx, &mut execution, &cancelled.by, cancelled.at)?;
            tx.append(entry)?;
            Ok(())
        })
        .await
    }
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

fn succeeded(
    tx: &mut Tx<'_>,
    execution: &SyncExecution,
    job: &SyncJob,
    at: Timestamp,
) -> Result<(), StoreError> {
    let mut scope = tx.scope(&job.connection, &job.entity)?;
    scope.stale = false;
    tx.put(&scope)?;
    let mut connection = tx.need::<Connection>(execution.connection.as_str())?;
    connection.synced_at = Some(at);
    connection.health = Health::Healthy;
    tx.put_connection(&mut connection)
}

/// Ends a live execution as cancelled.
pub(super) fn cancel(
    tx: &mut Tx<'_>,
    execution: &mut SyncExecution,
    by: &str,
    at: Timestamp,
) -> Result<(), StoreError> {
    execution.status = ExecutionStatus::Cancelled;
    execution.completed_at = Some(at);
    execution.error = Some(format!("cancelled by {by}"));
    tx.put_execution(execution)
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
        if execution.status.is_live() {
            Ok(execution)
        } else {
            Err(StoreError::Refused(format!(
                "{id} has ended: {}",
                execution.status.word()
            )))
        }
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
