//! Held tokens: moved out of their connection, retried, destroyed.

use jiff::Timestamp;

use crate::domain::audit::NewEntry;
use crate::domain::credential::{Credential, CredentialEvent};
use crate::domain::disconnect::RunEvent;
use crate::domain::disconnect::log::LoggedEvent;
use crate::domain::disconnect::run::{Run, RunState};
use crate::domain::hold::{Hold, HoldEffect, HoldEvent, HoldRefusal};
use crate::domain::id::{ConnectionId, HoldId};
use crate::domain::trial::{CallAnswer, Keeping, Residual};
use crate::store::{Store, StoreError, StoredRow, Tx, WriteClass};

use super::exposures::ExposureChanges;
use super::follow_ups::FollowUpChanges;
use super::named::timed;

/// The index of holds that have not ended, oldest first.
pub const HOLDS: &str = "holds/";

impl StoredRow for Hold {
    const KIND: &'static str = "hold";

    fn key(&self) -> String {
        self.id.to_string()
    }
}

impl Store {
    /// One hold, ended or not.
    pub fn hold(&self, id: &HoldId) -> Result<Hold, StoreError> {
        self.get::<Hold>(id.as_str())?
            .ok_or_else(|| StoreError::NotFound {
                what: "hold",
                id: id.to_string(),
            })
    }

    /// Holds that have not ended, oldest first.
    pub fn holds_open(&self) -> Result<Vec<Hold>, StoreError> {
        self.holds_under(HOLDS)
    }

    /// Holds of a connection that have not ended.
    pub fn holds_of(&self, connection: &ConnectionId) -> Result<Vec<Hold>, StoreError> {
        self.holds_under(&format!("holds_of/{connection}/"))
    }

    /// Holds that are due, and when the next one is.
    pub fn holds_due(
        &self,
        now: Timestamp,
    ) -> Result<(Vec<HoldId>, Option<Timestamp>), StoreError> {
        self.due_in(DUE, now)
    }

    /// How many holds have not ended.
    pub fn holds_count(&self) -> Result<u64, StoreError> {
        Ok(self.count("holds")?.unsigned_abs())
    }

    /// D6 for a token that is held: its secret lies in the hold's slot, and the connection's is about to be
    /// destroyed.
    pub async fn hold_opened(
        &self,
        run: &Run,
        hold: &Hold,
        entry: NewEntry,
    ) -> Result<Credential, StoreError> {
        self.fact(WriteClass::Disconnect, |tx| {
            let key = format!("{}/{}", hold.connection, hold.token.credential);
            let credential = tx.need::<Credential>(&key)?;
            let credential = tx.credential_after(credential, CredentialEvent::Destroying)?;
            tx.put(hold)?;
            tx.put_index(&listed(hold), hold.id.as_str())?;
            tx.put_index(&of(hold), hold.id.as_str())?;
            tx.put_index(&due(hold), hold.id.as_str())?;
            tx.add(counter(hold), 1)?;
            let held = LoggedEvent::Held {
                credential: credential.id.clone(),
                hold: hold.id.clone(),
            };
            tx.record(&run.id, hold.created_at, held)?;
            let moved = LoggedEvent::Destroying {
                credential: credential.id.clone(),
                key: credential.sealed.as_ref().map(|sealed| sealed.key.clone()),
            };
            tx.record(&run.id, hold.created_at, moved)?;
            tx.append(entry)?;
            Ok(credential)
        })
        .await
    }

    /// A hold is about to be tried, was tried, or is about to end (D6 of a hold: nothing opens it any more). The entry is of
    /// the hold as it then stands.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when it has ended meanwhile.
    pub async fn hold_changed(
        &self,
        id: &HoldId,
        event: HoldEvent,
        entry: impl FnOnce(&Hold) -> Option<NewEntry>,
    ) -> Result<Hold, StoreError> {
        self.fact(WriteClass::Disconnect, |tx| {
            let hold = tx.hold_after(id, event)?;
            if let Some(entry) = entry(&hold) {
                tx.append(entry)?;
            }
            Ok(hold)
        })
        .await
    }

    /// D7 of a hold: the slot is overwritten. The run says what became of its token.
    pub async fn hold_ended(
        &self,
        ending: &Hold,
        at: Timestamp,
        entry: NewEntry,
        follows: AfterHold,
    ) -> Result<(), StoreError> {
        self.fact(WriteClass::Disconnect, |tx| {
            let hold = tx.need::<Hold>(ending.id.as_str())?;
            let before = due(&hold);
            let (hold, effect) = hold.after(HoldEvent::Destroyed { at })?;
            let end = match effect {
                HoldEffect::Tell(end) => end,
                HoldEffect::Nothing | HoldEffect::Destroy => return Ok(()),
            };
            tx.remove_index(&before)?;
            tx.remove_index(&of(&hold))?;
            tx.remove_index(&listed(&hold))?;
            tx.add(counter(&hold), -1)?;
            let run = tx.need::<Run>(hold.run.as_str())?;
            let ended = LoggedEvent::HoldEnded {
                credential: hold.token.credential.clone(),
                call: follows.call.clone(),
                after: end.after,
                outcome: end.outcome,
                residual: follows.residual,
                basis: end.basis,
            };
            tx.record(&hold.run, at, ended)?;
            tx.follow_run(&run, follows, at)?;
            tx.put(&hold)?;
            tx.append(entry).map(drop)
        })
        .await
    }

    /// Tokens that are kept for their proof alone.
    pub fn proofs_open(&self) -> Result<Vec<Hold>, StoreError> {
        self.holds_under(PROOFS)
    }

    /// How many tokens are kept for their proof alone.
    pub fn proofs_count(&self) -> Result<u64, StoreError> {
        Ok(self.count(PROOFS_COUNT)?.unsigned_abs())
    }

    fn holds_under(&self, prefix: &str) -> Result<Vec<Hold>, StoreError> {
        let mut found = Vec::new();
        for (_, id) in self.index_page(prefix, None, usize::MAX, false)? {
            found.extend(self.get::<Hold>(&id)?);
        }
        Ok(found)
    }
}

/// What follows for a finished run when one of its tokens is held no more.
#[derive(Debug)]
pub struct AfterHold {
    /// The last call about the token.
    pub call: Option<CallAnswer>,
    /// Until when the token may live.
    pub residual: Residual,
    /// How its steps stand now.
    pub steps: Vec<LoggedEvent>,
    /// What it is now.
    pub state: Option<RunState>,
    /// What is left to a person after all, and what is not any more.
    pub left: FollowUpChanges,
    /// The entries of what is opened: the run's summary cannot name it.
    pub opened: Vec<NewEntry>,
    /// What is exposed from now on, or no more.
    pub exposed: ExposureChanges,
}

impl Tx<'_> {
    /// Something happens to a hold that goes on; its place among those that are due follows.
    pub(super) fn hold_after(&mut self, id: &HoldId, event: HoldEvent) -> Result<Hold, StoreError> {
        let old = self.need::<Hold>(id.as_str())?;
        let before = due(&old);
        let (hold, _) = old.after(event)?;
        self.remove_index(&before)?;
        self.put_index(&due(&hold), hold.id.as_str())?;
        self.put(&hold)?;
        Ok(hold)
    }

    fn follow_run(&mut self, run: &Run, after: AfterHold, at: Timestamp) -> Result<(), StoreError> {
        // Before its end the run has not said what it leaves alive.
        if run.ended_at.is_none() {
            return Ok(());
        }
        self.expose(after.exposed, at)?;
        for step in &after.steps {
            self.record(&run.id, at, step.clone())?;
        }
        self.leave(after.left)?;
        for entry in after.opened {
            self.append(entry)?;
        }
        match after.state {
            Some(state) => self
                .run_after(&run.id, RunEvent::JudgedAgain { state })
                .map(drop),
            None => Ok(()),
        }
    }
}

const PROOFS: &str = "proofs/";
const PROOFS_COUNT: &str = "proofs";
const DUE: &str = "holds_due/";

/// Where it is listed: what is kept for its proof alone is no hold that somebody asked for.
fn listed(hold: &Hold) -> String {
    let list = match hold.keeping {
        Keeping::Proof => PROOFS,
        Keeping::Retry | Keeping::Nothing => HOLDS,
    };
    format!("{list}{}", hold.id)
}

fn counter(hold: &Hold) -> &'static str {
    match hold.keeping {
        Keeping::Proof => PROOFS_COUNT,
        Keeping::Retry | Keeping::Nothing => "holds",
    }
}

fn due(hold: &Hold) -> String {
    timed(DUE, hold.next_try, &hold.id)
}

fn of(hold: &Hold) -> String {
    format!("holds_of/{}/{}", hold.connection, hold.id)
}

impl From<HoldRefusal> for StoreError {
    fn from(refusal: HoldRefusal) -> Self {
        Self::Refused(refusal.to_string())
    }
}
