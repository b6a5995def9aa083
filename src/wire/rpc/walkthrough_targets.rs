//! The targets of a walkthrough, in their order.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::domain::id::WalkthroughId;
use crate::wire::Problem;
use crate::wire::limits::Limits;
use crate::wire::need::{Gate, Right};
use crate::wire::request::Window;
use crate::wire::view::Page;
use crate::wire::walkthrough::WalkthroughTarget;

/// The targets of a walkthrough, in their order.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WalkthroughTargets {
    pub id: WalkthroughId,
    /// Which part of the list.
    pub window: Window,
}

impl Rpc for WalkthroughTargets {
    const KIND: &'static str = "walkthrough_targets";
    type Reply = Page<WalkthroughTarget>;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        gate.need("look", Right::Look)
    }

    fn limits(&self, limits: &mut Limits) {
        limits.window(&self.window);
    }
}
