//! The latest checkpoint of the record, and the key that signs.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::wire::limits::Limits;
use crate::wire::view;

/// The latest checkpoint of the record, and the key that signs.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Checkpoint;

impl Rpc for Checkpoint {
    const KIND: &'static str = "checkpoint";
    type Reply = view::Checkpoint;

    fn limits(&self, _: &mut Limits) {}
}
