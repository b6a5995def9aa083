//! What came in and is not answered yet: a bounded queue for each endpoint, so that a flood at one of them is answered "later"
//! and nobody else waits for it. What waits together is judged and written together.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::http::HeaderMap;
use axum::http::Method;
use axum::response::Response;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tokio::time::Instant;

use crate::domain::id::WebhookId;
use crate::providers::signature::NotSigned;
use crate::server::request_bodies::BufferedBody;

/// So many deliveries of one endpoint may be unanswered; vendors send again what is turned away.
const UNANSWERED: usize = 256;

/// The queues of the endpoints to which something was sent since the server started.
#[derive(Default)]
pub struct Queues {
    all: Mutex<HashMap<WebhookId, EndpointQueue>>,
}

struct EndpointQueue {
    waiting: Vec<QueuedDelivery>,
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
                room: Arc::new(Semaphore::new(UNANSWERED)),
                is_worked: false,
            });
        let room = Arc::clone(&queue.room).try_acquire_owned().ok()?;
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
            queue.waiting.push(queued);
            !std::mem::replace(&mut queue.is_worked, true)
        })
    }

    /// What waits now.
    pub(super) fn take(&self, endpoint: &WebhookId) -> Vec<QueuedDelivery> {
        let mut all = self.all();
        all.get_mut(endpoint)
            .map(|queue| std::mem::take(&mut queue.waiting))
            .unwrap_or_default()
    }

    /// Whether nothing waits, and then whoever took it has ended.
    pub(super) fn has_ended(&self, endpoint: &WebhookId) -> bool {
        let mut all = self.all();
        all.get_mut(endpoint).is_none_or(|queue| {
            queue.is_worked = !queue.waiting.is_empty();
            !queue.is_worked
        })
    }

    fn all(&self) -> MutexGuard<'_, HashMap<WebhookId, EndpointQueue>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
