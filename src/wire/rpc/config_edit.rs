//! Changes a channel, routing rule or mapping; what is left out stays as it was.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::domain::condition::Condition;
use crate::domain::id::ConfigId;
use crate::wire::Problem;
use crate::wire::limits::{Limits, VALUE};
use crate::wire::need::{Belonging, Gate, Right};
use crate::wire::view;

/// Changes a channel, routing rule or mapping; what is left out stays as it was.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ConfigEdit {
    pub id: ConfigId,
    /// The vendor's side.
    pub from: Option<String>,
    /// Our side.
    pub to: Option<String>,
    /// What a routing rule asks of the field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<Condition>,
}

impl Rpc for ConfigEdit {
    const KIND: &'static str = "config_edit";
    type Reply = view::Config;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        gate.need(
            "configuration.edit",
            Right::OfConnection(Belonging::Config(&self.id)),
        )
    }

    fn limits(&self, limits: &mut Limits) {
        limits.maybe("the vendor's side", self.from.as_deref(), VALUE);
        limits.maybe("our side", self.to.as_deref(), VALUE);
        limits.condition(self.condition.as_ref());
    }
}
