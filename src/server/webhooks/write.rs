//! Writes deliveries that were judged together in one transaction, and answers whoever sent them once it is on the disk.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};

use super::event_token;
use super::queue::WaitingSender;
use crate::domain::id::WebhookId;
use crate::providers::signature::NotSigned;
use crate::server::Server;
use crate::store::facts::{Arrival, BatchResult, RecentIds};
use crate::store::{StoreError, Written};
use crate::wire::Topic;

/// A delivery that is counted, and whoever waits for its answer.
pub(super) struct CountedDelivery {
    pub(super) arrival: Arrival,
    /// Why it is not believed.
    pub(super) refusal: Option<NotSigned>,
    pub(super) sender: WaitingSender,
}

/// Whoever waits for the answer to a delivery that is not on the disk yet.
struct UnansweredDelivery {
    is_token: bool,
    refusal: Option<NotSigned>,
    sender: WaitingSender,
}

/// Deliveries that were written, and wait for the disk.
pub(super) struct WrittenBatch {
    endpoint: WebhookId,
    written: Written<BatchResult>,
    unanswered: Vec<UnansweredDelivery>,
}

/// Writes deliveries that are counted at one endpoint. None where the store refuses: then whoever waits sends again.
pub(super) fn put(
    server: &Server,
    endpoint: WebhookId,
    counted: Vec<CountedDelivery>,
    recent: &mut RecentIds,
) -> Option<WrittenBatch> {
    let (arrivals, unanswered): (Vec<_>, Vec<_>) =
        counted.into_iter().map(CountedDelivery::parts).unzip();
    match server.store.deliveries_came(&endpoint, &arrivals, recent) {
        Ok(written) => Some(WrittenBatch {
            endpoint,
            written,
            unanswered,
        }),
        Err(error) => {
            report(&endpoint, &error);
            None
        }
    }
}

/// Answers whoever sent them, once they are on the disk.
pub(super) async fn answer(server: &Arc<Server>, batch: WrittenBatch) {
    let taken = batch.written.value;
    if let Err(error) = server.store.durable(batch.written.commit).await {
        return report(&batch.endpoint, &error);
    }
    for (it, status) in batch.unanswered.into_iter().zip(&taken.statuses) {
        let status = StatusCode::from_u16(*status).unwrap_or(StatusCode::OK);
        it.sender
            .answer(response(status, it.is_token, it.refusal.as_ref()));
    }
    tell(server, &batch.endpoint, &taken);
}

fn response(status: StatusCode, is_token: bool, refusal: Option<&NotSigned>) -> Response {
    match (status, refusal) {
        (_, _) if is_token => event_token::answer(status, refusal),
        (StatusCode::UNAUTHORIZED, Some(why)) => (status, format!("{why}\n")).into_response(),
        (_, _) => status.into_response(),
    }
}

impl CountedDelivery {
    fn parts(self) -> (Arrival, UnansweredDelivery) {
        let unanswered = UnansweredDelivery {
            is_token: self.arrival.is_token,
            refusal: self.refusal,
            sender: self.sender,
        };
        (self.arrival, unanswered)
    }
}

/// Whoever waits is asked to send again.
fn report(endpoint: &WebhookId, error: &StoreError) {
    tracing::error!(%endpoint, %error, "events could not be counted");
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
