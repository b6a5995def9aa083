//! What the workspace declares to depend on providers.

use crate::domain::audit::NewEntry;
use crate::domain::dependent::Declared;
use crate::domain::id::DependentId;
use crate::store::{Store, StoreError, StoredRow, WriteClass};

/// A dialog that names more of them is not read.
const MOST: usize = 50;

impl StoredRow for Declared {
    const KIND: &'static str = "dependent";

    fn key(&self) -> String {
        format!("{}/{}", self.provider, self.id)
    }
}

impl Store {
    /// What is declared to depend on a provider, the oldest first.
    pub fn dependents_of(&self, provider: &str) -> Result<Vec<Declared>, StoreError> {
        self.scan::<Declared>(&format!("{provider}/"))
    }

    /// One that was declared.
    pub fn dependent(&self, id: &DependentId) -> Result<Declared, StoreError> {
        let all = self.scan::<Declared>("")?;
        let missing = || StoreError::NotFound {
            what: "dependent",
            id: id.to_string(),
        };
        all.into_iter().find(|it| it.id == *id).ok_or_else(missing)
    }

    /// Something is declared to depend on a provider.
    ///
    /// # Errors
    /// When it is declared already, or too many are.
    pub async fn add_dependent(
        &self,
        declared: &Declared,
        entry: NewEntry,
    ) -> Result<(), StoreError> {
        let Declared {
            provider, feature, ..
        } = declared;
        self.fact(WriteClass::Normal, |tx| {
            let all = tx.scan::<Declared>(&format!("{provider}/"))?;
            if let Some(known) = all.iter().find(|it| it.feature == *feature) {
                let id = &known.id;
                let why = format!("{feature} is declared to depend on {provider} already ({id})");
                return Err(StoreError::Refused(why));
            }
            if all.len() >= MOST {
                let why = format!("{MOST} things are declared to depend on {provider}");
                return Err(StoreError::Refused(why));
            }
            tx.put(declared)?;
            tx.append(entry).map(drop)
        })
        .await
    }

    /// It depends on the provider no more.
    pub async fn remove_dependent(
        &self,
        declared: &Declared,
        entry: NewEntry,
    ) -> Result<(), StoreError> {
        self.fact(WriteClass::Normal, |tx| {
            tx.need::<Declared>(&declared.key())?;
            tx.remove::<Declared>(&declared.key())?;
            tx.append(entry).map(drop)
        })
        .await
    }
}
