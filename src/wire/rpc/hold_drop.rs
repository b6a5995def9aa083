//! Gives a hold up: the token is destroyed without proof.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::domain::id::HoldId;
use crate::wire::Problem;
use crate::wire::limits::{Limits, NOTE};
use crate::wire::need::{Gate, Right, Subject};
use crate::wire::view;

/// Gives a hold up: the token is destroyed without proof.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct HoldDrop {
    pub id: HoldId,
    pub note: String,
}

impl Rpc for HoldDrop {
    const KIND: &'static str = "hold_drop";
    type Reply = view::Hold;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        gate.need(
            "hold.drop",
            Right::Irreversible(Subject::Named(self.id.as_str())),
        )
    }

    fn limits(&self, limits: &mut Limits) {
        limits.text("the note", &self.note, NOTE);
    }
}
