//! What this person looked at last, as [`ViewSave`](super::ViewSave) kept it; none for nothing.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::wire::Problem;
use crate::wire::limits::Limits;
use crate::wire::need::{Gate, Right};

/// What this person looked at last, as [`ViewSave`](super::ViewSave) kept it; none for nothing.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ViewLoad;

impl Rpc for ViewLoad {
    const KIND: &'static str = "view_load";
    type Reply = Option<String>;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        gate.need("look", Right::Look)
    }

    fn limits(&self, _: &mut Limits) {}
}
