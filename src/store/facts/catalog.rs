//! The workspace, added provider files, and our registrations at providers.

use serde::{Deserialize, Serialize};

use crate::domain::audit::NewEntry;
use crate::domain::connection::{App, Instance};
use crate::domain::sealed::SlotRef;
use crate::domain::user::User;
use crate::store::{Store, StoreError, StoredRow, WriteClass};

use super::connections::known;

/// What this data folder is about.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Workspace {
    /// What it is called.
    pub name: String,
}

impl StoredRow for Workspace {
    const KIND: &'static str = "workspace";

    fn key(&self) -> String {
        "this".to_owned()
    }
}

/// A provider file that did not come with the program.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AddedProvider {
    /// The id in the file.
    pub id: String,
    /// The text of the file, as it was added.
    pub toml: String,
}

impl StoredRow for AddedProvider {
    const KIND: &'static str = "provider";

    fn key(&self) -> String {
        self.id.clone()
    }
}

impl Store {
    /// The workspace; none before the first start has made it.
    pub fn workspace(&self) -> Result<Option<Workspace>, StoreError> {
        self.get::<Workspace>("this")
    }

    /// Makes the workspace with its first Owner.
    ///
    /// # Errors
    /// When there is one already.
    pub async fn begin_workspace(
        &self,
        workspace: Workspace,
        owner: User,
        entry: NewEntry,
    ) -> Result<(), StoreError> {
        self.fact(WriteClass::Normal, |tx| {
            if tx.get::<Workspace>("this")?.is_some() {
                return Err(StoreError::Refused(
                    "this data folder has a workspace already".to_owned(),
                ));
            }
            tx.put(&workspace)?;
            tx.put(&owner)?;
            tx.append(entry)?;
            Ok(())
        })
        .await
    }

    /// Every added provider file.
    pub fn added_providers(&self) -> Result<Vec<AddedProvider>, StoreError> {
        self.scan::<AddedProvider>("")
    }

    /// Adds a provider file, or replaces an added one of the same id.
    pub async fn add_provider(
        &self,
        provider: AddedProvider,
        entry: NewEntry,
    ) -> Result<(), StoreError> {
        self.fact(WriteClass::Normal, |tx| {
            tx.put(&provider)?;
            tx.append(entry)?;
            Ok(())
        })
        .await
    }

    /// Removes an added provider file that nothing is connected with.
    ///
    /// # Errors
    /// When it was not added, or a connection of it is in service.
    pub async fn remove_provider(&self, id: &str, entry: NewEntry) -> Result<(), StoreError> {
        self.fact(WriteClass::Normal, |tx| {
            if tx.get::<AddedProvider>(id)?.is_none() {
                return Err(StoreError::NotFound {
                    what: "added provider",
                    id: id.to_owned(),
                });
            }
            if tx.count(&known(id))? > 0 {
                return Err(StoreError::Refused(format!(
                    "{id} has connections whose history needs it"
                )));
            }
            tx.remove::<AddedProvider>(id)?;
            tx.append(entry)?;
            Ok(())
        })
        .await
    }

    /// Our registration at a provider.
    pub fn app(&self, provider: &str) -> Result<Option<App>, StoreError> {
        self.get::<App>(provider)
    }

    /// Keeps our registration; returns the slot of the secret that it replaces, for the vault to destroy.
    pub async fn keep_app(&self, app: App, entry: NewEntry) -> Result<Vec<SlotRef>, StoreError> {
        self.fact(WriteClass::Normal, |tx| {
            let old = tx.get::<App>(&app.provider)?;
            let kept: Vec<&SlotRef> = app.sealed().map(|sealed| &sealed.key).collect();
            let replaced = (old.iter().flat_map(App::sealed))
                .map(|sealed| sealed.key.clone())
                .filter(|slot| !kept.contains(&slot))
                .collect();
            tx.put(&app)?;
            tx.append(entry)?;
            Ok(replaced)
        })
        .await
    }

    /// The instance of a provider.
    pub fn instance(&self, provider: &str) -> Result<Option<Instance>, StoreError> {
        self.get::<Instance>(provider)
    }
}
