//! Times whose events were not pulled, and whole passes that are due.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A time whose events were not pulled (O10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// From when.
    pub from: Timestamp,
    /// Until when.
    pub to: Timestamp,
}

/// When a whole pass is due beside the passes for changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WholeDue {
    /// Behind the next pass for changes: fresh in minutes first, deletions after that.
    Behind,
    /// Next. A build of format 10 also wrote `next_time`, for a pass that the next execution makes anyway.
    #[serde(alias = "next_time")]
    Now,
}
