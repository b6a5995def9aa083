//! The minutes in which refusals of a kind are counted.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Mutex, PoisonError};

use tokio::sync::{Mutex as AsyncMutex, MutexGuard as AsyncGuard};

use crate::domain::refusals::Windows;

/// Users are spread over so many locks.
const SHARDS: usize = 16;

/// The windows that are open.
#[derive(Default)]
pub struct Refusals {
    windows: Mutex<Windows>,
    /// Held while a window is opened: whoever is refused the same meanwhile waits for the disk.
    opening: [AsyncMutex<()>; SHARDS],
}

impl Refusals {
    pub(super) async fn opening(&self, user: &str) -> Option<AsyncGuard<'_, ()>> {
        let mut hasher = DefaultHasher::new();
        user.hash(&mut hasher);
        let shard = usize::try_from(hasher.finish() % SHARDS as u64).unwrap_or_default();
        match self.opening.get(shard) {
            Some(lock) => Some(lock.lock().await),
            None => None,
        }
    }

    pub(super) fn with<T>(&self, work: impl FnOnce(&mut Windows) -> T) -> T {
        work(&mut self.windows.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
