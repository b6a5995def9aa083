//! An entry as bytes, as a hash, and as a line of `audit.log`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::{Number, Value};
use sha2::{Digest, Sha256};

use crate::domain::audit::AuditEntry;

/// A SHA-256 value; hex wherever it is written.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Hash(pub [u8; 32]);

/// Text that is not 64 hex digits.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is not a SHA-256 value in hex")]
pub struct WrongHash(String);

/// An entry that has no canonical form.
#[derive(Debug, thiserror::Error)]
pub enum LeafError {
    /// It cannot be written as JSON.
    #[error("audit entry {seq} has no canonical JSON form: {source}")]
    NotJson {
        /// Which entry.
        seq: u64,
        /// Why.
        source: serde_json::Error,
    },
    /// RFC 8785 writes every number as a double, so that two such numbers could have one leaf.
    #[error(
        "audit entry {seq} holds the number {number}, which is no whole number of at most 2^53"
    )]
    NotExact {
        /// Which entry.
        seq: u64,
        /// The number as it was written.
        number: Number,
    },
}

/// A line of `audit.log`: the entry's fields, its leaf, and on the last entry of a commit the signed checkpoint.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LogLine {
    /// The entry; its fields stand flat beside the other two.
    #[serde(flatten)]
    pub entry: AuditEntry,
    /// What [`leaf_hash`] said when the entry was written.
    pub leaf: Hash,
    /// The tree up to and including this entry, signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checkpoint: Option<String>,
}

/// The entry in the form that is hashed (RFC 8785).
///
/// # Errors
/// When the entry cannot be written as JSON, or holds a number that is not exact there.
pub fn canonical(entry: &AuditEntry) -> Result<Vec<u8>, LeafError> {
    let seq = entry.seq;
    if let Some(number) = inexact(&entry.evidence).or_else(|| inexact(&entry.detail)) {
        let number = number.clone();
        return Err(LeafError::NotExact { seq, number });
    }
    serde_json_canonicalizer::to_vec(entry).map_err(|source| LeafError::NotJson { seq, source })
}

/// The entry's leaf: SHA-256(0x00 ‖ canonical JSON) (RFC 6962, section 2.1).
///
/// # Errors
/// When the entry has no canonical form.
pub fn leaf_hash(entry: &AuditEntry) -> Result<Hash, LeafError> {
    Ok(Hash::of_leaf(&canonical(entry)?))
}

/// The first number that two different texts could stand for.
fn inexact(value: &Value) -> Option<&Number> {
    const EXACT: u64 = 1 << 53;
    match value {
        Value::Number(number) => {
            let size = number.as_i64().map(i64::unsigned_abs).or(number.as_u64());
            size.is_none_or(|size| size > EXACT).then_some(number)
        }
        Value::Array(items) => items.iter().find_map(inexact),
        Value::Object(members) => members.values().find_map(inexact),
        Value::Null | Value::Bool(_) | Value::String(_) => None,
    }
}

impl Hash {
    /// The hash of a leaf with these bytes.
    #[must_use]
    pub fn of_leaf(bytes: &[u8]) -> Self {
        Self(
            Sha256::new()
                .chain_update([0])
                .chain_update(bytes)
                .finalize()
                .into(),
        )
    }

    /// The hash of the node above two others.
    #[must_use]
    pub fn of_node(left: &Self, right: &Self) -> Self {
        Self(
            Sha256::new()
                .chain_update([1])
                .chain_update(left.0)
                .chain_update(right.0)
                .finalize()
                .into(),
        )
    }

    /// The hash of the tree without leaves.
    #[must_use]
    pub fn of_nothing() -> Self {
        Self(Sha256::digest([]).into())
    }
}

impl FromStr for Hash {
    type Err = WrongHash;

    fn from_str(text: &str) -> Result<Self, WrongHash> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text, &mut bytes).map_err(|_| WrongHash(text.to_owned()))?;
        Ok(Self(bytes))
    }
}

impl TryFrom<String> for Hash {
    type Error = WrongHash;

    fn try_from(text: String) -> Result<Self, WrongHash> {
        text.parse()
    }
}

impl From<Hash> for String {
    fn from(hash: Hash) -> Self {
        hash.to_string()
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn entry() -> AuditEntry {
        serde_json::from_value(json!({
            "seq": 7, "id": "aud_01jd7zzzzzzzzzzzzzzzzzzzzz", "at": "2026-03-01T10:00:00Z", "actor": "ada", "role": "owner",
            "origin": {"via": "local", "address": null}, "action": "connection.disconnected", "target": "con_x",
            "outcome": "done", "evidence": {"b": 1, "a": "é\u{1}"}, "detail": null
        }))
        .unwrap()
    }

    #[test]
    fn members_are_sorted_and_nothing_is_padded() {
        let text = String::from_utf8(canonical(&entry()).unwrap()).unwrap();
        assert_eq!(
            text,
            "{\"action\":\"connection.disconnected\",\"actor\":\"ada\",\"at\":\"2026-03-01T10:00:00Z\",\"detail\":null,\
             \"evidence\":{\"a\":\"é\\u0001\",\"b\":1},\"id\":\"aud_01jd7zzzzzzzzzzzzzzzzzzzzz\",\
             \"origin\":{\"address\":null,\"via\":\"local\"},\"outcome\":\"done\",\"role\":\"owner\",\"seq\":7,\"target\":\"con_x\"}"
        );
    }

    #[test]
    fn a_number_that_two_texts_could_stand_for_is_refused() {
        for (number, fine) in [
            ("9007199254740992", true),
            ("-9007199254740992", true),
            ("9007199254740993", false),
            ("18446744073709551615", false),
            ("0.5", false),
        ] {
            let mut entry = entry();
            entry.detail = json!({ "list": [serde_json::from_str::<Value>(number).unwrap()] });
            assert_eq!(canonical(&entry).is_ok(), fine, "{number}");
        }
    }

    #[test]
    fn a_line_gives_back_the_entry_and_the_same_leaf() {
        let line = LogLine {
            leaf: leaf_hash(&entry()).unwrap(),
            entry: entry(),
            checkpoint: None,
        };
        let text = serde_json::to_string(&line).unwrap();
        let back: LogLine = serde_json::from_str(&text).unwrap();
        assert_eq!(back, line);
        assert_eq!(leaf_hash(&back.entry).unwrap(), line.leaf);
    }
}
