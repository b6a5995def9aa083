//! What is remembered about walkthroughs while the server runs.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::part::Part;
use crate::domain::id::{RunId, WalkthroughId};
use crate::server::locks::Locks;

/// So many runs are remembered folded at most.
const REMEMBERED: usize = 20_000;

/// What is remembered about walkthroughs while the server runs.
pub struct Walks {
    /// How many runs of one are under way at once.
    pub(super) at_once: usize,
    /// Each goes on once at a time.
    pub(super) turns: Locks<WalkthroughId>,
    /// What runs that have not changed since amounted to.
    folded: Mutex<HashMap<RunId, (u64, Arc<Part>)>>,
}

impl Walks {
    /// With so many runs of one under way at once.
    #[must_use]
    pub fn new(at_once: usize) -> Self {
        Self {
            at_once: at_once.max(1),
            turns: Locks::default(),
            folded: Mutex::default(),
        }
    }

    /// What a run amounted to when its log was so long.
    pub(super) fn folded(&self, id: &RunId, length: u64) -> Option<Arc<Part>> {
        let folded = self.lock();
        let (at, part) = folded.get(id)?;
        (*at == length).then(|| Arc::clone(part))
    }

    /// Remembers what a run amounts to.
    pub(super) fn fold(&self, id: RunId, length: u64, part: Arc<Part>) {
        let mut folded = self.lock();
        if folded.len() >= REMEMBERED {
            folded.clear();
        }
        folded.insert(id, (length, part));
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<RunId, (u64, Arc<Part>)>> {
        self.folded.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
