//! What came in and is not answered yet: a bounded queue for each endpoint, so that a flood at one of them is answered "later"
//! and nobody else waits for it. What waits together is judged and written together.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::http::HeaderMap;
use axum::http::Method;
use axum::response::Response;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tokio::time::Instant;

use jiff::Timestamp;

use crate::domain::id::WebhookId;
use crate::providers::signature::NotSigned;
use crate::server::request_bodies::BufferedBody;

/// So many deliveries of one endpoint may be unanswered; vendors send again what is turned away.
const UNANSWERED: usize = 256;

/// While so many bytes of bodies wait at one endpoint no other large one does: all endpoints share the room for bodies.
const WAITING_BYTES: usize = 8 * 1024 * 1024;
/// Larger bodies than this are large; most events have a few kilobytes.
const LARGE: usize = 32 * 1024;

/// The queues of the endpoints to which something was sent since the server started.
#[derive(Default)]
pub struct Queues {
    all: Mutex<HashMap<WebhookId, EndpointQueue>>,
}

struct EndpointQueue {
    waiting: Vec<QueuedDelivery>,
    /// The bytes of their bodies.
    bytes: usize,
    room: Arc<Semaphore>,
    /// Whether somebody takes what waits.
    is_worked: bool,
}

/// A delivery as it was received.
pub(super) struct ReceivedDelivery {
    pub(super) method: Method,
    pub(super) headers: HeaderMap,
    /// With its question mark; empty where there is none.
    pub(super) query: String,
    pub(super) body: BufferedBody,
    /// When its head had been read.
    pub(super) began: Instant,
    /// When all of it had been read: it may wait, and is judged by that time.
    pub(super) at: Timestamp,
    /// What a signed event token says, or why it is not believed; none before that is settled, and for other deliveries.
    pub(super) token: Option<Result<Vec<u8>, NotSigned>>,
}

/// A delivery, and whoever waits for its answer.
pub(super) struct QueuedDelivery {
    pub(super) received: ReceivedDelivery,
    pub(super) sender: WaitingSender,
}

/// Whoever sent a delivery. When this is dropped unanswered, the sender is asked to come again.
pub(super) struct WaitingSender {
    told: oneshot::Sender<Response>,
    /// Its place among the unanswered.
    _room: OwnedSemaphorePermit,
}

impl WaitingSender {
    pub(super) fn answer(self, with: Response) {
        if self.told.send(with).is_err() {
            tracing::debug!("a sender hung up before it was answered");
        }
    }
}

/// What follows from having queued a delivery.
pub(super) struct Queued {
    /// What it is answered with.
    pub(super) answer: oneshot::Receiver<Response>,
    /// Whether nobody takes what waits there, so that somebody has to begin.
    pub(super) is_first: bool,
}

impl Queues {
    /// Whether nothing more may wait at this endpoint.
    pub(super) fn is_full(&self, endpoint: &WebhookId) -> bool {
        let all = self.all();
        (all.get(endpoint)).is_some_and(|queue| queue.room.available_permits() == 0)
    }

    /// Queues what was received; none when too many are unanswered.
    pub(super) fn push(&self, endpoint: &WebhookId, received: ReceivedDelivery) -> Option<Queued> {
        let mut all = self.all();
        let queue = all
            .entry(endpoint.clone())
            .or_insert_with(|| EndpointQueue {
                waiting: Vec::new(),
                bytes: 0,
                room: Arc::new(Semaphore::new(UNANSWERED)),
                is_worked: false,
            });
        let body = received.body.bytes().len();
        let bytes = queue.bytes + body;
        if body > LARGE && bytes > WAITING_BYTES {
            return None;
        }
        let room = Arc::clone(&queue.room).try_acquire_owned().ok()?;
        queue.bytes = bytes;
        let (told, answer) = oneshot::channel();
        let sender = WaitingSender { told, _room: room };
        queue.waiting.push(QueuedDelivery { received, sender });
        let is_first = !std::mem::replace(&mut queue.is_worked, true);
        Some(Queued { answer, is_first })
    }

    /// Queues what had been taken once more; whether somebody has to begin.
    pub(super) fn push_again(&self, endpoint: &WebhookId, queued: QueuedDelivery) -> bool {
        let mut all = self.all();
        // Its queue was made when it came, and stays.
        all.get_mut(endpoint).is_some_and(|queue| {
            queue.bytes += queued.received.body.bytes().len();
            queue.waiting.push(queued);
            !std::mem::replace(&mut queue.is_worked, true)
        })
    }

    /// What waits now.
    pub(super) fn take(&self, endpoint: &WebhookId) -> Vec<QueuedDelivery> {
        let mut all = self.all();
        let Some(queue) = all.get_mut(endpoint) else {
            return Vec::new();
        };
        queue.bytes = 0;
        std::mem::take(&mut queue.waiting)
    }

    /// Whether nothing waits, and then whoever took it has ended.
    pub(super) fn has_ended(&self, endpoint: &WebhookId) -> bool {
        let mut all = self.all();
        all.get_mut(endpoint).is_none_or(|queue| {
            queue.is_worked = !queue.waiting.is_empty();
            !queue.is_worked
        })
    }

    /// What waits now, where whoever took it is gone: the next delivery has another begin.
    fn abandon(&self, endpoint: &WebhookId) -> Vec<QueuedDelivery> {
        let mut all = self.all();
        let Some(queue) = all.get_mut(endpoint) else {
            return Vec::new();
        };
        (queue.is_worked, queue.bytes) = (false, 0);
        std::mem::take(&mut queue.waiting)
    }

    /// Held by whoever takes what waits there.
    pub(super) fn worker<'a>(&'a self, endpoint: &'a WebhookId) -> QueueWorker<'a> {
        QueueWorker {
            queues: self,
            endpoint,
        }
    }

    fn all(&self) -> MutexGuard<'_, HashMap<WebhookId, EndpointQueue>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whoever takes what waits at an endpoint. When it ends by a panic, what waits is let go of (its senders come again), and the
/// next delivery has another begin.
pub(super) struct QueueWorker<'a> {
    queues: &'a Queues,
    endpoint: &'a WebhookId,
}

impl Drop for QueueWorker<'_> {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            return;
        }
        let lost = self.queues.abandon(self.endpoint);
        tracing::error!(endpoint = %self.endpoint, lost = lost.len(), "whoever took events has ended");
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::StatusCode;
    use axum::response::IntoResponse as _;

    use super::*;
    use crate::server::request_bodies::RequestBodies;

    fn endpoint() -> WebhookId {
        "whk_01jd7000000000000000000001".parse().unwrap()
    }

    async fn received(bytes: usize) -> ReceivedDelivery {
        let bodies = RequestBodies::default();
        ReceivedDelivery {
            method: Method::POST,
            headers: HeaderMap::new(),
            query: String::new(),
            body: bodies.read(Body::from(vec![b'x'; bytes])).await.unwrap(),
            began: Instant::now(),
            at: Timestamp::UNIX_EPOCH,
            token: None,
        }
    }

    #[tokio::test]
    async fn one_takes_until_nothing_waits_and_then_another_begins() {
        let (queues, at) = (Queues::default(), endpoint());
        let first = queues.push(&at, received(1).await).unwrap();
        assert!(first.is_first);
        assert!(!queues.push(&at, received(1).await).unwrap().is_first);
        let mut taken = queues.take(&at);
        assert_eq!(taken.len(), 2);
        // What comes between the last look and the end is taken as well.
        let between = queues.push(&at, received(1).await).unwrap();
        assert!(!between.is_first && !queues.has_ended(&at));
        assert_eq!(queues.take(&at).len(), 1);
        assert!(queues.has_ended(&at));
        let again = taken.pop().unwrap();
        assert!(queues.push_again(&at, again));
        taken
            .remove(0)
            .sender
            .answer(StatusCode::OK.into_response());
        assert_eq!(first.answer.await.unwrap().status(), StatusCode::OK);
    }

    #[tokio::test]
    async fn so_many_are_unanswered_and_so_many_bytes_wait() {
        let (queues, at) = (Queues::default(), endpoint());
        let mut answers = Vec::new();
        for _ in 0..UNANSWERED {
            answers.push(queues.push(&at, received(1).await).unwrap());
        }
        assert!(queues.is_full(&at) && queues.push(&at, received(1).await).is_none());
        drop(queues.take(&at));
        assert!(!queues.is_full(&at));
        let large = 1024 * 1024;
        for _ in 0..WAITING_BYTES / large {
            answers.push(queues.push(&at, received(large).await).unwrap());
        }
        // What is small has room all the same.
        assert!(queues.push(&at, received(large).await).is_none());
        assert!(queues.push(&at, received(1).await).is_some());
        drop(queues.take(&at));
        assert!(queues.push(&at, received(large).await).is_some());
    }

    #[tokio::test]
    async fn a_panic_lets_go_of_what_waits_and_another_begins() {
        let (queues, at) = (Arc::new(Queues::default()), endpoint());
        let waits = queues.push(&at, received(1).await).unwrap();
        let (own, place) = (Arc::clone(&queues), at.clone());
        let worker = tokio::spawn(async move {
            let _worker = own.worker(&place);
            panic!("in the middle");
        });
        assert!(worker.await.unwrap_err().is_panic());
        assert!(waits.answer.await.is_err());
        assert!(queues.push(&at, received(1).await).unwrap().is_first);
    }
}
