//! One disconnect in full.

use serde::{Deserialize, Serialize};

use super::Ask;
use crate::wire::limits::{Limits, NAME};
use crate::wire::view;

/// One disconnect in full.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Run {
    /// Its id, or the beginning of it.
    pub id: String,
}

impl Ask for Run {
    const KIND: &'static str = "run";
    type Reply = view::Run;

    fn limits(&self, limits: &mut Limits) {
        limits.text("the name", &self.id, NAME);
    }
}
