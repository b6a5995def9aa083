//! What was declared to depend on a provider does so no more.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::domain::id::DependentId;
use crate::wire::limits::Limits;

/// What was declared to depend on a provider does so no more.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DependentRemove {
    pub id: DependentId,
}

impl Rpc for DependentRemove {
    const KIND: &'static str = "dependent_remove";
    type Reply = ();

    fn limits(&self, _: &mut Limits) {}
}
