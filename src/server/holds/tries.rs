//! Which holds are being tried, and when the next is due.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};

use crate::domain::hold::Pace;
use crate::domain::id::HoldId;
use crate::server::alarm::Alarm;

/// How many are tried at once.
const AT_ONCE: usize = 8;

/// What the worker needs to know between two looks.
pub struct Holds {
    pub(super) pace: Pace,
    pub(super) alarm: Arc<Alarm>,
    trying: Arc<Mutex<HashSet<HoldId>>>,
    room: Arc<Semaphore>,
}

impl Holds {
    /// With this patience.
    #[must_use]
    pub fn new(pace: Pace) -> Self {
        Self {
            pace,
            alarm: Arc::default(),
            trying: Arc::default(),
            room: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }

    /// Marks a hold as being tried; none when it is already.
    pub(super) fn begin(&self, id: HoldId) -> Option<Trying> {
        let mut trying = self.trying.lock().unwrap_or_else(PoisonError::into_inner);
        trying.insert(id.clone()).then(|| Trying {
            trying: Arc::clone(&self.trying),
            alarm: Arc::clone(&self.alarm),
            room: Arc::clone(&self.room),
            id,
        })
    }
}

/// Whoever tries a hold. However that ends, a panic included, it can be tried again then.
pub(super) struct Trying {
    trying: Arc<Mutex<HashSet<HoldId>>>,
    alarm: Arc<Alarm>,
    room: Arc<Semaphore>,
    id: HoldId,
}

impl Trying {
    pub(super) fn id(&self) -> &HoldId {
        &self.id
    }

    /// Waits until few enough others are tried.
    pub(super) async fn room(&self) -> Result<OwnedSemaphorePermit, AcquireError> {
        Arc::clone(&self.room).acquire_owned().await
    }
}

impl Drop for Trying {
    fn drop(&mut self) {
        let mut trying = self.trying.lock().unwrap_or_else(PoisonError::into_inner);
        trying.remove(&self.id);
        self.alarm.ring();
    }
}
