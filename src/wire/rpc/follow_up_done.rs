//! Records that a follow-up was done.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::domain::id::FollowUpId;
use crate::wire::Problem;
use crate::wire::limits::{Limits, NOTE};
use crate::wire::need::{Belonging, Gate, Right};
use crate::wire::view;

/// Records that a follow-up was done.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FollowUpDone {
    pub id: FollowUpId,
    pub note: String,
}

impl Rpc for FollowUpDone {
    const KIND: &'static str = "follow_up_done";
    type Reply = view::FollowUp;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        gate.need(
            "follow_up.done",
            Right::OfConnection(Belonging::FollowUp(&self.id)),
        )
    }

    fn limits(&self, limits: &mut Limits) {
        limits.text("the note", &self.note, NOTE);
    }
}
