//! Changes a job.

use serde::{Deserialize, Serialize};

use super::{JobSpec, Rpc};
use crate::wire::Problem;
use crate::wire::limits::{Limits, NAME};
use crate::wire::need::{Belonging, Gate, Right};
use crate::wire::view;

/// Changes a job.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct JobEdit {
    /// Its id, or the beginning of it.
    pub job: String,
    /// What becomes of it; what is left out stays as it was.
    pub spec: JobSpec,
}

impl Rpc for JobEdit {
    const KIND: &'static str = "job_edit";
    type Reply = view::Job;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        gate.need(
            "job.edit",
            Right::OfConnection(Belonging::Job(&mut self.job)),
        )
    }

    fn limits(&self, limits: &mut Limits) {
        limits.text("the name", &self.job, NAME);
        self.spec.limits(limits);
    }
}
