//! A channel, routing rule or mapping less.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::domain::id::ConfigId;
use crate::wire::limits::Limits;

/// A channel, routing rule or mapping less.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ConfigRemove {
    pub id: ConfigId,
}

impl Rpc for ConfigRemove {
    const KIND: &'static str = "config_remove";
    type Reply = ();

    fn limits(&self, _: &mut Limits) {}
}
