//! What the routing rules of a connection would do with the records that are there.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::wire::Problem;
use crate::wire::limits::{Limits, NAME};
use crate::wire::need::{Gate, Right};
use crate::wire::view;

/// What the routing rules of a connection would do with the records that are there; nothing is sent.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RoutingTest {
    /// Id, prefix, provider or provider/name.
    pub connection: String,
}

impl Rpc for RoutingTest {
    const KIND: &'static str = "routing_test";
    type Reply = view::RoutingTest;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        gate.need("look", Right::Look)
    }

    fn limits(&self, limits: &mut Limits) {
        limits.text("the name", &self.connection, NAME);
    }
}
