//! One walkthrough, its targets aside.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::wire::Problem;
use crate::wire::limits::{Limits, NAME};
use crate::wire::need::{Gate, Right};
use crate::wire::walkthrough;

/// One walkthrough, its targets aside.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Walkthrough {
    /// Its id, or the beginning of it.
    pub id: String,
}

impl Rpc for Walkthrough {
    const KIND: &'static str = "walkthrough";
    type Reply = walkthrough::Walkthrough;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        gate.need("look", Right::Look)
    }

    fn limits(&self, limits: &mut Limits) {
        limits.text("the name", &self.id, NAME);
    }
}
