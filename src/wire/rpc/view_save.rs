//! Keeps what this person looks at; not an entry of the record.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::wire::limits::{FILE, Limits};

/// Keeps what this person looks at; not an entry of the record.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ViewSave {
    /// A JSON text of the console's.
    pub view: String,
}

impl Rpc for ViewSave {
    const KIND: &'static str = "view_save";
    type Reply = ();

    fn limits(&self, limits: &mut Limits) {
        limits.text("the view", &self.view, FILE);
    }
}
