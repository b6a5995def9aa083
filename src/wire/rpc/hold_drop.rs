//! Gives a hold up: the token is destroyed without proof.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::domain::id::HoldId;
use crate::wire::limits::{Limits, NOTE};
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

    fn limits(&self, limits: &mut Limits) {
        limits.text("the note", &self.note, NOTE);
    }
}
