//! The records of a run, from an index on.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::domain::disconnect::log::Record;
use crate::domain::id::RunId;
use crate::wire::limits::Limits;

/// The records of a run, from an index on.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RunRecords {
    pub id: RunId,
    /// The index of the first record wanted.
    pub from: usize,
}

impl Rpc for RunRecords {
    const KIND: &'static str = "run_records";
    type Reply = Vec<Record>;

    fn limits(&self, _: &mut Limits) {}
}
