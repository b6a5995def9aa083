//! Tags on providers: nothing new is authorized there until they are taken off.

use crate::domain::audit::NewEntry;
use crate::domain::tag::Tag;
use crate::store::{Store, StoreError, StoredRow, Tx, WriteClass};

impl StoredRow for Tag {
    const KIND: &'static str = "tag";

    /// A provider has one at most.
    fn key(&self) -> String {
        self.provider.clone()
    }
}

impl Store {
    /// The tag of a provider.
    pub fn tag(&self, provider: &str) -> Result<Option<Tag>, StoreError> {
        self.get::<Tag>(provider)
    }

    /// The tag is taken off.
    pub async fn untagged(&self, provider: &str, entry: NewEntry) -> Result<(), StoreError> {
        self.fact(WriteClass::Normal, |tx| {
            if tx.get::<Tag>(provider)?.is_none() {
                return Err(StoreError::NotFound {
                    what: "tag on",
                    id: provider.to_owned(),
                });
            }
            tx.remove::<Tag>(provider)?;
            tx.append(entry).map(drop)
        })
        .await
    }
}

impl Tx<'_> {
    /// Nothing new is authorized at a tagged provider, whoever asked before it was tagged.
    pub(super) fn not_tagged(&self, provider: &str) -> Result<(), StoreError> {
        match self.get::<Tag>(provider)? {
            Some(tag) => Err(StoreError::Refused(tag.sentence())),
            None => Ok(()),
        }
    }
}
