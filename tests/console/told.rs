//! What belongs to this world's workspace as a whole: who is told, what they were told, and what is being authorized.

use serde_json::{Value, json};
use tagout::domain::id::{FlowId, MessageId};
use tagout::wire::view::Connection;

use super::configs::SUBSCRIPTION;
use super::world::ulid;

/// The organisation's subscriptions.
pub(crate) fn subscriptions() -> Value {
    json!([{
        "id": SUBSCRIPTION, "url": "https://hooks.acme.example/bugs", "events": ["record.*"], "status": "enabled",
        "pending": 2, "dead": 1, "next_try": "2026-11-20T23:44:00Z",
        "last": { "at": "2026-11-20T23:39:00Z", "status": 503, "latency_ms": 88, "why": "it answered 503: try later" },
    }])
}

/// A subscription with a secret.
pub(crate) fn secret() -> Value {
    let mut it = subscriptions()[0].clone();
    it["secret"] = json!("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    it
}

/// What it was told: one that nobody took, and one that somebody did.
pub(crate) fn messages() -> Value {
    let message = |n: u128, state: &str, status: u16| {
        json!({
            "id": MessageId::new(ulid(n)), "subscription": SUBSCRIPTION, "number": n, "kind": "run.ended",
            "at": "2026-11-20T22:10:00Z", "about": "nothing",
            "state": state, "tries": 14, "since": "2026-11-17T22:10:00Z", "next_try": "2026-11-20T23:44:00Z",
            "last": { "at": "2026-11-20T22:12:00Z", "status": status, "latency_ms": 88, "why": format!("it answered {status}") },
        })
    };
    json!([message(2, "dead", 503), message(1, "delivered", 200)])
}

/// One for a new connection, and one that authorizes a connection again.
pub(crate) fn flows(connections: &[Connection]) -> Value {
    let again = &connections[2];
    let flow = |n: u128, provider: &str, kind: &str| {
        json!({
            "id": FlowId::new(ulid(n)), "connection": null, "provider": provider, "kind": kind, "owner": "workspace",
            "by": "bob", "began_at": "2026-11-20T23:39:00Z", "ends_at": "2026-11-20T23:49:00Z",
        })
    };
    let mut second = flow(2, &again.provider, "browser");
    second["connection"] = json!(again.id);
    second["connection_name"] = json!(again.name);
    json!([flow(1, "linear", "device"), second])
}
