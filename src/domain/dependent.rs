//! What depends on a provider: its file says so, another provider requires it, or the workspace has declared it.

use serde::{Deserialize, Serialize};

use super::id::DependentId;

/// Something of the workspace's own that depends on a provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declared {
    pub id: DependentId,
    /// On which provider.
    pub provider: String,
    /// What people call it.
    pub feature: String,
    /// What happens to it without the provider, as the end of a sentence that begins with its name.
    pub effect: String,
}

/// Who says that something depends on a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SaidBy {
    /// The provider file.
    File,
    /// The file of another provider, which requires it.
    Provider,
    /// The workspace.
    Workspace,
}
