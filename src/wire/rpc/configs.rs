//! Channels, routing rules or mappings of a connection.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::domain::webhook::ConfigKind;
use crate::wire::Problem;
use crate::wire::limits::{Limits, NAME};
use crate::wire::need::{Gate, Right};
use crate::wire::view;

/// Channels, routing rules or mappings of a connection.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Configs {
    /// Id, prefix, provider or provider/name.
    pub connection: String,
    /// Which of the three.
    pub kind: ConfigKind,
}

impl Rpc for Configs {
    const KIND: &'static str = "configs";
    type Reply = Vec<view::Config>;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        gate.need("look", Right::Look)
    }

    fn limits(&self, limits: &mut Limits) {
        limits.text("the name", &self.connection, NAME);
    }
}
