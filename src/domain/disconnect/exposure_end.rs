//! Why a token that was exposed is exposed no more.

use serde::{Deserialize, Serialize};

use crate::domain::id::RunId;

/// Why a token is exposed no more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "why")]
pub enum ExposureEnd {
    /// It has expired by itself.
    Expired,
    /// It was proven dead by this run: its own, or a later one of the same token.
    Proven { run: RunId },
}
