//! Begins a draft, or changes one.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::domain::walkthrough::Terms;
use crate::wire::Problem;
use crate::wire::limits::{Limits, NAME, NOTE};
use crate::wire::need::{Gate, Right, WalkRight};
use crate::wire::walkthrough::{Walkthrough, WalkthroughDraft};

/// Begins a draft, or changes one.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WalkthroughSave(pub WalkthroughDraft);

impl Rpc for WalkthroughSave {
    const KIND: &'static str = "walkthrough_save";
    type Reply = Walkthrough;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        let right = match &self.0.id {
            Some(id) => Right::Walkthrough(id, WalkRight::Draft),
            None => Right::NewDraft,
        };
        gate.need("walkthrough.save", right)
    }

    fn limits(&self, limits: &mut Limits) {
        let draft = &self.0;
        let Terms { note, ticket, .. } = &draft.terms;
        limits.text("the note", note, NOTE);
        limits.maybe("the ticket", ticket.as_deref(), NAME);
        limits.maybe("the title", draft.title.as_deref(), NAME);
        limits.targets(draft.targets.as_deref().unwrap_or_default());
        limits.choice(&draft.choice);
    }
}
