//! The lists of jobs: a job's own, or one for each of several things.

use std::collections::BTreeSet;

use crate::domain::id::{ConnectionId, ExecutionId, JobId};
use crate::domain::job::{JobEffect, JobEvent, ParentList, Scope, SyncExecution, SyncJob};
use crate::domain::sync::ListState;
use crate::store::{Store, StoreError, StoredRow, Tx, WriteClass};

/// A list that an execution walks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListOf {
    /// The job.
    pub job: JobId,
    /// The execution that walks it.
    pub execution: ExecutionId,
    /// The thing whose list it is; none for the job's own.
    pub parent: Option<String>,
}

impl Store {
    /// What is known of the lists of a job that pulls one for each of several things.
    pub fn parent_lists(&self, job: &SyncJob) -> Result<Vec<ParentList>, StoreError> {
        self.scan::<ParentList>(&of_job(&job.connection, &job.id))
    }

    /// Whether events are missing from any list of a job, whoever asks for that list. They are read one by one.
    pub fn lacks_events(&self, job: &SyncJob) -> Result<bool, StoreError> {
        if job.list.missing().next().is_some() {
            return Ok(true);
        }
        let mut lists = self.rows::<ParentList>(of_job(&job.connection, &job.id));
        let lacks = |it: &ParentList| it.list.missing().next().is_some();
        let found = lists.find(|it| it.as_ref().map_or(true, lacks));
        Ok(found.transpose()?.is_some())
    }

    /// An execution asks for these lists of its job, and for no other: nothing is claimed of what others brought.
    ///
    /// # Errors
    /// When the execution has ended, or its connection was authorized again.
    pub async fn lists_asked(
        &self,
        job: &SyncJob,
        execution: &ExecutionId,
        asked: &BTreeSet<Option<String>>,
    ) -> Result<(), StoreError> {
        let is_left = |scope: &Scope| {
            scope.entity == job.entity && !scope.stale && !asked.contains(&scope.parent)
        };
        if !self.scopes_of(&job.connection)?.iter().any(is_left) {
            return Ok(());
        }
        self.fact(WriteClass::Normal, |tx| {
            tx.writing_execution(&job.id, execution)?;
            for mut scope in tx.scan::<Scope>(&format!("{}/", job.connection))? {
                if is_left(&scope) {
                    scope.stale = true;
                    tx.put(&scope)?;
                }
            }
            Ok(())
        })
        .await
    }

    /// Whether a job knows something of its lists that a wipe would have it forget.
    pub(super) fn knows_something(&self, job: &SyncJob) -> Result<bool, StoreError> {
        let lists = self.page::<ParentList>(&of_job(&job.connection, &job.id), None, 1, false)?;
        Ok(job.knows_something() || !lists.is_empty())
    }
}

impl Tx<'_> {
    /// The execution that walks a list and may write what it finds, and its job.
    pub(super) fn walked(&mut self, of: &ListOf) -> Result<(SyncExecution, SyncJob), StoreError> {
        let execution = self.writing_execution(&of.job, &of.execution)?;
        let job = self.job_of(&execution)?;
        Ok((execution, job))
    }

    /// What is known of a list of a job.
    pub(super) fn list(
        &self,
        job: &SyncJob,
        parent: Option<&str>,
    ) -> Result<ListState, StoreError> {
        match parent {
            None => Ok(job.list.clone()),
            Some(parent) => Ok(self.parent_list(job, parent)?.list),
        }
    }

    /// Something happens to one list of a job.
    pub(super) fn list_after(
        &mut self,
        job: SyncJob,
        parent: Option<&str>,
        event: JobEvent,
    ) -> Result<(ListState, JobEffect), StoreError> {
        let Some(parent) = parent else {
            let (job, effect) = self.job_after(job, event)?;
            return Ok((job.list, effect));
        };
        let list = self.parent_list(&job, parent)?;
        let (list, effect) = list.after(job.id.as_str(), &event);
        self.put(&list)?;
        Ok((list.list, effect))
    }

    /// What happens to all lists of a job happens to those of single things, too. What is wiped of them is gone.
    pub(super) fn every_list_after(
        &mut self,
        job: &SyncJob,
        event: &JobEvent,
    ) -> Result<(), StoreError> {
        if !event.is_of_every_list() {
            return Ok(());
        }
        for list in self.scan::<ParentList>(&of_job(&job.connection, &job.id))? {
            if *event == JobEvent::Wiped {
                self.remove::<ParentList>(&list.key())?;
            } else {
                self.put(&list.after(job.id.as_str(), event).0)?;
            }
        }
        Ok(())
    }

    fn parent_list(&self, job: &SyncJob, parent: &str) -> Result<ParentList, StoreError> {
        let (connection, id) = (job.connection.clone(), job.id.clone());
        let gaps = job.list.gaps.clone();
        let new = ParentList::new(connection, id, parent.to_owned(), gaps);
        Ok(self.get::<ParentList>(&new.key())?.unwrap_or(new))
    }
}

fn of_job(connection: &ConnectionId, job: &JobId) -> String {
    format!("{connection}/{job}/")
}
