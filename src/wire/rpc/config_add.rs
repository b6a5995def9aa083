//! A channel, routing rule or mapping more.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::domain::condition::Condition;
use crate::domain::webhook::ConfigKind;
use crate::wire::Problem;
use crate::wire::limits::{Limits, NAME, VALUE};
use crate::wire::need::{Gate, Right};
use crate::wire::view;

/// A channel, routing rule or mapping more.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ConfigAdd {
    /// Id, prefix, provider or provider/name.
    pub connection: String,
    /// Which of the three.
    pub kind: ConfigKind,
    /// Of which entity of the provider file; empty where it is about none.
    pub entity: String,
    /// What is mapped.
    pub from: String,
    /// What it is mapped to; of a routing rule, the subscription that is told.
    pub to: String,
    /// What a routing rule asks of the field `from`; none asks for it to be there, or for nothing where no field is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<Condition>,
}

impl Rpc for ConfigAdd {
    const KIND: &'static str = "config_add";
    type Reply = view::Config;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        gate.need("configuration.add", Right::Manage(&mut self.connection))
    }

    fn limits(&self, limits: &mut Limits) {
        limits.text("the name", &self.connection, NAME);
        limits.text("the entity", &self.entity, NAME);
        limits.text("what is mapped", &self.from, VALUE);
        limits.text("what it is mapped to", &self.to, VALUE);
        limits.condition(self.condition.as_ref());
    }
}
