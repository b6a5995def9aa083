//! Where a wipe stands.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::domain::id::WipeId;
use crate::domain::wipe;
use crate::wire::limits::Limits;

/// Where a wipe stands.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Wipe {
    pub id: WipeId,
}

impl Rpc for Wipe {
    const KIND: &'static str = "wipe";
    type Reply = wipe::Wipe;

    fn limits(&self, _: &mut Limits) {}
}
