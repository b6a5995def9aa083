//! Every authorization that is open.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::domain::flow::OpenFlow;
use crate::wire::Problem;
use crate::wire::limits::Limits;
use crate::wire::need::{Gate, Right};

/// Every authorization that is open.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Flows;

impl Rpc for Flows {
    const KIND: &'static str = "flows";
    type Reply = Vec<OpenFlow>;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        gate.need("look", Right::Look)
    }

    fn limits(&self, _: &mut Limits) {}
}
