//! Commits what is under way and stops.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::wire::limits::Limits;
use crate::wire::view;

/// Commits what is under way and stops.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Stop;

impl Rpc for Stop {
    const KIND: &'static str = "stop";
    /// What was kept sealed for its proof alone.
    type Reply = Vec<view::Hold>;

    fn limits(&self, _: &mut Limits) {}
}
