//! A new job.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::domain::job::SyncMode;
use crate::wire::Problem;
use crate::wire::limits::{Limits, NAME};
use crate::wire::need::{Gate, Right, Subject};
use crate::wire::view;

/// A new job, or changes to one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobSpec {
    /// Which connection, for a new one.
    pub connection: Option<String>,
    /// Which entity of the provider file, for a new one.
    pub entity: Option<String>,
    /// How much it pulls.
    pub mode: Option<SyncMode>,
    /// Cron; an empty text for by hand.
    pub schedule: Option<String>,
    /// 1 to 10.
    pub max_retries: Option<u8>,
    /// 1 to 1440.
    pub timeout_minutes: Option<u16>,
}

impl JobSpec {
    pub(super) fn limits(&self, limits: &mut Limits) {
        for text in [&self.connection, &self.entity, &self.schedule] {
            limits.maybe("the name", text.as_deref(), NAME);
        }
    }
}

/// A new job.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct JobAdd(pub JobSpec);

impl Rpc for JobAdd {
    const KIND: &'static str = "job_add";
    type Reply = view::Job;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        let right = match &mut self.0.connection {
            Some(name) => Right::Manage(name),
            None => Right::Workspace(Subject::Named("")),
        };
        gate.need("job.add", right)
    }

    fn limits(&self, limits: &mut Limits) {
        self.0.limits(limits);
    }
}
