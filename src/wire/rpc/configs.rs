//! Channels, routing rules or mappings of a connection.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::domain::webhook::ConfigKind;
use crate::wire::limits::{Limits, NAME};
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

    fn limits(&self, limits: &mut Limits) {
        limits.text("the name", &self.connection, NAME);
    }
}
