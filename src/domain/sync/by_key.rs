//! Going on by key: a list that is sorted by its times of change can be asked from one of them on. That means the same at any
//! age, where a position ends, and leads past what a vendor shows of one list at most.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::pass::Pass;
use super::walk::Walk;

/// By what a list is sorted: the time of a thing's last change, its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Sorted {
    /// The oldest stands first.
    #[serde(rename = "updated")]
    OldestFirst,
    /// The newest stands first.
    #[serde(rename = "-updated")]
    NewestFirst,
}

/// The keys of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageKeys {
    first: Timestamp,
    last: Timestamp,
}

/// How a pass goes on by key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ByKey {
    /// How the list is sorted.
    pub order: Sorted,
    /// How much of what was seen is asked for again.
    pub overlap: Duration,
}

/// How far a pass has come by key.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyProgress {
    /// The key from which it is asked now; none before it went on by key for the first time.
    pub from: Option<Timestamp>,
    /// The first key of the last page since.
    first: Option<Timestamp>,
    /// The furthest key on the pages since.
    furthest: Option<Timestamp>,
    /// A key was missing, or not where the order says: the list is not gone on with by key.
    is_disordered: bool,
    /// Things on the pages before it went on by key for the last time.
    pub rows_before: u64,
}

impl Sorted {
    /// Whether the second key may stand behind the first.
    fn allows(self, first: Timestamp, second: Timestamp) -> bool {
        match self {
            Self::OldestFirst => first <= second,
            Self::NewestFirst => first >= second,
        }
    }

    /// The keys of a page in the order of its rows; none where one is missing, or not where the order says, or there is none.
    pub fn keys(self, mut rows: impl Iterator<Item = Option<Timestamp>>) -> Option<PageKeys> {
        let first = rows.next()??;
        let mut last = first;
        for key in rows {
            let key = key.filter(|key| self.allows(last, *key))?;
            last = key;
        }
        Some(PageKeys { first, last })
    }
}

impl KeyProgress {
    /// Whether nothing is known of keys.
    pub(super) fn is_unknown(&self) -> bool {
        *self == Self::default()
    }

    /// From the beginning of the list again. What was found out about its order is kept.
    pub(super) fn restarted(self) -> Self {
        Self {
            is_disordered: self.is_disordered,
            ..Self::default()
        }
    }

    /// Takes the keys of a page with rows on it.
    fn take(&mut self, order: Sorted, keys: Option<PageKeys>) {
        // A page may begin within the page before it, where something came in meanwhile, and never before that page.
        let keys = keys.filter(|keys| {
            self.first
                .is_none_or(|first| order.allows(first, keys.first))
        });
        let Some(keys) = keys else {
            self.is_disordered = true;
            return;
        };
        self.first = Some(keys.first);
        let is_further = |before: Timestamp| order.allows(before, keys.last);
        if self.furthest.is_none_or(is_further) {
            self.furthest = Some(keys.last);
        }
    }

    /// Where it is asked from next; none where it has not come further than where it was asked from.
    fn next(&self, by: ByKey) -> Option<Timestamp> {
        let key = self.furthest.filter(|_| !self.is_disordered)?;
        let next = match by.order {
            Sorted::OldestFirst => key.checked_sub(by.overlap),
            Sorted::NewestFirst => key.checked_add(by.overlap),
        };
        let next = next.ok()?;
        let is_further = |before: Timestamp| before != next && by.order.allows(before, next);
        self.from.is_none_or(is_further).then_some(next)
    }
}

impl Pass {
    /// Every key that was seen stood where the order says.
    #[must_use]
    pub fn is_in_order(&self) -> bool {
        !self.keys.is_disordered
    }

    /// Things on the pages of this walk, whatever it was asked from.
    #[must_use]
    pub fn all_rows(&self) -> u64 {
        self.keys.rows_before + self.rows
    }

    /// How many things the vendor counts in all.
    #[must_use]
    pub fn all_counted(&self) -> Option<u64> {
        Some(self.keys.rows_before + self.total?)
    }
}

impl Walk {
    /// Takes the keys of a page with rows on it.
    pub fn keys(&mut self, order: Sorted, keys: Option<PageKeys>) {
        self.pass.keys.take(order, keys);
    }

    /// Goes on behind what was kept, by key. False where it has not come further by that: then nothing is changed.
    pub fn go_on_by_key(&mut self, by: ByKey) -> bool {
        let Some(next) = self.pass.keys.next(by) else {
            return false;
        };
        let (rows_before, without_id) = (self.pass.all_rows(), self.pass.without_id);
        self.restart();
        self.pass.without_id = without_id;
        self.pass.total = None;
        self.pass.keys = KeyProgress {
            from: Some(next),
            rows_before,
            ..KeyProgress::default()
        };
        true
    }

    /// Takes a pass up behind what was kept, or where it was asked from last. False where it has no key.
    pub fn take_up_by_key(&mut self, by: ByKey) -> bool {
        if self.go_on_by_key(by) {
            return true;
        }
        let (keys, without_id) = (self.pass.keys, self.pass.without_id);
        if keys.is_disordered || keys.from.is_none() {
            return false;
        }
        self.restart();
        self.pass.without_id = without_id;
        self.pass.keys = KeyProgress {
            from: keys.from,
            rows_before: keys.rows_before,
            ..KeyProgress::default()
        };
        true
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;

    use super::*;
    use crate::domain::sync::{Follows, LastPass, NextPage, PageSeen, digest_of};

    const PAGE: usize = 3;
    const CAP: u64 = 9;
    const OVERLAP: i64 = 2;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    fn keys(order: Sorted, seconds: &[i64]) -> Option<PageKeys> {
        order.keys(seconds.iter().map(|second| Some(at(*second))))
    }

    #[test]
    fn only_keys_in_their_order_are_keys() {
        let oldest = Sorted::OldestFirst;
        let found = keys(oldest, &[1, 2, 2, 5]).unwrap();
        assert_eq!((found.first, found.last), (at(1), at(5)));
        assert_eq!(keys(oldest, &[1, 3, 2]), None);
        assert_eq!(keys(Sorted::NewestFirst, &[1, 2]), None);
        assert_eq!(oldest.keys([Some(at(1)), None].into_iter()), None);
        assert_eq!(oldest.keys(std::iter::empty()), None);
    }

    #[test]
    fn a_list_that_breaks_its_order_is_not_gone_on_with_by_key() {
        let by = ByKey {
            order: Sorted::OldestFirst,
            overlap: Duration::ZERO,
        };
        let mut walk = Walk::of(Pass::new(at(0), None, 1));
        walk.keys(by.order, keys(by.order, &[5, 6]));
        walk.keys(by.order, keys(by.order, &[6, 7]));
        assert!(walk.clone().go_on_by_key(by));
        // Each page is in order, and this one is of before.
        walk.keys(by.order, keys(by.order, &[2, 3]));
        assert!(!walk.go_on_by_key(by));
        walk.restart();
        walk.keys(by.order, keys(by.order, &[5, 6]));
        assert!(!walk.go_on_by_key(by), "it may do so again");
    }

    #[test]
    fn one_that_comes_no_further_ends() {
        let by = ByKey {
            order: Sorted::NewestFirst,
            overlap: Duration::from_secs(10),
        };
        let mut walk = Walk::of(Pass::new(at(0), None, 1));
        walk.keys(by.order, keys(by.order, &[50, 49]));
        assert!(walk.go_on_by_key(by));
        assert_eq!(walk.pass.keys.from, Some(at(59)));
        walk.keys(by.order, keys(by.order, &[50, 49]));
        assert!(
            !walk.go_on_by_key(by),
            "all that is shown is within the overlap"
        );
    }

    /// What happens before a page is asked for.
    #[derive(Debug, Clone, Copy)]
    enum Happens {
        Nothing,
        /// The execution ends here, and another one takes the pass up when its position has no meaning any more.
        Killed,
        /// A thing changes.
        Touched(u64),
    }

    /// A list that is asked by the key and id of the last thing seen, and shows no more than its cap.
    struct Vendor {
        order: Sorted,
        /// By id, the key.
        things: BTreeMap<u64, i64>,
    }

    impl Vendor {
        fn shown(&self, from: Option<Timestamp>) -> Vec<(i64, u64)> {
            let is_in = |key: i64| match self.order {
                Sorted::OldestFirst => from.is_none_or(|from| at(key) >= from),
                Sorted::NewestFirst => from.is_none_or(|until| at(key) <= until),
            };
            let things = self.things.iter().map(|(id, key)| (*key, *id));
            let sorted: BTreeSet<_> = things.filter(|(key, _)| is_in(*key)).collect();
            match self.order {
                Sorted::OldestFirst => sorted.into_iter().collect(),
                Sorted::NewestFirst => sorted.into_iter().rev().collect(),
            }
        }

        /// A page, and what is on it.
        fn page(&self, pass: &Pass) -> (PageSeen, Vec<(i64, u64)>) {
            let all = self.shown(pass.keys.from);
            let last: Option<(i64, u64)> = pass.cursor().map(|it| {
                let (key, id) = it.split_once('/').unwrap();
                (key.parse().unwrap(), id.parse().unwrap())
            });
            let is_behind = |thing: &(i64, u64)| match self.order {
                Sorted::OldestFirst => last.is_none_or(|last| *thing > last),
                Sorted::NewestFirst => last.is_none_or(|last| *thing < last),
            };
            let rest: Vec<_> = all.into_iter().filter(is_behind).collect();
            let page: Vec<_> = rest.iter().take(PAGE).copied().collect();
            let follows = match page.last() {
                Some((key, id)) if rest.len() > PAGE => Follows::At(format!("{key}/{id}")),
                _ => Follows::Nothing,
            };
            let names: Vec<String> = page.iter().map(|(_, id)| id.to_string()).collect();
            let seen = PageSeen {
                count: page.len() as u64,
                ids: digest_of(names.iter()),
                without_id: 0,
                is_counted_on: false,
                follows,
                total: None,
                size: None,
                at: at(0),
            };
            (seen, page)
        }
    }

    fn happens() -> impl Strategy<Value = Happens> {
        prop_oneof![
            8 => Just(Happens::Nothing),
            1 => Just(Happens::Killed),
            2 => (0..30_u64).prop_map(Happens::Touched),
        ]
    }

    proptest! {
        /// A pass that came to its end has seen everything that did not change meanwhile, however little of the list is shown.
        #[test]
        fn nothing_is_left_out(
            is_newest: bool,
            begins: Vec<u8>,
            mut script in prop::collection::vec(happens(), 0..40),
        ) {
            let order = if is_newest { Sorted::NewestFirst } else { Sorted::OldestFirst };
            let by = ByKey { order, overlap: Duration::from_secs(OVERLAP.unsigned_abs()) };
            let begins = begins.iter().take(30).enumerate();
            let things = begins.map(|(id, key)| (id as u64, i64::from(*key))).collect();
            let mut vendor = Vendor { order, things };
            let mut seen = BTreeSet::new();
            let mut touched = BTreeSet::new();
            let mut walk = Walk::of(Pass::new(at(0), None, 1));
            let mut clock = 1_000;
            for _ in 0..2_000 {
                match script.pop().unwrap_or(Happens::Nothing) {
                    Happens::Touched(id) if vendor.things.contains_key(&id) => {
                        clock += 1;
                        vendor.things.insert(id, clock);
                        touched.insert(id);
                    }
                    Happens::Killed => {
                        walk = Walk::of(walk.pass.clone());
                        if !walk.take_up_by_key(by) {
                            walk.restart();
                        }
                    }
                    Happens::Touched(_) | Happens::Nothing => {}
                }
                let (page, things) = vendor.page(&walk.pass);
                seen.extend(things.iter().map(|(_, id)| *id));
                if !things.is_empty() {
                    let keys = order.keys(things.iter().map(|(key, _)| Some(at(*key))));
                    walk.keys(order, keys);
                }
                let step = walk.take(&page, &LastPass::default()).unwrap();
                if walk.pass.rows >= CAP {
                    if !walk.go_on_by_key(by) {
                        // As many things changed at the same time.
                        return Ok(());
                    }
                } else if matches!(step, NextPage::End(_)) {
                    let left: Vec<_> = vendor.things.keys().filter(|id| !seen.contains(id)).collect();
                    prop_assert!(left.iter().all(|id| touched.contains(id)), "{left:?}");
                    return Ok(());
                }
            }
            prop_assert!(false, "the pass does not end");
        }
    }
}
