//! Every authorization that is open.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::domain::flow::OpenFlow;
use crate::wire::limits::Limits;

/// Every authorization that is open.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Flows;

impl Rpc for Flows {
    const KIND: &'static str = "flows";
    type Reply = Vec<OpenFlow>;

    fn limits(&self, _: &mut Limits) {}
}
