//! What vendors sent in this world.

use serde_json::{Value, json};
use tagout::domain::delivery::{Delivery, Fate};
use tagout::domain::id::WebhookId;
use tagout::wire::view::Webhook;

use super::world::{at, ulid};

/// Every connection has one endpoint.
pub(crate) fn endpoints(connection: Option<&str>) -> Value {
    let endpoint = |connection: &str| Webhook {
        id: WebhookId::new(ulid(1)),
        connection: connection.parse().unwrap(),
        url: "https://hooks.acme.example/webhooks/whk_01".into(),
        status: "enabled".into(),
        received: 2,
        verified: 2,
        ignored: 0,
        forged: 1,
        dropped_since_disconnect: 0,
        last_at: Some(at("2026-11-20T23:40:00Z")),
    };
    json!(connection.map(endpoint).into_iter().collect::<Vec<_>>())
}

pub(crate) fn deliveries(endpoint: &WebhookId) -> Value {
    let delivery = |number, fate, status, why: &str| Delivery {
        endpoint: endpoint.clone(),
        number,
        at: at("2026-11-20T23:40:00Z"),
        event_id: Some(format!("evt_{number}")),
        fate,
        status,
        latency_us: 1_900,
        why: why.to_owned(),
        preview: r#"{"action":"opened","issue":{"id":7,"title":"…"}}"#.into(),
    };
    json!([
        delivery(3, Fate::Forged, 401, "its signature does not hold"),
        delivery(2, Fate::Applied, 200, "pulls issue"),
    ])
}
