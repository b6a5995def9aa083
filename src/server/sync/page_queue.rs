//! The places in which pages are asked for; see [`PageSlots`].

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use tokio::sync::oneshot;

use crate::domain::id::ExecutionId;
use crate::domain::job::{PageSlots, SlotEvent, SlotLimits};

/// Who has a place, and who is told when there is one.
pub(super) struct PageQueue {
    inner: Mutex<QueueInner>,
    bounds: SlotLimits,
}

struct QueueInner {
    places: PageSlots,
    called: HashMap<ExecutionId, oneshot::Sender<()>>,
}

/// How an execution stands to its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum SlotState {
    /// It has none.
    #[default]
    Without,
    /// It has one, for the page that it asks for next.
    Ready,
    /// It has one, and has asked for its page.
    Asked,
}

/// An execution's own, given back when this is dropped.
#[derive(Debug, Default)]
pub(super) struct PageSlot {
    stand: Mutex<SlotState>,
    /// Whether it gives way to others when it stands in line.
    gives_way: AtomicBool,
}

impl PageSlot {
    pub(super) fn stand(&self) -> SlotState {
        *self.stand.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn stands(&self, stand: SlotState) {
        *self.stand.lock().unwrap_or_else(PoisonError::into_inner) = stand;
    }

    pub(super) fn gives_way(&self) -> bool {
        self.gives_way.load(Ordering::Relaxed)
    }

    /// Says whether it gives way from now on; whether that is another answer than before.
    pub(super) fn will_give_way(&self, gives_way: bool) -> bool {
        self.gives_way.swap(gives_way, Ordering::Relaxed) != gives_way
    }
}

impl PageQueue {
    pub(super) fn new(bounds: SlotLimits) -> Self {
        Self {
            inner: Mutex::new(QueueInner {
                places: PageSlots::new(bounds),
                called: HashMap::new(),
            }),
            bounds,
        }
    }

    /// It gives its place back, or stops waiting for one.
    pub(super) fn leave(&self, id: &ExecutionId) {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.called.remove(id);
        let got = inner.places.after(SlotEvent::Left(id.clone()));
        inner.call(&got);
    }

    /// What tells that it has a place; none where it has one at once, or was given one that it did not hear of.
    pub(super) fn stand_in_line(
        &self,
        event: SlotEvent,
        id: &ExecutionId,
    ) -> Option<oneshot::Receiver<()>> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let got = inner.places.after(event);
        inner.call(&got);
        if inner.places.holds(id) {
            return None;
        }
        let (call, called) = oneshot::channel();
        inner.called.insert(id.clone(), call);
        Some(called)
    }

    /// What somebody waits for who waits for a place at this host, in words.
    pub(super) fn full(&self, host: &str) -> String {
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let (here, all) = (inner.places.taken_at(host), inner.places.taken());
        if here >= self.bounds.of_a_host {
            format!("waits for its turn at {host}, which is asked for {here} at once")
        } else if all >= self.bounds.in_all {
            format!(
                "waits for its turn: as many pages are asked for at once as may be, {here} of them at {host}"
            )
        } else {
            format!(
                "waits for its turn: {all} pages are asked for at once, {here} of them at {host}; what is left is for hosts \
                 that are not asked"
            )
        }
    }
}

impl QueueInner {
    fn call(&mut self, got: &[ExecutionId]) {
        for id in got {
            // Whoever is not there any more gives its place back by itself.
            if let Some(call) = self.called.remove(id) {
                let _gone = call.send(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::job::Asker;

    fn execution(n: usize) -> ExecutionId {
        format!("exe_{n:026}").parse().unwrap()
    }

    fn wants(line: &PageQueue, n: usize, host: &str) -> Option<oneshot::Receiver<()>> {
        let asker = Asker {
            execution: execution(n),
            connection: format!("con_{n:026}").parse().unwrap(),
            host: host.to_owned(),
            gives_way: false,
        };
        line.stand_in_line(SlotEvent::Wanted(asker), &execution(n))
    }

    fn line(of_a_host: usize, in_all: usize) -> PageQueue {
        PageQueue::new(SlotLimits { of_a_host, in_all })
    }

    #[test]
    fn whoever_did_not_hear_of_its_place_has_it_when_it_asks_again() {
        let line = line(1, 4);
        assert!(wants(&line, 1, "a").is_none());
        drop(wants(&line, 2, "a").unwrap());
        line.leave(&execution(1));
        assert!(wants(&line, 2, "a").is_none());
        // Whoever was served and has to stand in line again does not have one.
        let mut waits = wants(&line, 3, "a").unwrap();
        let served = SlotEvent::Served(execution(2));
        assert!(line.stand_in_line(served, &execution(2)).is_some());
        assert_eq!(waits.try_recv(), Ok(()));
    }

    #[test]
    fn what_is_waited_for_is_what_is_full() {
        let line = line(3, 4);
        assert!(wants(&line, 1, "a").is_none());
        assert!(wants(&line, 2, "b").is_none());
        assert!(wants(&line, 3, "b").is_none());
        assert!(wants(&line, 4, "b").is_some());
        let full = line.full("b");
        assert!(full.contains(": 3 pages"), "{full}");
        assert!(full.ends_with("for hosts that are not asked"), "{full}");
        assert!(wants(&line, 5, "c").is_none());
        assert!(line.full("b").contains("as many pages are asked for"));
        assert!(line.full("d").contains("0 of them at d"));
        line.leave(&execution(5));
        line.leave(&execution(1));
        // It has room for the one that waits now, and is asked as often as it may be.
        assert!(line.full("b").starts_with("waits for its turn at b, "));
    }
}
