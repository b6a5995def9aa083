//! Commits what is under way and stops.

use serde::{Deserialize, Serialize};

use super::Ask;
use crate::wire::limits::Limits;

/// Commits what is under way and stops.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Stop;

impl Ask for Stop {
    const KIND: &'static str = "stop";
    type Reply = ();

    fn limits(&self, _: &mut Limits) {}
}
