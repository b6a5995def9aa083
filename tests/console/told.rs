//! What belongs to this world's workspace as a whole: who is told, what they were told, and what is being authorized.

use serde_json::{Value, json};
use tagout::domain::connection::Status;
use tagout::domain::disconnect::run::RunState;
use tagout::domain::id::{FlowId, MessageId, RunId, WipeId};
use tagout::domain::wipe::{Wipe, WipeCounts};
use tagout::wire::view::{Connection, OpenSwap, WipePlan};

use super::configs::SUBSCRIPTION;
use super::world::{at, ulid};

/// The swap of a connection whose second half is open.
pub(crate) fn open_swap(connection: &Connection) -> OpenSwap {
    OpenSwap {
        run: RunId::new(ulid(1)),
        state: RunState::Completed,
        connection: connection.id.clone(),
        provider: connection.provider.clone(),
        name: connection.name.clone(),
        by: "alice".to_owned(),
        at: at("2026-11-30T10:00:00Z"),
        jobs: 2,
        text: format!(
            "swap of {}/{}: the old account is out; connect the new one: tagout swap {}",
            connection.provider, connection.name, connection.id
        ),
    }
}

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

/// One that a provider file names, and one that was declared.
pub(crate) fn dependents() -> Value {
    json!([
        {
            "id": null, "provider": "github", "feature": "Release notes",
            "effect": "lose their links to pull requests", "said_by": "file", "in_use": true,
        },
        {
            "id": "dep_00000000000000000000000001", "provider": "hubspot", "feature": "Quarterly report",
            "effect": "has no deals", "said_by": "workspace", "in_use": true,
        },
    ])
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

const COUNTS: WipeCounts = WipeCounts {
    records: 12_004,
    scopes: 3,
    executions: 214,
    deliveries: 100,
    cursors: 2,
};

/// What a wipe would remove; what is in service forbids it.
pub(crate) fn wipe_plan(provider: Option<&str>, connections: &[Connection]) -> Value {
    let of = connections
        .iter()
        .filter(|it| provider.is_none_or(|id| it.provider == id));
    let connected = of.filter(|it| it.status != Status::Revoked);
    json!(WipePlan {
        provider: provider.map(str::to_owned),
        counts: COUNTS,
        connected: connected.map(|it| it.name.clone()).collect(),
    })
}

/// A wipe of which so many steps have ended.
pub(crate) fn wipe(steps: usize) -> Value {
    let mut wipe = Wipe::begun(
        WipeId::new(ulid(1)),
        None,
        "alice".to_owned(),
        at("2026-11-20T23:41:00Z"),
    );
    for _ in 0..steps {
        wipe.step_ended(at("2026-11-20T23:41:07Z"));
    }
    if steps > 0 {
        wipe.counts.records = COUNTS.records;
    }
    json!(wipe)
}
