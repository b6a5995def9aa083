//! Where an authorization stands.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::domain::id::FlowId;
use crate::wire::limits::Limits;
use crate::wire::view;

/// Where an authorization stands.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Flow {
    pub id: FlowId,
}

impl Rpc for Flow {
    const KIND: &'static str = "flow";
    type Reply = view::Flow;

    fn limits(&self, _: &mut Limits) {}
}
