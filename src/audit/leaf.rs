//! An entry as bytes, as a hash, and as a line of `audit.log`.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Number, Value};
use sha2::{Digest, Sha256};

use crate::domain::audit::{About, AuditEntry, AuditOutcome, Format2, Hash, Origin, Salt};
use crate::domain::id::AuditId;

/// An entry that has no canonical form.
#[derive(Debug, thiserror::Error)]
pub enum LeafError {
    /// It cannot be written as JSON.
    #[error("audit entry {seq} has no canonical JSON form: {source}")]
    NotJson { seq: u64, source: serde_json::Error },
    /// RFC 8785 writes every number as a double, so that two such numbers could have one leaf.
    #[error(
        "audit entry {seq} holds the number {number}, which is no whole number of at most 2^53"
    )]
    NotExact {
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

/// What the leaf of an entry of format 2 covers.
#[derive(Serialize)]
struct Header<'a> {
    seq: u64,
    id: &'a AuditId,
    at: Timestamp,
    actor: &'a str,
    role: &'a str,
    origin: &'a Origin,
    action: &'a str,
    target: &'a str,
    about: &'a About,
    outcome: AuditOutcome,
    detail_hash: Hash,
}

/// What the hash in the header of an entry of format 2 covers, besides the salt.
#[derive(Serialize)]
struct Content<'a> {
    detail: &'a Value,
    evidence: &'a Value,
}

/// What an entry has besides in format 2, once it has its place in the log.
///
/// # Errors
/// When the entry has no canonical form.
pub fn format_2_of(placed: &AuditEntry, about: About, salt: Salt) -> Result<Format2, LeafError> {
    let hash = content_hash(salt, &placed.detail, &placed.evidence);
    Ok(Format2 {
        about,
        detail_hash: hash.map_err(|source| LeafError::NotJson {
            seq: placed.seq,
            source,
        })?,
        salt: Some(salt),
    })
}

/// The entry in the form that is hashed (RFC 8785): the whole of it in format 1, its header in format 2.
///
/// # Errors
/// When the entry cannot be written as JSON, or holds a number that is not exact there.
pub fn canonical(entry: &AuditEntry) -> Result<Vec<u8>, LeafError> {
    let seq = entry.seq;
    if let Some(number) = inexact(&entry.evidence).or_else(|| inexact(&entry.detail)) {
        let number = number.clone();
        return Err(LeafError::NotExact { seq, number });
    }
    let bytes = match &entry.format_2 {
        None => serde_json_canonicalizer::to_vec(entry),
        Some(more) => serde_json_canonicalizer::to_vec(&Header {
            seq,
            id: &entry.id,
            at: entry.at,
            actor: &entry.actor,
            role: &entry.role,
            origin: &entry.origin,
            action: &entry.action,
            target: &entry.target,
            about: &more.about,
            outcome: entry.outcome,
            detail_hash: more.detail_hash,
        }),
    };
    bytes.map_err(|source| LeafError::NotJson { seq, source })
}

/// The entry's leaf: SHA-256(0x00 ‖ canonical JSON) (RFC 6962, section 2.1).
///
/// # Errors
/// When the entry has no canonical form.
pub fn leaf_hash(entry: &AuditEntry) -> Result<Hash, LeafError> {
    Ok(Hash::of_leaf(&canonical(entry)?))
}

/// The hash that stands in the header in place of detail and evidence: SHA-256(salt ‖ RFC 8785 of both).
pub(super) fn content_hash(
    salt: Salt,
    detail: &Value,
    evidence: &Value,
) -> Result<Hash, serde_json::Error> {
    let content = serde_json_canonicalizer::to_vec(&Content { detail, evidence })?;
    let salted = Sha256::new().chain_update(salt.0).chain_update(content);
    Ok(Hash(salted.finalize().into()))
}

/// The first number that two different texts could stand for.
pub(super) fn inexact(value: &Value) -> Option<&Number> {
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
