//! What of a connection's entities can be mapped.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::wire::Problem;
use crate::wire::limits::{Limits, NAME};
use crate::wire::need::{Gate, Right};
use crate::wire::view;

/// What of a connection's entities can be mapped: what the provider file declares, and what was seen in some records.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MappingFields {
    /// Id, prefix, provider or provider/name.
    pub connection: String,
    /// Of which entity of the provider file; none for all.
    pub entity: Option<String>,
}

impl Rpc for MappingFields {
    const KIND: &'static str = "mapping_fields";
    type Reply = Vec<view::MappingField>;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        gate.need("look", Right::Look)
    }

    fn limits(&self, limits: &mut Limits) {
        limits.text("the name", &self.connection, NAME);
        limits.maybe("the entity", self.entity.as_deref(), NAME);
    }
}
