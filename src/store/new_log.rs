//! A new log begins, where the one before cannot be gone on with.

use super::write::WriteClass;
use super::{Store, StoreError, Tx};
use crate::audit::Signer;
use crate::domain::audit::NewEntry;
use crate::domain::audit::log::LogNumber;

/// A log that is about to begin.
pub struct NewLog {
    /// Which; greater than that of the one before.
    pub number: LogNumber,
    /// Signs its checkpoints.
    pub signer: Signer,
    /// Its first entry.
    pub entry: NewEntry,
}

impl Store {
    /// Begins a log with its first entry, and commits what `change` writes together with it; durable when this returns. The
    /// store is closed, because its files and its signer are those of the log before: whoever goes on opens it again.
    ///
    /// # Errors
    /// When the number is not a greater one, and when the store refuses; no log has begun then.
    pub async fn begin_log(
        self,
        new: NewLog,
        change: impl FnOnce(&mut Tx<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let NewLog {
            number,
            signer,
            entry,
        } = new;
        if number <= self.log() {
            return Err(StoreError::Refused(format!(
                "log {} follows log {}",
                self.log().get(),
                number.get()
            )));
        }
        let written = self.write_signed(WriteClass::Normal, Some(&signer), |tx| {
            tx.set_format();
            tx.turn_to(number);
            tx.append(entry)?;
            change(tx)
        })?;
        self.durable(written.commit).await
    }
}
