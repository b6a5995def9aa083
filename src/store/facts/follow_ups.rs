//! What a run left to a person, until a named one ticks it off.

use crate::domain::audit::NewEntry;
use crate::domain::disconnect::run::FollowUp;
use crate::domain::id::{ConnectionId, FollowUpId};
use crate::store::{Row, Store, StoreError, WriteClass};

impl Store {
    /// One follow-up.
    ///
    /// # Errors
    /// When there is none.
    pub fn follow_up(&self, id: &FollowUpId) -> Result<FollowUp, StoreError> {
        let missing = || StoreError::NotFound {
            what: "follow-up",
            id: id.to_string(),
        };
        let key = match self.get_index(&format!("follow_ups/0/{id}"))? {
            Some(key) => key,
            None => self
                .get_index(&format!("follow_ups/1/{id}"))?
                .ok_or_else(missing)?,
        };
        self.get::<FollowUp>(&key)?.ok_or_else(missing)
    }

    /// The follow-ups that a run left.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn follow_ups_of(&self, connection: &ConnectionId) -> Result<Vec<FollowUp>, StoreError> {
        self.scan::<FollowUp>(&format!("{connection}/"))
    }

    /// A named person ticks a follow-up off.
    ///
    /// # Errors
    /// When there is none, or it is done already.
    pub async fn follow_up_done(
        &self,
        follow_up: &FollowUp,
        entry: NewEntry,
    ) -> Result<(), StoreError> {
        self.fact(WriteClass::Disconnect, |tx| {
            let old = tx.need::<FollowUp>(&follow_up.key())?;
            if let Some(done) = old.done {
                return Err(StoreError::Refused(format!(
                    "{} was done by {} already",
                    old.id, done.by
                )));
            }
            tx.put(follow_up)?;
            tx.remove_index(&follow_up_index(&old))?;
            tx.put_index(&follow_up_index(follow_up), &follow_up.key())?;
            tx.add("follow_ups_open", -1)?;
            tx.append(entry)?;
            Ok(())
        })
        .await
    }
}

/// Open ones first, newest first within.
pub(super) fn follow_up_index(follow_up: &FollowUp) -> String {
    format!(
        "follow_ups/{}/{}",
        u8::from(follow_up.done.is_some()),
        follow_up.id
    )
}
