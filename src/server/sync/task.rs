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
    /// Why its list is pulled.
    pub(crate) why: ParentCause,
}

/// Why the list of a thing is pulled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ParentCause {
    /// Somebody watches it, and no longer than that.
    Watched,
    /// A variable names it. What is known of its list is kept as the job's own.
    ByVariable,
    /// The vendor lists it.
    Listed,
}

impl Parent {
    /// Where what is known of its list is kept: by its id, or as the job's own.
    pub(crate) fn list(&self) -> Option<String> {
        match self.why {
            ParentCause::ByVariable => None,
            ParentCause::Watched | ParentCause::Listed => Some(self.id.clone()),
        }
    }
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
    /// The host that has it.
    pub(super) host: &'a str,
    /// What ends it early.
    pub(super) pulling: &'a Pulling,
}

impl Task<'_> {
    /// Where what is known of the list is kept.
    pub(super) fn list(&self) -> ListOf {
        ListOf {
            job: self.job.id.clone(),
            execution: self.execution.id.clone(),
            parent: self.parent.and_then(Parent::list),
        }
    }
}
