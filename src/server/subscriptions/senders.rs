//! To whom messages are being sent, and how patiently.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};

use crate::domain::hold::Pace;
use crate::domain::id::SubscriptionId;
use crate::domain::reach::Reach;
use crate::outbound::Outbound;
use crate::server::alarm::Alarm;

/// So many receivers are sent to at once.
const AT_ONCE: usize = 16;

/// How patiently messages are sent, and to where.
#[derive(Debug, Clone)]
pub struct Sending {
    /// How long is waited between tries.
    pub pace: Pace,
    /// Which addresses messages may go to.
    pub reach: Reach,
}

impl Default for Sending {
    /// As it is without any settings: five seconds, doubling up to an hour, to public addresses and this machine.
    fn default() -> Self {
        Self {
            pace: Pace {
                first: Duration::from_secs(5),
                most: Duration::from_secs(3600),
            },
            reach: Reach::default(),
        }
    }
}

/// What the senders need to know between two looks.
pub struct Senders {
    pub(super) pace: Pace,
    pub(super) outbound: Outbound,
    pub(super) alarm: Arc<Alarm>,
    busy: Arc<Mutex<HashSet<SubscriptionId>>>,
    room: Arc<Semaphore>,
}

impl Senders {
    /// With this patience.
    #[must_use]
    pub fn new(sending: Sending) -> Self {
        Self {
            pace: sending.pace,
            outbound: Outbound::new(sending.reach),
            alarm: Arc::default(),
            busy: Arc::default(),
            room: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }

    /// Marks a receiver as being sent to; none when it is already, because it is sent to in order.
    pub(super) fn begin(&self, id: SubscriptionId) -> Option<Sender> {
        let mut busy = self.busy.lock().unwrap_or_else(PoisonError::into_inner);
        busy.insert(id.clone()).then(|| Sender {
            busy: Arc::clone(&self.busy),
            alarm: Arc::clone(&self.alarm),
            room: Arc::clone(&self.room),
            id,
        })
    }
}

/// Whoever sends to a receiver. However that ends, a panic included, it can be sent to again then.
pub(super) struct Sender {
    busy: Arc<Mutex<HashSet<SubscriptionId>>>,
    alarm: Arc<Alarm>,
    room: Arc<Semaphore>,
    id: SubscriptionId,
}

impl Sender {
    pub(super) fn id(&self) -> &SubscriptionId {
        &self.id
    }

    /// Waits until few enough others are sent to.
    pub(super) async fn room(&self) -> Result<OwnedSemaphorePermit, AcquireError> {
        Arc::clone(&self.room).acquire_owned().await
    }
}

impl Drop for Sender {
    fn drop(&mut self) {
        let mut busy = self.busy.lock().unwrap_or_else(PoisonError::into_inner);
        busy.remove(&self.id);
        self.alarm.ring();
    }
}
