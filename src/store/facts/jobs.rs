//! Sync jobs.

use jiff::Timestamp;

use crate::domain::audit::NewEntry;
use crate::domain::connection::{Connection, ConnectionEffect, ConnectionEvent};
use crate::domain::id::{ConnectionId, JobId};
use crate::domain::job::{JobEffect, JobEvent, JobRefusal, Scope, SyncJob};
use crate::store::{Store, StoreError, StoredRow, Tx, WriteClass};

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
    pub fn jobs_of(&self, id: &ConnectionId) -> Result<Vec<SyncJob>, StoreError> {
        self.scan::<SyncJob>(&format!("{id}/"))
    }

    /// One job.
    pub fn job(&self, id: &JobId) -> Result<SyncJob, StoreError> {
        let missing = || StoreError::NotFound {
            what: "job",
            id: id.to_string(),
        };
        let connection = self.get_index(&format!("job/{id}"))?.ok_or_else(missing)?;
        self.get::<SyncJob>(&format!("{connection}/{id}"))?
            .ok_or_else(missing)
    }

    /// The jobs that are due at `now`, soonest first, and when the next one after them is. It costs what is due, however
    /// many jobs there are.
    pub fn due_jobs(
        &self,
        now: Timestamp,
    ) -> Result<(Vec<SyncJob>, Option<Timestamp>), StoreError> {
        let mut due = Vec::new();
        for row in self.index_rows(DUE.to_owned(), DUE_PAGE) {
            let Some(job) = self.get::<SyncJob>(&row?.1)? else {
                continue;
            };
            match job.due_at() {
                Some(at) if at > now => return Ok((due, Some(at))),
                Some(_) => due.push(job),
                // It changed between the two reads.
                None => {}
            }
        }
        Ok((due, None))
    }

    /// Whether any job will run by itself.
    pub fn is_anything_scheduled(&self) -> Result<bool, StoreError> {
        Ok(!self.index_page(DUE, None, 1, false)?.is_empty())
    }

    /// Keeps a new job.
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
            let now = tx.need::<Connection>(connection.as_str())?;
            now.serves(now.generation)?;
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
            let connection = tx.in_service(id, generation)?;
            let mut enabled = Vec::new();
            let (_, effect) = tx.connection_after(connection, ConnectionEvent::JobsComeBack)?;
            let jobs = match effect {
                ConnectionEffect::TurnOn(jobs) => jobs,
                ConnectionEffect::Nothing | ConnectionEffect::Record => Vec::new(),
            };
            for job in jobs {
                let job = tx.need::<SyncJob>(&format!("{id}/{job}"))?;
                enabled.push(tx.job_after(job, JobEvent::Enabled { at })?.0);
            }
            tx.append(entry)?;
            Ok(enabled)
        })
        .await
    }
}

impl From<JobRefusal> for StoreError {
    fn from(refusal: JobRefusal) -> Self {
        Self::Refused(refusal.to_string())
    }
}

impl Tx<'_> {
    /// Puts a job with the ways to find it, by its id and by when it is due; its version grows.
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

    /// Something happens to a job.
    pub(super) fn job_after(
        &mut self,
        job: SyncJob,
        event: JobEvent,
    ) -> Result<(SyncJob, JobEffect), StoreError> {
        self.every_list_after(&job, &event)?;
        let (job, effect) = job.after(event)?;
        self.put_job(&job)?;
        Ok((job, effect))
    }

    /// The scope of a job's list; a new one is in step with nothing.
    pub(super) fn scope(&self, job: &SyncJob, parent: Option<&str>) -> Result<Scope, StoreError> {
        let new = Scope {
            parent: parent.map(str::to_owned),
            ..Scope::new(job.connection.clone(), job.entity.clone())
        };
        Ok(self.get::<Scope>(&new.key())?.unwrap_or(new))
    }
}
