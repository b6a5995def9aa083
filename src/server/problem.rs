//! What the store says, as an answer to whoever asked.

use crate::store::StoreError;
use crate::wire::{Code, Problem};

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        let (code, hint) = match &error {
            StoreError::Conflict { .. } => (
                Code::Conflict,
                "look at it again, then repeat what you wanted",
            ),
            StoreError::Refused(_) => (Code::Conflict, "look at how things stand now"),
            StoreError::NotFound { .. } => {
                (Code::NotFound, "list what there is, and name one of them")
            }
            StoreError::DiskFull { .. } => (
                Code::Failed,
                "free space on the data folder's disk; disconnects still work",
            ),
            _ => (Code::Failed, "see the server's log"),
        };
        Self::new(code, error.to_string(), hint)
    }
}
