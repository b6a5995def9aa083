//! Which slots are named by a row and which are free. Kept in memory, rebuilt from the rows at every start.

use std::collections::{BTreeSet, HashMap};

use super::cipher::SlotId;

/// Every slot index is either free or named; a restored store may name indexes that the file does not have.
#[derive(Default)]
pub(super) struct Allotment {
    named: HashMap<u32, Vec<SlotId>>,
    free: BTreeSet<u32>,
}

impl Allotment {
    /// A row names this use of the slot.
    pub(super) fn name(&mut self, slot: u32, id: SlotId) {
        self.free.remove(&slot);
        let ids = self.named.entry(slot).or_default();
        if !ids.contains(&id) {
            ids.push(id);
        }
    }

    /// Whether a row names this use of the slot.
    pub(super) fn names(&self, slot: u32, id: &SlotId) -> bool {
        self.named.get(&slot).is_some_and(|ids| ids.contains(id))
    }

    /// Makes the slots of `range` that no row names available.
    pub(super) fn add(&mut self, range: std::ops::Range<u32>) {
        self.free
            .extend(range.filter(|slot| !self.named.contains_key(slot)));
    }

    /// The lowest free slot.
    pub(super) fn lowest_free(&self) -> Option<u32> {
        self.free.first().copied()
    }

    /// No row names this use of the slot any more; below `count` it is free again.
    pub(super) fn forget(&mut self, slot: u32, id: &SlotId, count: u32) {
        let Some(ids) = self.named.get_mut(&slot) else {
            return;
        };
        ids.retain(|other| other != id);
        if ids.is_empty() {
            self.named.remove(&slot);
            if slot < count {
                self.free.insert(slot);
            }
        }
    }

    /// How many slots are free.
    pub(super) fn free(&self) -> usize {
        self.free.len()
    }
}
