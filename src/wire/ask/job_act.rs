//! Does something with a job.

use serde::{Deserialize, Serialize};

use super::Ask;
use crate::wire::limits::{Limits, NAME};
use crate::wire::view;

/// What is wished of an execution that a person starts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RunWishes {
    /// Everything, not only what changed.
    pub full: bool,
    /// Events of the times in which the connection was out of service, too.
    pub fill_gap: bool,
    /// What the vendor no longer lists is gone, however much it is. Means `full`.
    pub accept_gone: bool,
}

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

/// Does something with a job.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct JobAct {
    /// Its id, or the beginning of it.
    pub job: String,
    /// What.
    pub act: JobAction,
}

impl Ask for JobAct {
    const KIND: &'static str = "job_act";
    type Reply = view::Job;

    fn limits(&self, limits: &mut Limits) {
        limits.text("the name", &self.job, NAME);
    }
}
