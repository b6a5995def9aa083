//! What disconnecting these together would do, in the order asked, each of at most [`MAX_PLANS`] named once.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::domain::disconnect::plan;
use crate::domain::id::{ConnectionId, WalkthroughId};
use crate::wire::Problem;
use crate::wire::limits::{Limits, NAME};
use crate::wire::need::{Gate, Right};
use crate::wire::request::MAX_PLANS;

/// By which terms a disconnect is planned. The plan says what one by these terms does, and no other.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanTerms {
    /// Whether the app is uninstalled at the vendor too.
    #[serde(default)]
    pub uninstall: bool,
    /// Whether calls are made that end other connections' tokens too.
    #[serde(default)]
    pub wider: bool,
    /// Further connections that go with these: many are planned in parts.
    #[serde(default)]
    pub with: Vec<ConnectionId>,
    /// The walkthrough whose targets go with these.
    #[serde(default)]
    pub walkthrough: Option<WalkthroughId>,
}

impl PlanTerms {
    /// Whether they are those of a disconnect about which nothing was said.
    #[must_use]
    pub fn are_none(&self) -> bool {
        *self == Self::default()
    }

    pub(super) fn limits(&self, limits: &mut Limits) {
        let with: Vec<String> = self.with.iter().map(ToString::to_string).collect();
        limits.once("connections", &with, MAX_PLANS);
    }
}

/// What disconnecting these together would do, in the order asked, each of at most [`MAX_PLANS`] named once.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Plan {
    /// Which: id, prefix, provider or provider/name of each.
    pub connections: Vec<String>,
    /// By which terms.
    #[serde(default, skip_serializing_if = "PlanTerms::are_none")]
    pub terms: PlanTerms,
}

impl Rpc for Plan {
    const KIND: &'static str = "plan";
    type Reply = Vec<plan::Plan>;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        gate.need("look", Right::Look)
    }

    fn limits(&self, limits: &mut Limits) {
        limits.each("the name of a connection", &self.connections, NAME);
        limits.once("connections", &self.connections, MAX_PLANS);
        self.terms.limits(limits);
    }
}
