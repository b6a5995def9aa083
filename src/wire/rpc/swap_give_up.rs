//! Gives up the second half of a swap that was left in the middle: no new account is connected.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::wire::Problem;
use crate::wire::limits::{Limits, NAME};
use crate::wire::need::{Gate, Right};
use crate::wire::view;

/// Gives up the second half of a swap that was left in the middle: no new account is connected. The connection stays as the
/// disconnect leaves it, and can be connected again at any time.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SwapGiveUp {
    /// Id, prefix, provider or provider/name.
    pub connection: String,
}

impl Rpc for SwapGiveUp {
    const KIND: &'static str = "swap_give_up";
    /// The disconnect that was the first half.
    type Reply = view::Run;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        gate.need("swap.give_up", Right::Manage(&mut self.connection))
    }

    fn limits(&self, limits: &mut Limits) {
        limits.text("the name", &self.connection, NAME);
    }
}
