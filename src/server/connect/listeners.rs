//! The loopback listeners that are open, each for as long as a flow needs it.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio_util::sync::CancellationToken;

/// The listeners that are open, by address.
#[derive(Default)]
pub struct Callbacks {
    open: Mutex<HashMap<SocketAddr, Weak<ListenerGuard>>>,
}

/// Keeps listeners open; each closes with the last flow that needs it.
pub(crate) type Listening = Vec<Arc<ListenerGuard>>;

/// Closes its listener when it is dropped.
#[derive(Debug)]
pub(crate) struct ListenerGuard(pub(super) CancellationToken);

impl Drop for ListenerGuard {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

impl Callbacks {
    pub(super) fn get(&self, at: SocketAddr) -> Option<Arc<ListenerGuard>> {
        self.open
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&at)
            .and_then(Weak::upgrade)
    }

    pub(super) fn put(&self, at: SocketAddr, listening: &Arc<ListenerGuard>) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.retain(|_, stop| stop.strong_count() > 0);
        open.insert(at, Arc::downgrade(listening));
    }
}
