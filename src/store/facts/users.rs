//! Users, and what each of them looked at last.

use serde::{Deserialize, Serialize};

use super::for_you::told;
use crate::domain::audit::NewEntry;
use crate::domain::connection::Connection;
use crate::domain::flow::{Flow, FlowSelection};
use crate::domain::id::UserId;
use crate::domain::offboarding::{FormerUser, UserHoldings};
use crate::domain::user::{GrantEvent, GrantRefusal, Owner, Role, User};
use crate::domain::walkthrough::{WalkState, Walkthrough};
use crate::store::{Store, StoreError, StoredRow, Tx, WriteClass};

/// What came of removing a user.
#[derive(Debug)]
pub enum Removal {
    /// They are out, and this is left behind.
    Removed(UserHoldings),
    /// They hold this, and nothing was changed.
    Holds(UserHoldings),
}

/// What somebody looked at last, as their console wrote it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SavedView {
    /// Whose it is.
    pub user: UserId,
    /// A JSON text of the console.
    pub view: String,
}

impl From<GrantRefusal> for StoreError {
    fn from(refusal: GrantRefusal) -> Self {
        Self::Refused(refusal.to_string())
    }
}

impl StoredRow for SavedView {
    const KIND: &'static str = "view";

    fn key(&self) -> String {
        self.user.to_string()
    }
}

impl Store {
    /// Every user.
    pub fn users(&self) -> Result<Vec<User>, StoreError> {
        self.scan::<User>("")
    }

    /// Those who were removed.
    pub fn former_users(&self) -> Result<Vec<FormerUser>, StoreError> {
        self.scan::<FormerUser>("")
    }

    /// Adds a user; names and Unix accounts are unique. The name of somebody who left is free once nothing in service is
    /// theirs, so that a name never means two owners.
    ///
    /// # Errors
    /// When the name or the account is taken.
    pub async fn add_user(&self, user: User, entry: NewEntry) -> Result<User, StoreError> {
        self.fact(WriteClass::Normal, |tx| {
            for other in tx.scan::<User>("")? {
                if other.name == user.name {
                    return Err(StoreError::Refused(format!(
                        "there is already a user {}",
                        user.name
                    )));
                }
                if user.uid.is_some() && other.uid == user.uid {
                    return Err(StoreError::Refused(format!(
                        "that Unix account is already {}",
                        other.name
                    )));
                }
                if let Some(key) = user
                    .ssh_keys
                    .iter()
                    .find(|key| other.ssh_keys.contains(key))
                {
                    let taken = format!("the key {key} is already {}'s", other.name);
                    return Err(StoreError::Refused(taken));
                }
            }
            for former in tx.scan::<FormerUser>("")? {
                let held = match former.name == user.name {
                    true => tx.held_by(&former.id)?,
                    false => continue,
                };
                if !held.is_nothing() {
                    return Err(StoreError::Refused(format!(
                        "{} was a user who left {} behind; end that first, or choose another name",
                        user.name,
                        held.words()
                    )));
                }
            }
            tx.put(&user)?;
            tx.append(entry)?;
            Ok(user)
        })
        .await
    }

    /// Removes a user who holds nothing, or whose things are kept as they are; the last Owner stays. The entry is told
    /// what is kept.
    ///
    /// # Errors
    /// When there is no such user, or nobody would be Owner any more.
    pub async fn remove_user(
        &self,
        name: &str,
        keep: bool,
        entry: impl FnOnce(&UserHoldings) -> NewEntry,
    ) -> Result<Removal, StoreError> {
        self.fact(WriteClass::Normal, |tx| {
            let users = tx.scan::<User>("")?;
            let user =
                users
                    .iter()
                    .find(|u| u.name == name)
                    .ok_or_else(|| StoreError::NotFound {
                        what: "user",
                        id: name.to_owned(),
                    })?;
            let owners = users.iter().filter(|u| u.role == Role::Owner).count();
            if user.role == Role::Owner && owners == 1 {
                return Err(StoreError::Refused(format!(
                    "{name} is the last Owner; name another one first"
                )));
            }
            let held = tx.held_by(&user.id)?;
            if !held.is_nothing() && !keep {
                return Ok(Removal::Holds(held));
            }
            let entry = entry(&held);
            tx.put(&FormerUser {
                id: user.id.clone(),
                name: user.name.clone(),
                left_at: entry.at,
            })?;
            tx.remove::<User>(&user.key())?;
            // Nobody is there to see what they were told.
            for (key, _) in self.index_page(&told(&user.id), None, usize::MAX, false)? {
                tx.remove_index(&key)?;
            }
            tx.append(entry)?;
            Ok(Removal::Removed(held))
        })
        .await
    }

    /// Something is granted to a user, or withdrawn.
    ///
    /// # Errors
    /// When there is no such user, or it makes no sense.
    pub async fn change_user(
        &self,
        name: &str,
        event: GrantEvent,
        entry: NewEntry,
    ) -> Result<User, StoreError> {
        self.fact(WriteClass::Normal, |tx| {
            let named = |user: &User| user.name == name;
            let found = tx.scan::<User>("")?.into_iter().find(named);
            let user = found.ok_or_else(|| StoreError::NotFound {
                what: "user",
                id: name.to_owned(),
            })?;
            let user = user.after(event)?;
            tx.put(&user)?;
            tx.append(entry)?;
            Ok(user)
        })
        .await
    }

    /// What this user looked at last.
    pub fn view_of(&self, user: &UserId) -> Result<Option<SavedView>, StoreError> {
        self.get::<SavedView>(user.as_str())
    }

    /// Keeps what this user looks at. It changes nothing that anybody else sees, so it is no entry.
    pub async fn keep_view(&self, view: SavedView) -> Result<(), StoreError> {
        self.fact(WriteClass::Normal, |tx| tx.put(&view)).await
    }
}

impl Tx<'_> {
    /// What somebody holds besides their place in the workspace.
    fn held_by(&self, id: &UserId) -> Result<UserHoldings, StoreError> {
        let owner = Owner::Personal(id.clone());
        let mut held = UserHoldings::default();
        let mut owned = Vec::new();
        self.each::<Connection>(|connection| {
            if connection.owner == owner && connection.status.in_service() {
                held.connections.push(connection.id.clone());
            }
            if connection.owner == owner {
                owned.push(connection.id);
            }
        })?;
        for connection in owned {
            if self.swap_left_of(&connection)?.is_some() {
                held.swaps.push(connection);
            }
        }
        let theirs = FlowSelection::By(owner);
        for flow in self.scan::<Flow>("")? {
            if flow.is_open() && theirs.includes(&flow) {
                held.flows.push(flow.id);
            }
        }
        self.each::<Walkthrough>(|walkthrough| {
            let planned = walkthrough.planned.as_ref();
            let is_theirs = match walkthrough.state {
                WalkState::Draft => walkthrough.by == *id,
                WalkState::Planned => planned.is_some_and(|it| it.decision.user == *id),
                WalkState::Running
                | WalkState::Stopped
                | WalkState::Fallen
                | WalkState::Finished => false,
            };
            if is_theirs {
                held.drafts.push(walkthrough.id);
            }
        })?;
        Ok(held)
    }
}
