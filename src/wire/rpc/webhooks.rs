//! Inbound endpoints.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::wire::Problem;
use crate::wire::limits::{Limits, NAME};
use crate::wire::need::{Gate, Right};
use crate::wire::view;

/// Inbound endpoints.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Webhooks {
    /// Of which connection: id, prefix, provider or provider/name; none for all.
    pub connection: Option<String>,
}

impl Rpc for Webhooks {
    const KIND: &'static str = "webhooks";
    type Reply = Vec<view::Webhook>;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        gate.need("look", Right::Look)
    }

    fn limits(&self, limits: &mut Limits) {
        limits.maybe("the name", self.connection.as_deref(), NAME);
    }
}
