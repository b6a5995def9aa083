//! Who is asked when.

use std::collections::{BTreeSet, HashMap};
use std::hash::Hash;
use std::time::Duration;

use jiff::Timestamp;

use crate::domain::saturating_time::saturating_later;

/// Who is to be asked, each at one time.
#[derive(Debug)]
pub struct Schedule<K> {
    at: HashMap<K, Timestamp>,
    due: BTreeSet<(Timestamp, K)>,
}

impl<K> Default for Schedule<K> {
    fn default() -> Self {
        Self {
            at: HashMap::new(),
            due: BTreeSet::new(),
        }
    }
}

impl<K: Clone + Eq + Ord + Hash> Schedule<K> {
    /// This one is asked then, and not when it was planned before.
    pub fn plan(&mut self, id: &K, at: Timestamp) {
        if let Some(before) = self.at.insert(id.clone(), at) {
            self.due.remove(&(before, id.clone()));
        }
        self.due.insert((at, id.clone()));
    }

    /// So many of those who are due by then, who are due no more, the earliest first.
    pub fn take(&mut self, by: Timestamp, most: usize) -> Vec<K> {
        let mut taken = Vec::new();
        while taken.len() < most
            && let Some(first) = self.due.first()
            && first.0 <= by
            && let Some((_, id)) = self.due.pop_first()
        {
            self.at.remove(&id);
            taken.push(id);
        }
        taken
    }

    /// When somebody is due next.
    #[must_use]
    pub fn next(&self) -> Option<Timestamp> {
        self.due.first().map(|(at, _)| *at)
    }
}

/// One of those who are planned at a start.
#[derive(Debug, Clone)]
pub struct Starting<K> {
    pub id: K,
    /// When something last spoke for it.
    pub spoken_at: Option<Timestamp>,
    /// How long that lasts.
    pub every: Duration,
    /// So much later it may be asked, so that those who were heard together drift apart.
    pub stray: Duration,
}

/// How fast those are asked at a start for whom nothing has spoken.
#[derive(Debug, Clone, Copy)]
pub struct StartPace {
    /// So many together.
    pub together: usize,
    /// So long after those before them.
    pub apart: Duration,
    /// All of them within so long; each group follows sooner then.
    pub within: Duration,
}

/// When each is asked first: as if the server had run all the time where something spoke for it of late, the others soon, a few at
/// a time, so that a start does not fall upon the vendors of a large workspace.
#[must_use]
pub fn at_start<K>(all: Vec<Starting<K>>, pace: StartPace, now: Timestamp) -> Vec<(K, Timestamp)> {
    let (mut planned, mut unheard) = (Vec::new(), Vec::new());
    for it in all {
        match it.spoken_at.map(|at| saturating_later(at, it.every)) {
            Some(due) if due > now => planned.push((it.id, saturating_later(due, it.stray))),
            Some(_) | None => unheard.push(it.id),
        }
    }
    let groups = unheard.len().div_ceil(pace.together.max(1)).max(1);
    let apart = (pace.within / u32::try_from(groups).unwrap_or(u32::MAX)).min(pace.apart);
    for (number, id) in unheard.into_iter().enumerate() {
        let group = u32::try_from(number / pace.together.max(1)).unwrap_or(u32::MAX);
        planned.push((id, saturating_later(now, apart.saturating_mul(group))));
    }
    planned
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn each_is_due_once_at_the_time_that_was_said_last() {
        let mut schedule = Schedule::default();
        schedule.plan(&"a", at(10));
        schedule.plan(&"b", at(5));
        schedule.plan(&"a", at(2));
        assert_eq!(schedule.next(), Some(at(2)));
        assert_eq!(schedule.take(at(1), 9), [""; 0]);
        assert_eq!(schedule.take(at(5), 1), ["a"]);
        assert_eq!(schedule.take(at(5), 9), ["b"]);
        assert_eq!((schedule.next(), schedule.take(at(99), 9)), (None, vec![]));
        // What is planned while it is being asked stands.
        schedule.plan(&"a", at(7));
        schedule.plan(&"a", at(8));
        assert_eq!(schedule.take(at(99), 9), ["a"]);
        assert_eq!(schedule.next(), None);
    }

    fn starting(n: usize, spoken_at: Option<Timestamp>) -> Starting<usize> {
        Starting {
            id: n,
            spoken_at,
            every: Duration::from_secs(100),
            stray: Duration::from_secs(3),
        }
    }

    const PACE: StartPace = StartPace {
        together: 2,
        apart: Duration::from_secs(1),
        within: Duration::from_secs(25),
    };

    #[test]
    fn at_a_start_who_was_heard_of_late_is_asked_in_its_turn_and_the_others_soon() {
        let all = vec![
            starting(0, None),
            starting(1, Some(at(950))),
            starting(2, Some(at(900))),
            starting(3, Some(at(10))),
        ];
        let planned = at_start(all, PACE, at(1000));
        assert_eq!(
            planned,
            [(1, at(1053)), (0, at(1000)), (2, at(1000)), (3, at(1001))]
        );
    }

    #[test]
    fn a_large_workspace_is_asked_within_its_time() {
        let all = (0..1000).map(|n| starting(n, None)).collect();
        let planned = at_start(all, PACE, at(0));
        assert!(planned.is_sorted_by_key(|(_, at)| *at));
        let last = planned.last().map(|(_, at)| *at);
        assert!(
            last.is_some_and(|last| last > at(24) && last < at(25)),
            "{last:?}"
        );
        assert_eq!(at_start(Vec::<Starting<u8>>::new(), PACE, at(0)), []);
    }
}
