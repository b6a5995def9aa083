//! The minutes in which reads of a token by somebody are counted.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use tokio::sync::Mutex as AsyncMutex;

use crate::domain::id::{CredentialId, UserId};
use crate::store::facts::ReadWindow;

/// Who reads which token.
pub(super) type Key = (UserId, CredentialId);

/// The windows that are open.
#[derive(Default)]
pub struct ReadWindows {
    open: Mutex<HashMap<Key, Window>>,
}

/// Its lock is held while it is opened or closed: whoever reads meanwhile waits for the disk.
pub(super) type Window = Arc<AsyncMutex<Option<ReadCount>>>;

pub(super) struct ReadCount {
    pub(super) window: ReadWindow,
    pub(super) reads: u64,
    pub(super) last: Timestamp,
}

impl ReadWindows {
    /// The window of this reader and token, open or not.
    pub(super) fn window(&self, key: &Key) -> Window {
        Arc::clone(self.lock().entry(key.clone()).or_default())
    }

    /// Looks at every window that is open. One that is being opened or closed stands in the store.
    pub(super) fn each(&self, mut look: impl FnMut(&ReadCount)) {
        for window in self.lock().values() {
            if let Ok(counted) = window.try_lock()
                && let Some(counted) = counted.as_ref()
            {
                look(counted);
            }
        }
    }

    /// Lets a window go that nobody else waits for.
    pub(super) fn forget(&self, key: &Key, window: &Window) {
        let mut all = self.lock();
        // The map's and ours: a third would be somebody who is about to open it again.
        if Arc::strong_count(window) == 2 {
            all.remove(key);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Window>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
