//! What an execution works on.

use std::sync::Arc;

use super::Pulling;
use crate::domain::job::{SyncExecution, SyncJob};
use crate::domain::provider::SyncSpec;
use crate::server::Server;
use crate::store::facts::ListOf;

/// A thing that has a list of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Parent {
    /// The vendor's id.
    pub(crate) id: String,
    /// What people call it.
    pub(crate) name: String,
    /// What is known of its list is kept as the job's own: of the channel that a variable names.
    pub(crate) is_the_jobs_own: bool,
    /// Its list is pulled because somebody watches it, and no longer than that.
    pub(crate) is_watched: bool,
}

/// One execution of a job, with the list that it pulls.
#[derive(Clone, Copy)]
pub(super) struct Task<'a> {
    pub(super) server: &'a Arc<Server>,
    pub(super) job: &'a SyncJob,
    pub(super) execution: &'a SyncExecution,
    pub(super) spec: &'a SyncSpec,
    /// The thing whose list it is, of an entity with a list for each of several.
    pub(super) parent: Option<&'a Parent>,
    /// What ends it early.
    pub(super) pulling: &'a Pulling,
}

impl Task<'_> {
    /// Where what is known of the list is kept.
    pub(super) fn list(&self) -> ListOf {
        let apart = self.parent.filter(|parent| !parent.is_the_jobs_own);
        ListOf {
            job: self.job.id.clone(),
            execution: self.execution.id.clone(),
            parent: apart.map(|parent| parent.id.clone()),
        }
    }
}
