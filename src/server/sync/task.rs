//! What an execution works on.

use std::sync::Arc;

use super::Pulling;
use crate::domain::job::{SyncExecution, SyncJob};
use crate::domain::provider::SyncSpec;
use crate::server::Server;

/// One execution of a job, with the list that it pulls.
pub(super) struct Task<'a> {
    pub(super) server: &'a Arc<Server>,
    pub(super) job: &'a SyncJob,
    pub(super) execution: &'a SyncExecution,
    pub(super) spec: &'a SyncSpec,
    /// What ends it early.
    pub(super) pulling: &'a Pulling,
}
