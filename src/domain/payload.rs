//! What subscriptions are told of an entry of the audit log, and of a record.

use serde_json::{Value, json};

use super::audit::AuditEntry;
use super::connection::Connection;
use super::job::{RecordOf, StoredBody, Synced};
use super::mapping;
use super::message::EventKind;
use super::webhook::ConfigItem;

/// The fields of details that are told: ids, counts, times and words of a fixed set, all of them ours. Names of connections
/// are not, because they are made from account labels; nor are reasons in words, because vendors' answers stand in them.
const TOLD: &[&str] = &[
    "before",
    "connection",
    "connections",
    "credential",
    "credentials_destroyed",
    "credentials_sealed",
    "ended_by",
    "entity",
    "execution",
    "executions_cancelled",
    "expires_at",
    "fingerprint",
    "follow_ups",
    "generation",
    "hold",
    "id",
    "if_unreachable",
    "job",
    "jobs_disabled",
    "jobs_enabled",
    "kind",
    "late_seconds",
    "left",
    "new",
    "next_try",
    "outcome",
    "over",
    "owner",
    "planned_for",
    "provider",
    "references_marked",
    "residual_until",
    "revoked",
    "run",
    "said",
    "status",
    "step",
    "ticket",
    "tokens",
    "to",
    "tries",
    "uninstall",
    "walkthrough",
    "webhooks_disabled",
];

/// What is told of an entry. The provider's answers, its names for accounts, and addresses of people stay here.
#[must_use]
pub fn entry_data(kind: EventKind, entry: &AuditEntry) -> Value {
    let mut detail = told(&entry.detail);
    // The reason of a disconnect is one of four words that a person chose; elsewhere it may be a vendor's sentence.
    if matches!(kind, EventKind::RunBegun | EventKind::RunEnded)
        && let (Some(reason), Some(detail)) = (entry.detail.get("reason"), detail.as_object_mut())
    {
        detail.insert("reason".to_owned(), reason.clone());
    }
    json!({
        "entry": entry.id, "seq": entry.seq, "actor": entry.actor, "action": entry.action, "target": entry.target,
        "outcome": entry.outcome, "detail": detail,
    })
}

fn told(detail: &Value) -> Value {
    match detail {
        Value::Object(fields) => fields
            .iter()
            .filter(|(name, _)| TOLD.contains(&name.as_str()))
            .map(|(name, value)| (name.clone(), told(value)))
            .collect(),
        Value::Array(items) => items.iter().map(told).collect(),
        plain => plain.clone(),
    }
}

/// What is told of a record: what it is called and its own fields, never the vendor's object. Of more than
/// [`MAX_BODY`](super::job::MAX_BODY) bytes the largest values are left out, and named in `left_out`.
#[must_use]
pub fn record_data(connection: &Connection, record: &Synced, configs: &[ConfigItem]) -> Value {
    let named = json!({
        "connection": connection.id, "provider": connection.provider, "entity": record.entity, "reference": record.id,
        "record": record.local_id,
    });
    let data = json!({
        "connection": connection.id, "provider": connection.provider, "entity": record.entity, "reference": record.id,
        "record": record.local_id, "external_id": record.external_id, "parent": record.parent, "label": record.label,
        "updated": record.updated, "synced_at": record.synced_at, "fields": mapping::fields(record, configs),
    });
    let kept = StoredBody::of(data);
    let (mut data, left_out) = match kept.body.is_null() {
        // A thousand fields: their names alone are too much.
        true => (named, vec!["/fields".to_owned()]),
        false => (kept.body, kept.left_out),
    };
    if let Some(data) = data.as_object_mut() {
        data.insert("left_out".to_owned(), json!(left_out));
    }
    data
}

/// What is told of a record that was wiped since.
#[must_use]
pub fn wiped_data(record: &RecordOf) -> Value {
    json!({ "connection": record.connection, "entity": record.entity, "reference": record.reference, "is_wiped": true })
}

#[cfg(test)]
mod tests;
