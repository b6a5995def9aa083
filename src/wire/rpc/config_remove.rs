//! A channel, routing rule or mapping less.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::domain::id::ConfigId;
use crate::wire::Problem;
use crate::wire::limits::Limits;
use crate::wire::need::{Belonging, Gate, Right};

/// A channel, routing rule or mapping less.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ConfigRemove {
    pub id: ConfigId,
}

impl Rpc for ConfigRemove {
    const KIND: &'static str = "config_remove";
    type Reply = ();

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        gate.need(
            "configuration.remove",
            Right::OfConnection(Belonging::Config(&self.id)),
        )
    }

    fn limits(&self, _: &mut Limits) {}
}
