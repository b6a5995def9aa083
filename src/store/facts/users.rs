//! Users, and what each of them looked at last.

use serde::{Deserialize, Serialize};

use crate::domain::audit::NewEntry;
use crate::domain::id::UserId;
use crate::domain::user::{Role, User};
use crate::store::{Row, Store, StoreError, WriteClass};

/// What somebody looked at last, as their console wrote it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct View {
    /// Whose it is.
    pub user: UserId,
    /// A JSON text of the console.
    pub view: String,
}

impl Row for View {
    const KIND: &'static str = "view";

    fn key(&self) -> String {
        self.user.to_string()
    }
}

impl Store {
    /// Every user.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn users(&self) -> Result<Vec<User>, StoreError> {
        self.scan::<User>("")
    }

    /// Adds a user; names and Unix accounts are unique.
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
            tx.put(&user)?;
            tx.append(entry)?;
            Ok(user)
        })
        .await
    }

    /// Removes a user; the last Owner stays.
    ///
    /// # Errors
    /// When there is no such user, or nobody would be Owner any more.
    pub async fn remove_user(&self, name: &str, entry: NewEntry) -> Result<(), StoreError> {
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
            tx.remove::<User>(&user.key())?;
            tx.append(entry)?;
            Ok(())
        })
        .await
    }

    /// Changes what a user may.
    ///
    /// # Errors
    /// When there is no such user, or `change` says why not.
    pub async fn change_user(
        &self,
        name: &str,
        change: impl FnOnce(&mut User) -> Result<(), StoreError>,
        entry: NewEntry,
    ) -> Result<User, StoreError> {
        self.fact(WriteClass::Normal, |tx| {
            let named = |user: &User| user.name == name;
            let found = tx.scan::<User>("")?.into_iter().find(named);
            let mut user = found.ok_or_else(|| StoreError::NotFound {
                what: "user",
                id: name.to_owned(),
            })?;
            change(&mut user)?;
            tx.put(&user)?;
            tx.append(entry)?;
            Ok(user)
        })
        .await
    }

    /// What this user looked at last.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn view_of(&self, user: &UserId) -> Result<Option<View>, StoreError> {
        self.get::<View>(user.as_str())
    }

    /// Keeps what this user looks at. It changes nothing that anybody else sees, so it is no entry.
    ///
    /// # Errors
    /// When the store refuses.
    pub async fn keep_view(&self, view: View) -> Result<(), StoreError> {
        self.fact(WriteClass::Normal, |tx| tx.put(&view)).await
    }
}
