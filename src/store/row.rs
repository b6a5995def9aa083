//! What can be kept in the store.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::error::StoreError;

/// A value with a place in the store: `KIND/key`.
pub trait StoredRow: Serialize + DeserializeOwned {
    /// The kind of thing, in small letters, as it stands in keys and in [`StoreError::NotFound`].
    const KIND: &'static str;

    /// The key within the kind. `/` separates levels, so that a prefix of the key selects a part of the kind.
    fn key(&self) -> String;
}

pub(crate) fn encode<R: StoredRow>(key: &str, row: &R) -> Result<Vec<u8>, StoreError> {
    serde_json::to_vec(row).map_err(|source| StoreError::Row {
        key: key.to_owned(),
        source,
    })
}

pub(crate) fn decode<R: StoredRow>(key: &str, value: &[u8]) -> Result<R, StoreError> {
    serde_json::from_slice(value).map_err(|source| StoreError::Row {
        key: key.to_owned(),
        source,
    })
}
