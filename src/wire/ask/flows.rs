//! Every authorization that is open.

use serde::{Deserialize, Serialize};

use super::Ask;
use crate::domain::flow::OpenFlow;
use crate::wire::limits::Limits;

/// Every authorization that is open.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Flows;

impl Ask for Flows {
    const KIND: &'static str = "flows";
    type Reply = Vec<OpenFlow>;

    fn limits(&self, _: &mut Limits) {}
}
