//! Removes a user who holds nothing; with `keep`, an Owner removes one whose connections stay in service.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::wire::limits::{Limits, NAME};

/// Removes a user who holds nothing; with `keep`, an Owner removes one whose connections stay in service.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct UserRemove {
    pub name: String,
    /// Whether their connections stay in service.
    #[serde(default)]
    pub keep: bool,
}

impl Rpc for UserRemove {
    const KIND: &'static str = "user_remove";
    type Reply = ();

    fn limits(&self, limits: &mut Limits) {
        limits.text("the name", &self.name, NAME);
    }
}
