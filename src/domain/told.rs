//! What subscriptions are told of an entry of the audit log.

use serde_json::{Value, json};

use super::audit::AuditEntry;
use super::message::EventKind;

/// The fields of details that are told: ids, counts, times and words of a fixed set, all of them ours. Names of connections
/// are not, because they are made from account labels; nor are reasons in words, because vendors' answers stand in them.
const TOLD: &[&str] = &[
    "before",
    "connection",
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
    "next_try",
    "outcome",
    "over",
    "owner",
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
    "tries",
    "uninstall",
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
