//! Goes on with a run that waits for a person.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::domain::id::RunId;
use crate::wire::limits::Limits;

/// Goes on with a run that waits for a person.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RunResume {
    pub id: RunId,
}

impl Rpc for RunResume {
    const KIND: &'static str = "run_resume";
    type Reply = ();

    fn limits(&self, _: &mut Limits) {}
}
