//! Swaps that were left in the middle.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::disconnect::run::RunState;
use crate::domain::id::{ConnectionId, RunId};

/// A swap whose second half is open: the old account is out, or on its way out, and no new one is connected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenSwap {
    /// The disconnect that is its first half.
    pub run: RunId,
    /// Where that stands.
    pub state: RunState,
    pub connection: ConnectionId,
    /// The catalog's id.
    pub provider: String,
    /// What people call the connection.
    pub name: String,
    /// Who began it.
    pub by: String,
    /// When it began.
    pub at: Timestamp,
    /// How many jobs are enabled again with the new account.
    pub jobs: u64,
    /// What comes next.
    pub text: String,
}
