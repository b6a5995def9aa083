//! What an execution works on.

use std::sync::Arc;

use super::Pulling;
use super::parents::Parent;
use crate::domain::job::{SyncExecution, SyncJob};
use crate::domain::provider::SyncSpec;
use crate::server::Server;
use crate::store::facts::ListOf;

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
