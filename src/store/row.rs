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

    /// The row as it lies in the store: JSON, where a kind does not say otherwise.
    ///
    /// # Errors
    /// When it has no such form.
    fn encode(&self) -> serde_json::Result<Vec<u8>> {
        serde_json::to_vec(self)
    }

    /// The row that lies in the store as `value`, under this key.
    ///
    /// # Errors
    /// When it is no such row.
    fn decode(_: &str, value: &[u8]) -> serde_json::Result<Self> {
        serde_json::from_slice(value)
    }
}

pub(crate) fn encode<R: StoredRow>(key: &str, row: &R) -> Result<Vec<u8>, StoreError> {
    row.encode().map_err(|source| StoreError::Row {
        key: key.to_owned(),
        source,
    })
}

pub(crate) fn decode<R: StoredRow>(key: &str, value: &[u8]) -> Result<R, StoreError> {
    let of_kind = key.split_once('/').map_or(key, |(_, key)| key);
    R::decode(of_kind, value).map_err(|source| StoreError::Row {
        key: key.to_owned(),
        source,
    })
}
