//! A person or program more.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::domain::user::{Role, UserKind};
use crate::wire::Problem;
use crate::wire::limits::{Limits, NAME};
use crate::wire::need::{Gate, Right, UserChange};
use crate::wire::view;

/// A person or program more.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct UserAdd {
    /// What they are called.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// A person or a program.
    pub kind: UserKind,
    /// The account of the operating system that they come with.
    pub uid: Option<u32>,
    /// Fingerprints of the keys that they come with.
    #[serde(default)]
    pub ssh_keys: Vec<String>,
}

impl Rpc for UserAdd {
    const KIND: &'static str = "user_add";
    type Reply = view::User;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        gate.need(
            "user.add",
            Right::User(UserChange::Add(&self.name, self.role)),
        )
    }

    fn limits(&self, limits: &mut Limits) {
        limits.text("the name", &self.name, NAME);
        limits.each("the fingerprint of a key", &self.ssh_keys, NAME);
        limits.few("keys", self.ssh_keys.len());
    }
}
