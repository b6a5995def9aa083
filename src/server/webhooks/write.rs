//! Writes what waits at an endpoint, everything together, and tells whoever waits for it.

use std::sync::Arc;

use axum::http::StatusCode;
use tokio::sync::oneshot;

use super::queue::QueuedDelivery;
use crate::domain::id::WebhookId;
use crate::server::Server;
use crate::store::facts::{Arrival, BatchResult};
use crate::wire::Topic;

/// Queues a delivery, and waits until it is on the disk. What it is answered with; none when too many wait, or the store
/// refuses.
pub(super) async fn put(
    server: &Arc<Server>,
    endpoint: WebhookId,
    arrival: Arrival,
) -> Option<StatusCode> {
    let (told, answer) = oneshot::channel();
    let waiting = QueuedDelivery { arrival, told };
    if server.deliveries.push(&endpoint, waiting)? {
        let writer = Arc::clone(server);
        let writing = async move { write_all(&writer, &endpoint).await };
        server.tasks.spawn(writing);
    }
    answer.await.ok()
}

/// Writes what waits at an endpoint until nothing does.
async fn write_all(server: &Arc<Server>, endpoint: &WebhookId) {
    while let Some(batch) = server.deliveries.take(endpoint) {
        let (arrivals, told): (Vec<_>, Vec<_>) =
            batch.into_iter().map(|it| (it.arrival, it.told)).unzip();
        match server.store.deliveries_came(endpoint, &arrivals).await {
            Ok(taken) => {
                tell(server, endpoint, &taken);
                for (told, status) in told.into_iter().zip(taken.statuses) {
                    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
                    if told.send(status).is_err() {
                        tracing::debug!(%endpoint, "a sender hung up before it was answered");
                    }
                }
            }
            Err(error) => tracing::error!(%endpoint, %error, "events could not be counted"),
        }
    }
}

fn tell(server: &Arc<Server>, endpoint: &WebhookId, taken: &BatchResult) {
    let own = server.store.webhook(endpoint).ok();
    let mut topics: Vec<Topic> = own
        .into_iter()
        .map(|endpoint| endpoint.connection)
        .chain(taken.woken.iter().cloned())
        .chain(taken.noticed.iter().cloned())
        .map(Topic::Connection)
        .collect();
    if !taken.woken.is_empty() {
        server.schedule.ring();
        topics.push(Topic::Jobs);
    }
    if !taken.noticed.is_empty() {
        server.notices.alarm.ring();
        topics.extend([Topic::Connections, Topic::Audit]);
    }
    topics.dedup();
    server.hub.tell(topics);
}
