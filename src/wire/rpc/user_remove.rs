//! Removes a user who holds nothing; with `keep`, an Owner removes one whose connections stay in service.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::wire::Problem;
use crate::wire::limits::{Limits, NAME};
use crate::wire::need::{Gate, Right, UserChange};

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

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        const ACTION: &str = "user.remove";
        gate.need(ACTION, Right::User(UserChange::Edit(&self.name)))?;
        match self.keep {
            true => gate.need(ACTION, Right::User(UserChange::LeaveBehind(&self.name))),
            false => Ok(()),
        }
    }

    fn limits(&self, limits: &mut Limits) {
        limits.text("the name", &self.name, NAME);
    }
}
