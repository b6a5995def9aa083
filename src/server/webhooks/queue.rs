//! What came in and is not written yet: a bounded queue for each endpoint, so that a flood at one of them is answered "later"
//! and nobody else waits for it. What waits together is written together.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::http::StatusCode;
use tokio::sync::oneshot;

use crate::domain::id::WebhookId;
use crate::store::facts::Arrival;

/// So many deliveries wait at one endpoint; vendors send again what is turned away.
const WAITING: usize = 256;

/// The queues of the endpoints at which something waits.
#[derive(Default)]
pub struct Queues {
    waiting: Mutex<HashMap<WebhookId, VecDeque<QueuedDelivery>>>,
}

/// A delivery, and whoever is to be told what it is answered with.
pub(super) struct QueuedDelivery {
    pub(super) arrival: Arrival,
    pub(super) told: oneshot::Sender<StatusCode>,
}

impl Queues {
    /// Whether nothing more may wait at this endpoint.
    #[must_use]
    pub fn is_full(&self, endpoint: &WebhookId) -> bool {
        let all = self.all();
        all.get(endpoint)
            .is_some_and(|queue| queue.len() >= WAITING)
    }

    /// Whether it is the first, so that somebody has to begin writing; none when too many wait.
    pub(super) fn push(&self, endpoint: &WebhookId, waiting: QueuedDelivery) -> Option<bool> {
        let mut all = self.all();
        match all.get_mut(endpoint) {
            Some(queue) if queue.len() >= WAITING => None,
            Some(queue) => {
                queue.push_back(waiting);
                Some(false)
            }
            None => {
                all.insert(endpoint.clone(), VecDeque::from([waiting]));
                Some(true)
            }
        }
    }

    /// What waits now; none, and the queue is gone, when nothing does.
    pub(super) fn take(&self, endpoint: &WebhookId) -> Option<VecDeque<QueuedDelivery>> {
        let mut all = self.all();
        let taken = std::mem::take(all.get_mut(endpoint)?);
        if taken.is_empty() {
            all.remove(endpoint);
            return None;
        }
        Some(taken)
    }

    fn all(&self) -> MutexGuard<'_, HashMap<WebhookId, VecDeque<QueuedDelivery>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
