//! What is decided about a walkthrough: to begin, stop, go on, or leave it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::domain::id::WalkthroughId;
use crate::wire::Problem;
use crate::wire::limits::Limits;
use crate::wire::need::{Gate, Right, WalkRight};
use crate::wire::walkthrough::Walkthrough;

/// Begins to take its targets out of service. A conflict names every target that is not as it was looked at, and nothing
/// has begun then.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WalkthroughBegin {
    pub id: WalkthroughId,
    /// The version that was looked at; none skips the comparison.
    pub version: Option<u64>,
}

impl Rpc for WalkthroughBegin {
    const KIND: &'static str = "walkthrough_begin";
    type Reply = Walkthrough;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        begins(&self.id, "walkthrough.begin", gate)
    }

    fn limits(&self, _: &mut Limits) {}
}

/// Begins at a time, by itself, as far as everything is then as it is now; without a time what is planned is a draft again.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WalkthroughPlan {
    pub id: WalkthroughId,
    /// The version that was looked at; none skips the comparison.
    pub version: Option<u64>,
    /// When; none cancels.
    pub at: Option<Timestamp>,
}

impl WalkthroughPlan {
    /// What is planned does not begin, and is a draft again, whichever version it has.
    #[must_use]
    pub fn cancelling(id: WalkthroughId) -> Self {
        Self {
            id,
            version: None,
            at: None,
        }
    }
}

impl Rpc for WalkthroughPlan {
    const KIND: &'static str = "walkthrough_plan";
    type Reply = Walkthrough;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        if self.at.is_none() {
            return gate.need(
                "walkthrough.cancel",
                Right::Walkthrough(&self.id, WalkRight::Manage),
            );
        }
        begins(&self.id, "walkthrough.plan", gate)
    }

    fn limits(&self, _: &mut Limits) {}
}

/// What has begun goes on to its end, what has not does not begin.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WalkthroughStop {
    pub id: WalkthroughId,
}

impl Rpc for WalkthroughStop {
    const KIND: &'static str = "walkthrough_stop";
    type Reply = Walkthrough;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        gate.need(
            "walkthrough.stop",
            Right::Walkthrough(&self.id, WalkRight::Manage),
        )
    }

    fn limits(&self, _: &mut Limits) {}
}

/// Begins what had not begun when it was stopped.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WalkthroughGoOn {
    pub id: WalkthroughId,
}

impl Rpc for WalkthroughGoOn {
    const KIND: &'static str = "walkthrough_go_on";
    type Reply = Walkthrough;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        gate.need(
            "walkthrough.go_on",
            Right::Walkthrough(&self.id, WalkRight::Disconnect),
        )
    }

    fn limits(&self, _: &mut Limits) {}
}

/// Throws a draft away, or closes one that stopped or fell, whose remaining connections stay in service.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WalkthroughDiscard {
    pub id: WalkthroughId,
}

impl Rpc for WalkthroughDiscard {
    const KIND: &'static str = "walkthrough_discard";
    type Reply = ();

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        let discard = WalkRight::Discard {
            closes: "walkthrough.close",
        };
        let right = Right::Walkthrough(&self.id, discard);
        gate.need("walkthrough.discard", right)
    }

    fn limits(&self, _: &mut Limits) {}
}

/// What begins, now or at a time, disconnects what it takes along, and ends authorizations.
fn begins(id: &WalkthroughId, action: &'static str, gate: &mut dyn Gate) -> Result<(), Problem> {
    gate.need(action, Right::Walkthrough(id, WalkRight::Draft))?;
    gate.need(
        "connection.disconnect",
        Right::Walkthrough(id, WalkRight::Disconnect),
    )?;
    gate.need(action, Right::Walkthrough(id, WalkRight::EndAuthorizations))
}
