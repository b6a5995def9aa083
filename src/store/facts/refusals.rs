//! Refusals that are being counted: a row from the first entry to the second, so that what a crash left open is known.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::audit::{NewEntry, Origin};
use crate::domain::id::AuditId;
use crate::store::{Store, StoreError, StoredRow, WriteClass};

/// A minute in which refusals of one kind, or all further ones of one user, are counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusalWindow {
    /// The entry of its first refusal.
    pub id: AuditId,
    /// Who was refused.
    pub actor: String,
    /// The role acted with.
    pub role: String,
    /// From where the first one came.
    pub origin: Origin,
    /// What was asked for; empty where all kinds are counted together.
    pub verb: String,
    pub target: String,
    pub reason: String,
    /// When that was.
    pub since: Timestamp,
}

impl StoredRow for RefusalWindow {
    const KIND: &'static str = "refusal_window";

    fn key(&self) -> String {
        self.id.to_string()
    }
}

impl Store {
    /// The first refusal of a window.
    pub async fn refusal_opened(
        &self,
        window: &RefusalWindow,
        entry: NewEntry,
    ) -> Result<(), StoreError> {
        self.fact(WriteClass::Disconnect, |tx| {
            tx.put(window)?;
            tx.append(entry)?;
            Ok(())
        })
        .await
    }

    /// A window is over, with a count if it had more than its entries tell.
    pub async fn refusal_closed(
        &self,
        window: &RefusalWindow,
        entry: Option<NewEntry>,
    ) -> Result<(), StoreError> {
        self.fact(WriteClass::Disconnect, |tx| {
            tx.remove::<RefusalWindow>(&window.key())?;
            entry.map_or(Ok(()), |entry| tx.append(entry).map(drop))
        })
        .await
    }

    /// The windows that were never closed.
    pub fn refusal_windows(&self) -> Result<Vec<RefusalWindow>, StoreError> {
        self.scan::<RefusalWindow>("")
    }
}
