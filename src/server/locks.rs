//! One lock a connection: refreshes are single-flight, a disconnect waits for the one in flight, and a reconnect
//! waits for the disconnect (N9).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};

use crate::domain::id::ConnectionId;

/// The locks that somebody holds or waits for.
#[derive(Debug, Default)]
pub struct Locks {
    held: Mutex<HashMap<ConnectionId, Weak<AsyncMutex<()>>>>,
}

impl Locks {
    /// Waits for the connection's lock; it is held until the guard is dropped.
    pub async fn of(&self, id: &ConnectionId) -> OwnedMutexGuard<()> {
        let lock = self.lock(id);
        lock.lock_owned().await
    }

    fn lock(&self, id: &ConnectionId) -> Arc<AsyncMutex<()>> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(lock) = held.get(id).and_then(Weak::upgrade) {
            return lock;
        }
        held.retain(|_, lock| lock.strong_count() > 0);
        let lock = Arc::new(AsyncMutex::new(()));
        held.insert(id.clone(), Arc::downgrade(&lock));
        lock
    }
}
