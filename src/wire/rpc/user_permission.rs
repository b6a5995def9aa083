//! Grants a permission, or withdraws it.

use serde::{Deserialize, Serialize};

use super::Rpc;
use crate::domain::user::Permission;
use crate::wire::Problem;
use crate::wire::limits::{Limits, NAME};
use crate::wire::need::{Gate, Right, UserChange};
use crate::wire::view;

/// Grants a permission, or withdraws it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct UserPermission {
    /// Whose.
    pub name: String,
    pub permission: Permission,
    /// Whether it is granted.
    pub granted: bool,
    /// For which connections, of `token.read`; none for all.
    pub connections: Vec<String>,
}

impl Rpc for UserPermission {
    const KIND: &'static str = "user_permission";
    type Reply = view::User;

    fn needs(&mut self, gate: &mut dyn Gate) -> Result<(), Problem> {
        let change = match self.granted {
            true => UserChange::Grant {
                name: &self.name,
                permission: self.permission,
                connections: &mut self.connections,
            },
            false => UserChange::Edit(&self.name),
        };
        gate.need("user.permission", Right::User(change))
    }

    fn limits(&self, limits: &mut Limits) {
        limits.text("the name", &self.name, NAME);
        limits.each("the name of a connection", &self.connections, NAME);
        limits.few("connections", self.connections.len());
    }
}
