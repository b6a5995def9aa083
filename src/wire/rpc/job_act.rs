//! Does something with a job.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::domain::job::RunWishes;
use crate::wire::Problem;
use crate::wire::limits::{Limits, NAME};
use crate::wire::need::{Belonging, Gate, Right};
use crate::wire::view;

/// What to do with a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobAction {
    /// Let it run.
    Enable,
    /// Turn it off; a running execution is cancelled.
    Disable,
    /// Run it now.
    Run,
    /// Stop the running execution; what was received is kept.
    Cancel,
    /// Forget where it stands: the next pass begins at the beginning of the list, and asks for everything.
    Reset,
    /// Run it now, with these wishes.
    RunWith(RunWishes),
}

impl JobAction {
    /// As what it stands in the record.
    #[must_use]
    pub fn verb(self) -> &'static str {
        match self {
            Self::Enable => "job.enable",
            Self::Disable => "job.disable",
            Self::Run | Self::RunWith(_) => "job.run",
            Self::Cancel => "job.cancel",
            Self::Reset => "job.reset",
        }
    }
}

/// Does something with a job.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct JobAct {
    /// Its id, or the beginning of it.
    pub job: String,
    pub act: JobAction,
}

impl Rpc for JobAct {
    const KIND: &'static str = "job_act";
    type Reply = view::Job;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        let right = Right::OfConnection(Belonging::Job(&mut self.job));
        gate.need(self.act.verb(), right)
    }

    fn limits(&self, limits: &mut Limits) {
        limits.text("the name", &self.job, NAME);
    }
}
