//! Several connections taken out of service as one thing, newest first. Drafts are shown to whoever began them, Owners
//! and Admins.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::wire::Problem;
use crate::wire::limits::Limits;
use crate::wire::need::{Gate, Right};
use crate::wire::request::Window;
use crate::wire::view::Page;
use crate::wire::walkthrough::WalkthroughRow;

/// Several connections taken out of service as one thing, newest first. Drafts are shown to whoever began them, Owners
/// and Admins.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Walkthroughs(pub Window);

impl Rpc for Walkthroughs {
    const KIND: &'static str = "walkthroughs";
    type Reply = Page<WalkthroughRow>;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        gate.need("look", Right::Look)
    }

    fn limits(&self, limits: &mut Limits) {
        limits.window(&self.0);
    }
}
