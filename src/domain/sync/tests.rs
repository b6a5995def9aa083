//! Against a vendor that drops, cuts, refuses and changes rows between pages.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;

use jiff::Timestamp;
use proptest::prelude::*;

use super::*;
use crate::domain::id::ConnectionId;
use crate::domain::job::{Scope, Seen};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

fn scope() -> Scope {
    let id: ConnectionId = "con_01ARZ3NDEKTSV4RRFFQ69G5FAV".parse().unwrap();
    Scope::new(id, "thing".to_owned())
}

/// Marks in memory.
#[derive(Debug, Default)]
struct Marked(BTreeMap<Mark, BTreeSet<u64>>);

impl Marked {
    fn of(&mut self, mark: Mark) -> &mut BTreeSet<u64> {
        self.0.entry(mark).or_default()
    }
}

impl Marks for Marked {
    type Error = Infallible;

    fn set(&mut self, mark: Mark, number: u64, is_marked: bool) -> Result<bool, Infallible> {
        let of = self.of(mark);
        Ok(if is_marked {
            of.insert(number)
        } else {
            of.remove(&number)
        })
    }

    fn unseen_are_missed(&mut self, below: u64) -> Result<(), Infallible> {
        let seen = self.of(Mark::Seen).clone();
        let unseen = (0..below).filter(|n| !seen.contains(n)).collect();
        let missed = std::mem::replace(self.of(Mark::Missed), unseen);
        assert!(missed.is_subset(self.of(Mark::Missed)));
        Ok(())
    }

    fn missed_are_gone(&mut self, below: u64) -> Result<(), Infallible> {
        let missed = self.of(Mark::Missed).clone();
        assert!(missed.iter().all(|n| *n < below));
        let gone = std::mem::replace(self.of(Mark::Gone), missed);
        assert!(gone.is_subset(self.of(Mark::Gone)));
        Ok(())
    }

    fn forget_seen(&mut self, below: u64) -> Result<(), Infallible> {
        let seen = std::mem::take(self.of(Mark::Seen));
        assert!(seen.iter().all(|n| *n < below));
        Ok(())
    }
}

/// What happens at one request.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Happens {
    Nothing,
    /// A proxy drops what names the next page.
    Dropped,
    /// The page holds fewer things than there are.
    Cut,
    /// The position is refused.
    Refused,
    /// A thing vanishes before the page is read.
    Vanishes(u64),
    /// A thing appears.
    Appears(u64),
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Style {
    Link,
    Offset,
}

const SIZE: u64 = 4;

#[derive(Debug)]
struct Model {
    style: Style,
    there: BTreeSet<u64>,
    /// By id, how its row tells whether it was seen.
    here: BTreeMap<u64, Seen>,
    marks: Marked,
    /// By id, the whole pass that has seen it last.
    seen: BTreeMap<u64, u64>,
    /// With which request a program of format 9 begins to go on with what one before it has left.
    upgraded_at: i64,
    scope: Scope,
    known: LastPass,
    clock: i64,
    /// What was not there all the time of the pass.
    vanished: BTreeSet<u64>,
}

impl Model {
    fn page(&self, cursor: Option<&str>, happens: Happens) -> PageSeen {
        let from: u64 = cursor.map_or(0, |it| it.parse().unwrap());
        let rest: Vec<u64> = match self.style {
            Style::Link => self.there.range(from..).copied().collect(),
            Style::Offset => self
                .there
                .iter()
                .skip(usize::try_from(from).unwrap())
                .copied()
                .collect(),
        };
        let size = if happens == Happens::Cut {
            SIZE / 2
        } else {
            SIZE
        };
        let shown: Vec<u64> = rest
            .iter()
            .take(usize::try_from(size).unwrap())
            .copied()
            .collect();
        let has_more = rest.len() > shown.len();
        let follows = match self.style {
            Style::Offset if shown.is_empty() => Follows::Nothing,
            Style::Offset => Follows::Onward((from + shown.len() as u64).to_string()),
            Style::Link if has_more && happens != Happens::Dropped => {
                Follows::At((shown[shown.len() - 1] + 1).to_string())
            }
            Style::Link => Follows::Silence,
        };
        let names: Vec<String> = shown.iter().map(u64::to_string).collect();
        PageSeen {
            count: shown.len() as u64,
            ids: digest_of(names.iter().map(String::as_str)),
            without_id: 0,
            follows,
            is_counted_on: false,
            total: None,
            size: None,
            at: at(self.clock),
        }
    }

    fn shown(&self, cursor: Option<&str>, count: u64) -> Vec<u64> {
        let from: u64 = cursor.map_or(0, |it| it.parse().unwrap());
        let count = usize::try_from(count).unwrap();
        match self.style {
            Style::Link => self.there.range(from..).take(count).copied().collect(),
            Style::Offset => {
                let skipped = self.there.iter().skip(usize::try_from(from).unwrap());
                skipped.take(count).copied().collect()
            }
        }
    }

    /// One whole pass; whether it came to its end.
    fn pass(&mut self, script: &[Happens]) -> bool {
        let mut script = script.iter().copied();
        let mut pass = Pass::new(at(self.clock), None, 1);
        let Ok(number) = self.scope.begin_whole(&mut self.marks);
        pass.number = number;
        let (mut walk, mut drops, mut refusals) = (Walk::of(pass), 1, 1);
        let mut before = None;
        for _ in 0..200 {
            self.clock += 1;
            if self.clock == self.upgraded_at {
                self.is_of_before();
            }
            let mut happens = script.next().unwrap_or(Happens::Nothing);
            match happens {
                Happens::Vanishes(id) => {
                    self.there.remove(&id);
                    self.vanished.insert(id);
                }
                Happens::Appears(id) => drop(self.there.insert(id)),
                _ => {}
            }
            let cursor = walk.pass.cursor().map(str::to_owned);
            // What a proxy drops twice at one place, nobody can know.
            let last = self.page(cursor.as_deref(), Happens::Nothing).ids;
            if happens == Happens::Dropped && (drops == 0 || self.known.ended_on == Some(last)) {
                happens = Happens::Nothing;
            }
            // Nor whether a page is refused because there is none, when it is refused twice at one place.
            let is_known = self.known.ended_on.is_some() && self.known.ended_on == before;
            if happens == Happens::Refused && (refusals == 0 || is_known) {
                happens = Happens::Nothing;
            }
            drops -= i32::from(happens == Happens::Dropped);
            refusals -= i32::from(happens == Happens::Refused);
            let step = if happens == Happens::Refused {
                match walk.refused(false, &self.known) {
                    Ok(PageRefusal::Step(ended)) => Ok(NextPage::End(ended)),
                    Ok(PageRefusal::Anew) => Ok(NextPage::Again),
                    Ok(PageRefusal::Fail) | Err(_) => return false,
                }
            } else {
                let page = self.page(cursor.as_deref(), happens);
                for id in self.shown(cursor.as_deref(), page.count) {
                    let before = self.here.get(&id).copied();
                    let Ok(seen) = self.scope.saw(before, &mut self.marks);
                    self.here.insert(id, seen);
                    self.seen.insert(id, self.scope.pull);
                }
                before = Some(page.ids);
                walk.take(&page, &self.known)
            };
            match step {
                Ok(NextPage::Go | NextPage::Again) => {}
                Ok(NextPage::End(ended)) => {
                    self.end(&walk.pass, ended);
                    return true;
                }
                Err(_) => return false,
            }
        }
        panic!("the pass does not end");
    }

    fn end(&mut self, pass: &Pass, ended: PassEndClaim) {
        self.known = pass.known();
        let whole = WholePass {
            number: pass.number,
            moves: match self.style {
                Style::Offset => Moves::Shifting,
                Style::Link => Moves::Onward,
            },
            without_id: 0,
            rows: pass.rows,
            short: ended.short,
            is_absent: false,
            is_refused: false,
            began: pass.began,
            at: at(self.clock),
            accepted: None,
            full_every: None,
            again: std::time::Duration::from_secs(600),
        };
        let Ok(_) = self.scope.end_whole(&whole, &mut self.marks);
        let (mut gone, mut missed) = (0, 0);
        for (id, seen) in &self.seen {
            let is_gone = *seen < self.scope.last_full;
            assert_eq!(self.is_gone(*id), is_gone, "{id}");
            gone += u64::from(is_gone);
            missed += u64::from(*seen < self.scope.last_whole);
        }
        let counted = (self.scope.gone, self.scope.missed);
        assert_eq!(counted, (gone, missed), "counters are what rows say");
        assert_eq!(self.here.len() as u64, self.scope.total);
        assert!(self.marks.of(Mark::Seen).is_empty());
    }

    fn is_gone(&self, id: u64) -> bool {
        let seen = self.here[&id];
        let marked = self.marks.0.get(&Mark::Gone);
        let is_marked = |n| marked.is_some_and(|it| it.contains(&n));
        seen.is_gone(&self.scope, seen.number().is_some_and(is_marked))
    }

    /// What is here is as a program before format 9 has left it, wherever it stopped.
    fn is_of_before(&mut self) {
        for (id, seen) in &mut self.here {
            *seen = Seen::Pass(self.seen[id]);
        }
        self.marks = Marked::default();
        (self.scope.numbers, self.scope.marked_below) = (0, 0);
    }
}

fn happens() -> impl Strategy<Value = Happens> {
    prop_oneof![
        6 => Just(Happens::Nothing),
        1 => Just(Happens::Dropped),
        1 => Just(Happens::Cut),
        1 => Just(Happens::Refused),
        2 => (0..40_u64).prop_map(Happens::Vanishes),
        1 => (0..60_u64).prop_map(Happens::Appears),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// No thing that is there, unchanged for two passes that came to their end, is missing or gone.
    #[test]
    fn what_is_there_is_neither_missing_nor_gone(
        is_numbered: bool,
        first in 0..40_u64,
        upgraded_at in 0..40_i64,
        scripts in prop::collection::vec(prop::collection::vec(happens(), 0..20), 2..8),
    ) {
        let mut model = Model {
            style: if is_numbered { Style::Offset } else { Style::Link },
            there: (0..first).collect(),
            here: BTreeMap::new(),
            marks: Marked::default(),
            seen: BTreeMap::new(),
            upgraded_at,
            scope: scope(),
            known: LastPass::default(),
            clock: 0,
            vanished: BTreeSet::new(),
        };
        let mut before: Option<BTreeSet<u64>> = None;
        for (n, script) in scripts.iter().enumerate() {
            let mut script = script.clone();
            // By number, what vanishes during two passes on end may hide the same thing twice.
            if is_numbered && n % 2 == 1 {
                script.retain(|it| !matches!(it, Happens::Vanishes(_) | Happens::Appears(_)));
            }
            let began = model.there.clone();
            model.vanished.clear();
            if !model.pass(&script) {
                before = None;
                continue;
            }
            let stayed: BTreeSet<u64> = began.difference(&model.vanished).copied().collect();
            if let Some(before) = &before {
                for id in stayed.intersection(before) {
                    prop_assert!(model.here.contains_key(id), "{id} is missing");
                    prop_assert!(!model.is_gone(*id), "{id} is gone");
                }
            }
            before = Some(stayed);
        }
    }
}

#[test]
fn what_a_build_of_format_10_wrote_of_a_whole_pass_is_read() {
    let due: super::WholeDue = serde_json::from_str("\"next_time\"").unwrap();
    assert_eq!(due, super::WholeDue::Now);
}
