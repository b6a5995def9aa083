//! Writes deliveries that were judged together in one transaction, and answers whoever sent them once it is on the disk.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};

use super::event_token;
use super::queue::WaitingSender;
use crate::domain::id::WebhookId;
use crate::providers::signature::NotSigned;
use crate::server::Server;
use crate::store::Written;
use crate::store::facts::{Arrival, BatchResult, RecentIds};
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

/// Deliveries by the endpoint at which they are counted.
pub(super) type CountedDeliveries = BTreeMap<WebhookId, Vec<CountedDelivery>>;

/// Deliveries that were written, and wait for the disk.
pub(super) struct WrittenDeliveries {
    endpoint: WebhookId,
    written: Written<BatchResult>,
    unanswered: Vec<UnansweredDelivery>,
}

/// Writes deliveries that were judged together, in a transaction for each endpoint at which they are counted. Where the store
/// refuses one, whoever waits for it is asked to send again.
pub(super) fn put(
    server: &Server,
    counted: CountedDeliveries,
    recent: &mut RecentIds,
) -> Vec<WrittenDeliveries> {
    let mut all = Vec::new();
    for (endpoint, counted) in counted {
        let (arrivals, unanswered): (Vec<_>, Vec<_>) =
            counted.into_iter().map(CountedDelivery::parts).unzip();
        match server.store.deliveries_came(&endpoint, &arrivals, recent) {
            Ok(written) => all.push(WrittenDeliveries {
                endpoint,
                written,
                unanswered,
            }),
            Err(error) => report(&endpoint, &error),
        }
    }
    all
}

/// Answers whoever sent them, once they are on the disk.
pub(super) async fn answer(server: &Arc<Server>, all: Vec<WrittenDeliveries>) {
    for it in all {
        let taken = it.written.value;
        if let Err(error) = server.store.durable(it.written.commit).await {
            report(&it.endpoint, &error);
            continue;
        }
        for (it, status) in it.unanswered.into_iter().zip(&taken.statuses) {
            let status = StatusCode::from_u16(*status).unwrap_or(StatusCode::OK);
            let with = response(status, it.is_token, it.refusal.as_ref());
            it.sender.answer(with);
        }
        tell(server, &it.endpoint, &taken);
    }
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

/// Our own trouble is nobody's forgery, and ends nothing: whoever waits is asked to send again.
pub(super) fn report(endpoint: &WebhookId, why: &dyn fmt::Display) {
    tracing::error!(%endpoint, error = %why, "events could not be taken");
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
