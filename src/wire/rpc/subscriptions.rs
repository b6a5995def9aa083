//! Who is told of events.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::wire::Problem;
use crate::wire::limits::Limits;
use crate::wire::need::{Gate, Right};
use crate::wire::view;

/// Who is told of events.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Subscriptions;

impl Rpc for Subscriptions {
    const KIND: &'static str = "subscriptions";
    type Reply = Vec<view::Subscription>;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        gate.need("look", Right::Look)
    }

    fn limits(&self, _: &mut Limits) {}
}
