//! What is remembered about walkthroughs while the server runs.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::run_summary::RunSummary;
use crate::domain::id::{ConnectionId, RunId, WalkthroughId};
use crate::server::alarm::Alarm;
use crate::server::locks::Locks;

/// So many runs are remembered folded at most.
const REMEMBERED: usize = 20_000;

/// What is remembered about walkthroughs while the server runs.
pub struct Walks {
    /// How many runs of one are under way at once.
    pub(super) at_once: usize,
    /// Wakes whoever begins what is planned.
    pub(super) alarm: Alarm,
    /// Each goes on once at a time.
    pub(super) turns: Locks<WalkthroughId>,
    /// Connections that go last, so that their tokens stand beside those of the others.
    kept_last: Mutex<HashSet<ConnectionId>>,
    /// What is overdue as its beginning fails, and why.
    failing: Mutex<HashMap<WalkthroughId, String>>,
    /// What runs that have not changed since amounted to.
    folded: Mutex<HashMap<RunId, (u64, Arc<RunSummary>)>>,
}

impl Walks {
    /// With so many runs of one under way at once.
    #[must_use]
    pub fn new(at_once: usize) -> Self {
        Self {
            at_once: at_once.max(1),
            alarm: Alarm::default(),
            turns: Locks::default(),
            kept_last: Mutex::default(),
            failing: Mutex::default(),
            folded: Mutex::default(),
        }
    }

    /// These go last while what is returned is there.
    pub(super) fn keep_last<'a>(
        &self,
        all: impl Iterator<Item = &'a ConnectionId>,
    ) -> KeptLast<'_> {
        let all: Vec<ConnectionId> = all.cloned().collect();
        self.lock_kept().extend(all.iter().cloned());
        KeptLast { walks: self, all }
    }

    /// The connections that go last in the walkthroughs that are under way.
    pub(in crate::server) fn kept_last(&self) -> Vec<ConnectionId> {
        self.lock_kept().iter().cloned().collect()
    }

    fn lock_kept(&self) -> MutexGuard<'_, HashSet<ConnectionId>> {
        self.kept_last
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Why it did not begin at its time; none where it did.
    pub(super) fn say_failing(&self, id: &WalkthroughId, why: Option<String>) {
        let mut failing = self.lock_failing();
        match why {
            Some(why) => failing.insert(id.clone(), why),
            None => failing.remove(id),
        };
    }

    /// Why this one did not begin at its time.
    pub(in crate::server) fn why_failing(&self, id: &WalkthroughId) -> Option<String> {
        self.lock_failing().get(id).cloned()
    }

    fn lock_failing(&self) -> MutexGuard<'_, HashMap<WalkthroughId, String>> {
        self.failing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What a run amounted to when its log was so long.
    pub(super) fn folded(&self, id: &RunId, length: u64) -> Option<Arc<RunSummary>> {
        let folded = self.lock();
        let (at, part) = folded.get(id)?;
        (*at == length).then(|| Arc::clone(part))
    }

    /// Remembers what a run amounts to.
    pub(super) fn fold(&self, id: RunId, length: u64, part: Arc<RunSummary>) {
        let mut folded = self.lock();
        if folded.len() >= REMEMBERED {
            folded.clear();
        }
        folded.insert(id, (length, part));
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<RunId, (u64, Arc<RunSummary>)>> {
        self.folded.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Connections that go last, as long as this is there.
pub(super) struct KeptLast<'a> {
    walks: &'a Walks,
    all: Vec<ConnectionId>,
}

impl Drop for KeptLast<'_> {
    fn drop(&mut self) {
        let mut kept = self.walks.lock_kept();
        for id in &self.all {
            kept.remove(id);
        }
    }
}
