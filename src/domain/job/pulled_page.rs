//! A page that an execution has pulled.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What came of a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PulledPage {
    /// Which one of its execution, from 1.
    pub number: u64,
    /// When it came.
    pub at: Timestamp,
    /// The thing in whose list it stands, where each of several has one, as people call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// Things that it holds.
    pub received: u64,
    /// Those that are new or have changed.
    pub changed: u64,
    /// Those that are as they were.
    pub unchanged: u64,
    /// Those that it says are deleted.
    pub deleted: u64,
    /// Those without an id, which are not taken.
    pub failed: u64,
    /// Where the vendor says that the next page begins, shortened; none where it names no place.
    pub position: Option<String>,
}
