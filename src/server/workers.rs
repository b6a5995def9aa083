//! Work on things, each by one task at a time and on few at once, and an alarm for when the next is due.

use std::collections::HashSet;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};

use super::alarm::Alarm;

/// Which things are being worked on.
pub(crate) struct Workers<Id: Eq + Hash> {
    /// Rings when a task has ended: what it worked on may be due again.
    pub(super) alarm: Arc<Alarm>,
    busy: Arc<Mutex<HashSet<Id>>>,
    room: Arc<Semaphore>,
}

/// Whoever works on a thing. However that ends, a panic included, it can be worked on again then.
pub(super) struct BusyGuard<Id: Eq + Hash> {
    /// The thing.
    pub(super) id: Id,
    alarm: Arc<Alarm>,
    busy: Arc<Mutex<HashSet<Id>>>,
    room: Arc<Semaphore>,
}

impl<Id: Clone + Eq + Hash> Workers<Id> {
    /// With so many at work at once.
    pub(super) fn new(at_once: usize) -> Self {
        Self {
            alarm: Arc::default(),
            busy: Arc::default(),
            room: Arc::new(Semaphore::new(at_once)),
        }
    }

    /// Marks a thing as being worked on; none when it is already.
    pub(super) fn begin(&self, id: Id) -> Option<BusyGuard<Id>> {
        let mut busy = self.busy.lock().unwrap_or_else(PoisonError::into_inner);
        busy.insert(id.clone()).then(|| BusyGuard {
            id,
            alarm: Arc::clone(&self.alarm),
            busy: Arc::clone(&self.busy),
            room: Arc::clone(&self.room),
        })
    }
}

impl<Id: Eq + Hash> BusyGuard<Id> {
    /// Waits until few enough others are at work.
    pub(super) async fn room(&self) -> Result<OwnedSemaphorePermit, AcquireError> {
        Arc::clone(&self.room).acquire_owned().await
    }
}

impl<Id: Eq + Hash> Drop for BusyGuard<Id> {
    fn drop(&mut self) {
        let mut busy = self.busy.lock().unwrap_or_else(PoisonError::into_inner);
        busy.remove(&self.id);
        self.alarm.ring();
    }
}
