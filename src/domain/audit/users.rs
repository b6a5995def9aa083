//! Entries about users and their rights.

use serde::{Deserialize, Serialize};

use crate::domain::display_text::counted;
use crate::domain::id::ConnectionId;
use crate::domain::offboarding::HoldingsRecord;
use crate::domain::user::{Permission, Role, UserKind};

/// Somebody is a user from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserAdded {
    pub name: String,
    /// Their role.
    pub role: Role,
    /// A person, or a program.
    pub kind: UserKind,
    /// Their Unix account.
    pub uid: Option<u32>,
    /// Their SSH keys, as fingerprints.
    pub ssh_keys: Vec<String>,
}

/// Somebody is no user any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserRemoved {
    pub name: String,
    /// What they owned, where an Owner said that it stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept: Option<HoldingsRecord>,
}

/// A right was granted or withdrawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RightChanged {
    /// Whose.
    pub name: String,
    pub permission: Permission,
    /// For these connections; for all that the role reaches where there are none.
    pub connections: Vec<ConnectionId>,
}

impl UserAdded {
    pub(super) fn sentence(&self) -> String {
        let service = match self.kind {
            UserKind::Person => "",
            UserKind::Service => " (a service)",
        };
        format!("added {}{service} as {}", self.name, self.role.word())
    }
}

impl UserRemoved {
    pub(super) fn sentence(&self) -> String {
        let kept = match &self.kept {
            Some(_) => ", and kept what they owned",
            None => "",
        };
        format!("removed the user {}{kept}", self.name)
    }
}

impl RightChanged {
    pub(super) fn granted(&self) -> String {
        format!(
            "granted {} {}{}",
            self.name,
            self.permission.code(),
            self.reach()
        )
    }

    pub(super) fn withdrawn(&self) -> String {
        let (name, permission) = (&self.name, self.permission.code());
        format!("withdrew {permission} from {name}{}", self.reach())
    }

    fn reach(&self) -> String {
        match self.connections.len() {
            0 => String::new(),
            count => format!(" for {}", counted(count as u64, "connection")),
        }
    }
}
