//! What disconnecting everything in service that is chosen would do.

use serde::{Deserialize, Serialize};

use super::{PlanTerms, Rpc};
use crate::domain::disconnect::plan::Plan;
use crate::domain::walkthrough::TargetChoice;
use crate::wire::Problem;
use crate::wire::limits::Limits;
use crate::wire::need::{Gate, Right};
use crate::wire::request::Window;
use crate::wire::view::Page;

/// What disconnecting everything in service that is chosen would do.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Plans {
    pub choice: TargetChoice,
    /// Which part of the list.
    pub window: Window,
    /// By which terms.
    #[serde(default, skip_serializing_if = "PlanTerms::are_none")]
    pub terms: PlanTerms,
}

impl Rpc for Plans {
    const KIND: &'static str = "plans";
    type Reply = Page<Plan>;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        gate.need("look", Right::Look)
    }

    fn limits(&self, limits: &mut Limits) {
        self.terms.limits(limits);
        limits.choice(&self.choice);
        limits.window(&self.window);
    }
}
