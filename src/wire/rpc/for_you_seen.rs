//! Whoever asks has seen what they were told; not an entry of the record.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::wire::Problem;
use crate::wire::limits::{Limits, NAME};
use crate::wire::need::{Gate, Right};

/// Whoever asks has seen what they were told; not an entry of the record.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ForYouSeen {
    /// The run or walkthrough.
    pub id: String,
}

impl Rpc for ForYouSeen {
    const KIND: &'static str = "for_you_seen";
    type Reply = ();

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        gate.need("look", Right::Look)
    }

    fn limits(&self, limits: &mut Limits) {
        limits.text("the id", &self.id, NAME);
    }
}
