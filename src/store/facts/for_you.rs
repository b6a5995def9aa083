//! What somebody is told at their next start, until they have seen it: their connection was taken out of service by somebody else,
//! what it had before was replaced by somebody else, and what they had planned left something.

use super::named::id_in;
use super::walkthroughs::FALLEN;
use crate::domain::connection::Connection;
use crate::domain::disconnect::run::{FollowUp, Run};
use crate::domain::for_you::Thing;
use crate::domain::id::{UserId, WalkthroughId};
use crate::domain::user::{Owner, User};
use crate::store::{Store, StoreError, Tx, WriteClass};

/// Where the things are that this user is told of.
pub(super) fn told(user: &UserId) -> String {
    format!("for_you/{user}/")
}

/// Where the follow-ups are that are assigned to this user, and open.
pub(super) fn assigned(user: &UserId) -> String {
    format!("follow_ups_assigned/{user}/")
}

impl Store {
    /// What this user is told of, and has not seen, the latest of each kind first; no more than `most`.
    pub fn told_to(&self, user: &UserId, most: usize) -> Result<Vec<Thing>, StoreError> {
        let found = self.index_page(&told(user), None, most, true)?;
        found.iter().map(|(key, id)| id_in(key, id)).collect()
    }

    /// This user has seen it. It changes nothing that anybody else sees, so it is no entry.
    pub async fn seen_by(&self, user: &UserId, thing: &Thing) -> Result<(), StoreError> {
        let key = format!("{}{thing}", told(user));
        self.fact(WriteClass::Normal, |tx| tx.remove_index(&key))
            .await
    }

    /// The open follow-ups that are assigned to this user, the latest first; no more than `most`.
    pub fn assigned_to(&self, user: &UserId, most: usize) -> Result<Vec<FollowUp>, StoreError> {
        let mut found = Vec::new();
        for (_, key) in self.index_page(&assigned(user), None, most, true)? {
            found.extend(self.get::<FollowUp>(&key)?);
        }
        Ok(found)
    }

    /// The walkthroughs that fell, and that nobody has closed, the latest first.
    pub fn walkthroughs_fallen(&self) -> Result<Vec<WalkthroughId>, StoreError> {
        let mut found = self.named_in(FALLEN)?;
        found.reverse();
        Ok(found)
    }
}

impl Tx<'_> {
    /// Whoever a connection belongs to is told that somebody else takes it out of service, or ends the tokens that it had before
    /// it was authorized again.
    pub(super) fn tell_owner(
        &mut self,
        connection: &Connection,
        run: &Run,
    ) -> Result<(), StoreError> {
        let Owner::Personal(owner) = &connection.owner else {
            return Ok(());
        };
        // What is given back was never in use, unless it was replaced.
        if connection.is_given_back && connection.replaced_of.is_none() {
            return Ok(());
        }
        match self.get::<User>(owner.as_str())? {
            Some(user) if user.name != run.actor => self.tell(owner, &Thing::Run(run.id.clone())),
            _ => Ok(()),
        }
    }

    /// This user is told of it until they have seen it.
    pub(super) fn tell(&mut self, user: &UserId, thing: &Thing) -> Result<(), StoreError> {
        let id = thing.to_string();
        self.put_index(&format!("{}{id}", told(user)), &id)
    }
}

#[cfg(test)]
mod tests;
