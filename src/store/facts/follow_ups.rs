//! What a run left to a person, until a named one ticks it off.

use super::for_you::assigned;
use crate::domain::audit::NewEntry;
use crate::domain::disconnect::manual_acts::DoneAlready;
use crate::domain::disconnect::run::{Assigned, DoneBy, FollowUp};
use crate::domain::id::{ConnectionId, FollowUpId};
use crate::store::{Store, StoreError, StoredRow, Tx, WriteClass};

/// What changes about what is left to a person.
#[derive(Debug, Default)]
pub struct FollowUpChanges {
    /// Asked for from now on.
    pub opened: Vec<FollowUp>,
    /// Open already, and left by a further run, of this connection.
    pub joined: Vec<(FollowUp, ConnectionId)>,
    /// Proven done, each with its entry.
    pub closed: Vec<(FollowUp, NewEntry)>,
}

impl FollowUpChanges {
    /// What the run leaves to a person: what is opened by it, and what was open already.
    pub fn of_run(&self) -> impl Iterator<Item = &FollowUp> {
        let joined = self.joined.iter().map(|(joined, _)| joined);
        self.opened.iter().chain(joined)
    }
}

impl Store {
    /// One follow-up.
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

    /// What the runs of a connection left, that which another connection's run had left before included.
    pub fn follow_ups_of(&self, connection: &ConnectionId) -> Result<Vec<FollowUp>, StoreError> {
        let mut found = self.scan::<FollowUp>(&format!("{connection}/"))?;
        for (_, key) in self.index_page(&joined(connection), None, usize::MAX, false)? {
            found.extend(self.get::<FollowUp>(&key)?);
        }
        Ok(found)
    }

    /// A tick is taken off a follow-up: it is open again.
    ///
    /// # Errors
    /// When there is none, or it is not as it was looked at: it is open, or was ticked off by somebody else.
    pub async fn follow_up_undone(
        &self,
        looked_at: &FollowUp,
        entry: NewEntry,
    ) -> Result<FollowUp, StoreError> {
        self.fact(WriteClass::Disconnect, |tx| {
            let old = tx.need::<FollowUp>(&looked_at.key())?;
            if old.done.is_none() || old.done != looked_at.done {
                return Err(StoreError::Refused(format!(
                    "{} has changed meanwhile",
                    old.id
                )));
            }
            tx.add("follow_ups_open", 1)?;
            tx.ticked(old, None, entry)
        })
        .await
    }

    /// Somebody is asked to do it.
    ///
    /// # Errors
    /// When there is none, or it is done.
    pub async fn follow_up_assigned(
        &self,
        looked_at: &FollowUp,
        assigned: Assigned,
        entry: NewEntry,
    ) -> Result<FollowUp, StoreError> {
        self.fact(WriteClass::Disconnect, |tx| {
            let old = tx.need::<FollowUp>(&looked_at.key())?;
            tx.assigned_to_nobody(&old)?;
            let now = old.assigned(assigned)?;
            tx.assigned_by(&now)?;
            tx.put(&now)?;
            tx.append(entry)?;
            Ok(now)
        })
        .await
    }

    /// A named person ticks a follow-up off.
    ///
    /// # Errors
    /// When there is none, or it is done already.
    pub async fn follow_up_done(
        &self,
        looked_at: &FollowUp,
        done: DoneBy,
        entry: NewEntry,
    ) -> Result<FollowUp, StoreError> {
        self.fact(WriteClass::Disconnect, |tx| {
            let old = tx.need::<FollowUp>(&looked_at.key())?;
            old.must_be_open()?;
            tx.add("follow_ups_open", -1)?;
            tx.ticked(old, Some(done), entry)
        })
        .await
    }
}

impl Tx<'_> {
    /// Whatever else was written to it since it was looked at stands.
    fn ticked(
        &mut self,
        old: FollowUp,
        done: Option<DoneBy>,
        entry: NewEntry,
    ) -> Result<FollowUp, StoreError> {
        self.remove_index(&follow_up_index(&old))?;
        self.assigned_to_nobody(&old)?;
        let now = FollowUp { done, ..old };
        self.assigned_by(&now)?;
        self.put(&now)?;
        self.put_index(&follow_up_index(&now), &now.key())?;
        self.append(entry)?;
        Ok(now)
    }

    /// Opens, joins and closes. A person may have ticked one off meanwhile: that stands.
    pub(super) fn leave(&mut self, left: FollowUpChanges) -> Result<(), StoreError> {
        for new in &left.opened {
            self.put(new)?;
            self.put_index(&follow_up_index(new), &new.key())?;
            self.add("follow_ups_open", 1)?;
        }
        for (follow_up, connection) in &left.joined {
            let key = follow_up.key();
            let old = self.need::<FollowUp>(&key)?;
            self.put(&FollowUp {
                done: old.done,
                assigned: old.assigned,
                ..follow_up.clone()
            })?;
            if follow_up.connection != *connection {
                self.put_index(&format!("{}{}", joined(connection), follow_up.id), &key)?;
            }
        }
        for (closed, entry) in left.closed {
            let old = self.need::<FollowUp>(&closed.key())?;
            if old.done.is_some() {
                continue;
            }
            self.assigned_to_nobody(&old)?;
            let closed = FollowUp {
                assigned: old.assigned.clone(),
                ..closed
            };
            self.put(&closed)?;
            self.remove_index(&follow_up_index(&old))?;
            self.put_index(&follow_up_index(&closed), &closed.key())?;
            self.add("follow_ups_open", -1)?;
            self.append(entry)?;
        }
        Ok(())
    }

    /// Whoever it is assigned to finds it while it is open.
    fn assigned_by(&mut self, follow_up: &FollowUp) -> Result<(), StoreError> {
        match (&follow_up.assigned, &follow_up.done) {
            (Some(to), None) => {
                let key = format!("{}{}", assigned(&to.user), follow_up.id);
                self.put_index(&key, &follow_up.key())
            }
            _ => Ok(()),
        }
    }

    fn assigned_to_nobody(&mut self, follow_up: &FollowUp) -> Result<(), StoreError> {
        match &follow_up.assigned {
            Some(to) => self.remove_index(&format!("{}{}", assigned(&to.user), follow_up.id)),
            None => Ok(()),
        }
    }
}

impl From<DoneAlready> for StoreError {
    fn from(done: DoneAlready) -> Self {
        Self::Refused(done.to_string())
    }
}

/// Where those are found that a connection shares with the one that had them first.
fn joined(connection: &ConnectionId) -> String {
    format!("follow_ups_joined/{connection}/")
}

/// Open ones first, newest first within.
fn follow_up_index(follow_up: &FollowUp) -> String {
    format!(
        "follow_ups/{}/{}",
        u8::from(follow_up.done.is_some()),
        follow_up.id
    )
}
