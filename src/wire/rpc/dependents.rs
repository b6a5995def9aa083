//! What depends on providers.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::wire::limits::{Limits, NAME};
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

    fn limits(&self, limits: &mut Limits) {
        limits.maybe("the name", self.provider.as_deref(), NAME);
    }
}
