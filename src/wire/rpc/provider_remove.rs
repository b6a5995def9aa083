//! Removes an added provider file.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::wire::limits::{Limits, NAME};

/// Removes an added provider file.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ProviderRemove {
    /// The catalog's id.
    pub id: String,
}

impl Rpc for ProviderRemove {
    const KIND: &'static str = "provider_remove";
    type Reply = ();

    fn limits(&self, limits: &mut Limits) {
        limits.text("the name", &self.id, NAME);
    }
}
