//! The targets of a walkthrough, in their order.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::domain::id::WalkthroughId;
use crate::wire::limits::Limits;
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

    fn limits(&self, limits: &mut Limits) {
        limits.window(&self.window);
    }
}
