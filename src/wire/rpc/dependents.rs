//! What depends on providers.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::wire::Problem;
use crate::wire::limits::{Limits, NAME};
use crate::wire::need::{Gate, Right};
use crate::wire::view;

/// What depends on providers.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Dependents {
    /// On which; none for all.
    pub provider: Option<String>,
}

impl Rpc for Dependents {
    const KIND: &'static str = "dependents";
    type Reply = Vec<view::DependentRow>;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        gate.need("look", Right::Look)
    }

    fn limits(&self, limits: &mut Limits) {
        limits.maybe("the name", self.provider.as_deref(), NAME);
    }
}
