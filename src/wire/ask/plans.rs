//! What disconnecting everything in service that is chosen would do.

use serde::{Deserialize, Serialize};

use super::{Ask, PlanTerms};
use crate::domain::disconnect::plan::Plan;
use crate::domain::walkthrough::Choice;
use crate::wire::limits::Limits;
use crate::wire::request::Window;
use crate::wire::view::Page;

/// What disconnecting everything in service that is chosen would do.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Plans {
    /// Which.
    pub choice: Choice,
    /// Which part of the list.
    pub window: Window,
    /// By which terms.
    #[serde(default, skip_serializing_if = "PlanTerms::are_none")]
    pub terms: PlanTerms,
}

impl Ask for Plans {
    const KIND: &'static str = "plans";
    type Reply = Page<Plan>;

    fn limits(&self, limits: &mut Limits) {
        self.terms.limits(limits);
        limits.choice(&self.choice);
        limits.window(&self.window);
    }
}
