//! Breadth first through every state that can be reached, so that the first violation found has the shortest way to it.
//!
//! States are told apart by 128 bits of hash, as checkers of this kind do: two of a million states meet with a probability of
//! 10^-27. A way is found again by walking it, so that no state is kept longer than until its steps are taken.

use std::collections::hash_map::{DefaultHasher, Entry};
use std::collections::{HashMap, VecDeque};
use std::fmt::Write;
use std::hash::{Hash, Hasher};

use crate::properties::{Property, is_quiet, violated};
use crate::races::Race;
use crate::state::World;
use crate::steps::{Fact, Steps};

/// What a search found.
pub(crate) struct Found {
    pub(crate) states: usize,
    pub(crate) violation: Option<Violation>,
}

/// A property that does not hold, and the way to where it does not.
pub(crate) struct Violation {
    pub(crate) property: Property,
    pub(crate) way: String,
}

/// A step on the way from one known state to another.
#[derive(Clone, Copy)]
struct Way {
    from: usize,
    /// Which of its steps.
    step: usize,
}

/// Walks through every state, or up to the first violation.
pub(crate) fn search(start: &World, race: Option<Race>) -> Found {
    let mut search = Search {
        start,
        race,
        known: HashMap::new(),
        ways: vec![Way { from: 0, step: 0 }],
        before: Vec::new(),
        quiet: vec![is_quiet(start)],
    };
    search.known.insert(key(start), 0);
    let violation = search.walk();
    Found {
        states: search.ways.len(),
        violation,
    }
}

struct Search<'a> {
    start: &'a World,
    race: Option<Race>,
    known: HashMap<u128, usize>,
    /// How each state was reached first.
    ways: Vec<Way>,
    /// Which state each step leads from, and to.
    before: Vec<(u32, u32)>,
    /// The states in which nothing is under way.
    quiet: Vec<bool>,
}

impl Search<'_> {
    fn walk(&mut self) -> Option<Violation> {
        let mut open = VecDeque::from([(0, self.start.clone())]);
        while let Some((from, world)) = open.pop_front() {
            for (step, taken) in Steps::of(&world, self.race).into_iter().enumerate() {
                if let Some(property) = violated(&world, &taken) {
                    return Some(self.violation(property, from, Some(step)));
                }
                let next = self.ways.len();
                let to = match self.known.entry(key(&taken.world)) {
                    Entry::Occupied(known) => *known.get(),
                    Entry::Vacant(new) => {
                        new.insert(next);
                        self.ways.push(Way { from, step });
                        self.quiet.push(is_quiet(&taken.world));
                        open.push_back((next, taken.world));
                        next
                    }
                };
                self.before.push((to as u32, from as u32));
            }
        }
        let stuck = self.stuck()?;
        Some(self.violation(Property::EverythingEnds, stuck, None))
    }

    /// A state from which none can be reached in which nothing is under way.
    fn stuck(&mut self) -> Option<usize> {
        self.before.sort_unstable();
        let mut can_end = self.quiet.clone();
        let quiet = (0..can_end.len()).filter(|state| self.quiet[*state]);
        let mut open: Vec<usize> = quiet.collect();
        while let Some(state) = open.pop() {
            let first = self
                .before
                .partition_point(|(to, _)| (*to as usize) < state);
            let into = self.before[first..].iter();
            for (_, from) in into.take_while(|(to, _)| *to as usize == state) {
                let from = *from as usize;
                if !can_end[from] {
                    can_end[from] = true;
                    open.push(from);
                }
            }
        }
        can_end.iter().position(|can_end| !can_end)
    }

    fn violation(&self, property: Property, last: usize, step: Option<usize>) -> Violation {
        let mut steps: Vec<usize> = step.into_iter().collect();
        let mut at = last;
        while at != 0 {
            steps.push(self.ways[at].step);
            at = self.ways[at].from;
        }
        let (mut world, mut way) = (self.start.clone(), String::new());
        let mut last_facts: Vec<Fact> = Vec::new();
        for step in steps.into_iter().rev() {
            let taken = Steps::of(&world, self.race).swap_remove(step);
            writeln!(way, "  {} [{}]", taken.name, taken.of).unwrap();
            (world, last_facts) = (taken.world, taken.facts);
        }
        writeln!(way, "{last_facts:?}\n{world:?}").unwrap();
        Violation { property, way }
    }
}

fn key(world: &World) -> u128 {
    let half = |salt: u8| {
        let mut hasher = DefaultHasher::new();
        salt.hash(&mut hasher);
        world.hash(&mut hasher);
        u128::from(hasher.finish())
    };
    half(0) << 64 | half(1)
}
