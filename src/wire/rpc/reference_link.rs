//! Links a reference to something of people's own, or takes such a link away.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::wire::Problem;
use crate::wire::limits::{Limits, NAME};
use crate::wire::need::{Belonging, Gate, Right, Stored};
use crate::wire::view;

/// Links a reference to something of people's own, or takes such a link away.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReferenceLink {
    /// The reference's id, or our name for the record.
    pub reference: String,
    /// What it is linked to: an id or a name in a system of theirs.
    pub local: String,
    /// Whether it is to be linked, or not any more.
    pub linked: bool,
    /// Where it is in the store, once the gate has looked for it.
    #[serde(skip)]
    pub found: Option<String>,
}

impl Rpc for ReferenceLink {
    const KIND: &'static str = "reference_link";
    type Reply = view::Reference;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        let stored = Stored {
            name: &self.reference,
            found: &mut self.found,
        };
        let right = Right::OfConnection(Belonging::Reference(stored));
        gate.need("reference.link", right)
    }

    fn limits(&self, limits: &mut Limits) {
        limits.text("the reference", &self.reference, NAME);
        limits.text("what it is linked to", &self.local, NAME);
    }
}
