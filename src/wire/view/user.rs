//! Users.

use serde::{Deserialize, Serialize};

use crate::domain::id::{ConnectionId, UserId};
use crate::domain::user::{Permission, Role, UserKind};

/// A user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    pub id: UserId,
    /// The name in the record.
    pub name: String,
    /// The highest role.
    pub role: Role,
    /// Person or service.
    pub kind: UserKind,
    /// The Unix account.
    pub uid: Option<u32>,
    /// The keys at the gateway account.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ssh_keys: Vec<String>,
    /// Permissions taken from what the role gives.
    #[serde(default)]
    pub withdrawn: Vec<Permission>,
    /// Connections whose tokens this user was granted to read.
    #[serde(default)]
    pub may_read: Vec<ConnectionId>,
}
