//! The compaction that is under way, or the last one since the server started.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::wire::limits::Limits;
use crate::wire::view;

/// The compaction that is under way, or the last one since the server started.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Compaction;

impl Rpc for Compaction {
    const KIND: &'static str = "compaction";
    type Reply = Option<view::Compaction>;

    fn limits(&self, _: &mut Limits) {}
}
