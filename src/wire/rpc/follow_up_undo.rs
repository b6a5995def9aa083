//! Takes a wrong tick off a follow-up: it is open again.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::domain::id::FollowUpId;
use crate::wire::Problem;
use crate::wire::limits::{Limits, NOTE};
use crate::wire::need::{Belonging, Gate, Right};
use crate::wire::view;

/// Takes a wrong tick off a follow-up: it is open again.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FollowUpUndo {
    pub id: FollowUpId,
    pub note: String,
}

impl Rpc for FollowUpUndo {
    const KIND: &'static str = "follow_up_undo";
    type Reply = view::FollowUp;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        gate.need(
            "follow_up.undo",
            Right::OfConnection(Belonging::FollowUp(&self.id)),
        )
    }

    fn limits(&self, limits: &mut Limits) {
        limits.text("the note", &self.note, NOTE);
    }
}
