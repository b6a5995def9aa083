//! Keeps what this person looks at; not an entry of the record.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::wire::Problem;
use crate::wire::limits::{FILE, Limits};
use crate::wire::need::{Gate, Right};

/// Keeps what this person looks at; not an entry of the record.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ViewSave {
    /// A JSON text of the console's.
    pub view: String,
}

impl Rpc for ViewSave {
    const KIND: &'static str = "view_save";
    type Reply = ();

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        gate.need("look", Right::Look)
    }

    fn limits(&self, limits: &mut Limits) {
        limits.text("the view", &self.view, FILE);
    }
}
