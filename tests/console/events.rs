//! What vendors sent in this world.

use serde_json::{Value, json};
use tagout::domain::delivery::{Delivery, Fate};
use tagout::domain::id::WebhookId;
use tagout::wire::view::{Connection, Webhook, WebhookStatus};

use super::world::{at, ulid};

/// Every connection has one endpoint; of all, those of the second and the third are listed.
pub(crate) fn endpoints(all: &[Connection], of: Option<&str>) -> Value {
    let endpoint = |(n, it): (usize, &Connection)| Webhook {
        id: WebhookId::new(ulid(1 + n as u128)),
        connection: it.id.clone(),
        url: format!("https://hooks.acme.example/webhooks/whk_{n:026}"),
        status: match n {
            0 => WebhookStatus::Enabled,
            _ => WebhookStatus::Disabled,
        },
        received: 2_412,
        verified: 2_409,
        ignored: n as u64 * 3,
        forged: 1,
        dropped_since_disconnect: n as u64 * 3,
        last_at: Some(at("2026-11-20T23:40:00Z")),
        connection_name: it.name.clone(),
        provider: it.provider.clone(),
        provider_name: it.provider_name.clone(),
        refused: it.refused.clone(),
    };
    let rows: Vec<&Connection> = match of {
        Some(id) => all.iter().filter(|it| it.id.as_str() == id).collect(),
        None => all.iter().skip(1).take(2).collect(),
    };
    json!(
        rows.into_iter()
            .enumerate()
            .map(endpoint)
            .collect::<Vec<_>>()
    )
}

pub(crate) fn deliveries(endpoint: &WebhookId) -> Value {
    let delivery = |number, fate, status, why: &str| Delivery {
        endpoint: endpoint.clone(),
        number,
        place: None,
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
