//! One lock a connection: refreshes are single-flight, a disconnect waits for the one in flight, and a reconnect
//! waits for the disconnect (N9). And one a walkthrough: it goes on once at a time.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};

use crate::domain::id::ConnectionId;

/// The locks that somebody holds or waits for.
#[derive(Debug)]
pub struct Locks<K = ConnectionId> {
    held: Mutex<HashMap<K, Weak<AsyncMutex<()>>>>,
}

impl<K> Default for Locks<K> {
    fn default() -> Self {
        Self {
            held: Mutex::default(),
        }
    }
}

impl<K: Clone + Eq + Hash> Locks<K> {
    /// Waits for the lock of this one; it is held until the guard is dropped.
    pub async fn of(&self, id: &K) -> OwnedMutexGuard<()> {
        let lock = self.lock(id);
        lock.lock_owned().await
    }

    fn lock(&self, id: &K) -> Arc<AsyncMutex<()>> {
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
