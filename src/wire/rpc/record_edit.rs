//! Gives a record fields of its own.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::wire::Problem;
use crate::wire::limits::{Limits, NAME};
use crate::wire::need::{Belonging, Gate, Right, Stored};
use crate::wire::view;

/// Gives a record fields of its own, which no sync touches. Those that come from the vendor are refused.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RecordEdit {
    /// Our name for it.
    pub id: String,
    /// Values by the names of the fields; an empty one takes the field away.
    pub set: BTreeMap<String, String>,
    /// Where it is in the store, once the gate has looked for it.
    #[serde(skip)]
    pub found: Option<String>,
}

impl Rpc for RecordEdit {
    const KIND: &'static str = "record_edit";
    type Reply = view::Record;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        let stored = Stored {
            name: &self.id,
            found: &mut self.found,
        };
        let right = Right::OfConnection(Belonging::Record(stored));
        gate.need("record.edit", right)
    }

    fn limits(&self, limits: &mut Limits) {
        limits.text("the record", &self.id, NAME);
        limits.each("the name of a field", self.set.keys(), NAME);
        limits.each("the value of a field", self.set.values(), NAME);
        limits.few("fields", self.set.len());
    }
}
