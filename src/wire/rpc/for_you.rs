//! What concerns whoever asks: at most a few of each kind.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::wire::Problem;
use crate::wire::limits::Limits;
use crate::wire::need::{Gate, Right};
use crate::wire::view;

/// What concerns whoever asks: at most a few of each kind.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ForYou;

impl Rpc for ForYou {
    const KIND: &'static str = "for_you";
    type Reply = Vec<view::ForYou>;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        gate.need("look", Right::Look)
    }

    fn limits(&self, _: &mut Limits) {}
}
