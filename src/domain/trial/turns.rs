//! Whose turn it is to be refused: a vendor bears so many refusals a minute before it locks us out, and then refuses whatever it
//! is asked.

use std::time::Duration;

use jiff::Timestamp;

use crate::domain::id::RunId;
use crate::domain::saturating_time::saturating_later;

/// The runs whose proofs one host has before it, each in its turn: tokens of one run tell of each other, and go together.
#[derive(Debug, Default)]
pub struct Turns {
    /// In the order of their turns.
    taken: Vec<TakenTurn>,
}

/// A turn that a run has.
#[derive(Debug)]
struct TakenTurn {
    run: RunId,
    from: Timestamp,
    /// Until when its refusals count.
    until: Timestamp,
    refusals: u32,
}

/// What the proofs of a run need of a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Needed {
    /// How many refusals they cost.
    pub refusals: u32,
    /// Over how long these spread.
    pub span: Duration,
    /// For how long each counts.
    pub minute: Duration,
    /// How many the host bears within that time.
    pub budget: u32,
}

impl Turns {
    /// When it is this run's turn, which stays as it is until that is over. `refused` is how often the host has refused us
    /// of late, whatever was asked.
    ///
    /// What was reserved never adds up to more than the budget, but for a run that needs more by itself: it waits until it is
    /// alone.
    pub fn of(&mut self, run: &RunId, needed: Needed, refused: u32, now: Timestamp) -> Timestamp {
        self.taken.retain(|taken| taken.until > now);
        self.forget_after_a_changed_clock(needed, now);
        if let Some(from) = self.taken_by(run) {
            return from;
        }
        // Proofs that have begun explain as many as they may cost; the others are a sync's or a reader's.
        let others = refused.saturating_sub(self.counted(now));
        let minute_over = saturating_later(now, needed.minute);
        let latest = self.taken.last().map_or(now, |taken| taken.from);
        let mut from = latest.max(now);
        while let Some(over) = self.is_full(from, needed) {
            from = over;
        }
        if others > 0 && from < minute_over {
            let at_once = others + self.counted(from) + needed.refusals;
            if at_once > needed.budget {
                from = minute_over;
            }
        }
        self.taken.push(TakenTurn {
            run: run.clone(),
            from,
            until: saturating_later(saturating_later(from, needed.span), needed.minute),
            refusals: needed.refusals,
        });
        from
    }

    /// When it is this run's turn; none where it has none.
    #[must_use]
    pub fn taken_by(&self, run: &RunId) -> Option<Timestamp> {
        let own = self.taken.iter().find(|it| it.run == *run);
        own.map(|own| own.from)
    }

    /// Nothing more is asked for this run. A turn that has not come is given back; of one that has, the refusals still count.
    pub fn over(&mut self, run: &RunId, minute: Duration, now: Timestamp) {
        self.taken
            .retain(|taken| taken.run != *run || taken.from <= now);
        for taken in self.taken.iter_mut().filter(|it| it.run == *run) {
            taken.until = taken.until.min(saturating_later(now, minute));
        }
    }

    /// Whether nothing is left.
    #[must_use]
    pub fn is_empty(&self, now: Timestamp) -> bool {
        self.taken.iter().all(|taken| taken.until <= now)
    }

    /// No turn lies further ahead than all before it can explain, unless the clock was set back since.
    fn forget_after_a_changed_clock(&mut self, needed: Needed, now: Timestamp) {
        let each = needed.span + needed.minute;
        let most = each.saturating_mul(u32::try_from(self.taken.len()).unwrap_or(u32::MAX));
        let latest = self.taken.last().map(|taken| taken.from);
        if latest.is_some_and(|latest| latest > saturating_later(now, most)) {
            self.taken.clear();
        }
    }

    /// When the first of those in the way is over; none where there is room.
    fn is_full(&self, at: Timestamp, needed: Needed) -> Option<Timestamp> {
        let counted = self.counted(at);
        let is_room = counted == 0 || counted + needed.refusals <= needed.budget;
        let ends = self.taken.iter().map(|taken| taken.until);
        ends.filter(|until| *until > at).min().filter(|_| !is_room)
    }

    fn counted(&self, at: Timestamp) -> u32 {
        let counts = |taken: &&TakenTurn| taken.from <= at && at < taken.until;
        self.taken
            .iter()
            .filter(counts)
            .map(|taken| taken.refusals)
            .sum()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use ulid::Ulid;

    use super::*;

    const SPAN: Duration = Duration::from_secs(62);

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).unwrap()
    }

    fn run(number: usize) -> RunId {
        RunId::new(Ulid::from_parts(0, number as u128))
    }

    fn needed(refusals: u32, budget: u32) -> Needed {
        Needed {
            refusals,
            span: SPAN,
            minute: Duration::from_secs(60),
            budget,
        }
    }

    /// When each of so many is asked that come at once.
    fn turns(refusals: u32, budget: u32, count: usize) -> Vec<i64> {
        let mut turns = Turns::default();
        let of = |n| turns.of(&run(n), needed(refusals, budget), 0, at(0));
        (0..count).map(of).map(Timestamp::as_second).collect()
    }

    #[test]
    fn as_many_as_the_host_bears_go_at_once_and_the_others_after_them() {
        assert_eq!(turns(10, 30, 7), [0, 0, 0, 122, 122, 122, 244]);
    }

    #[test]
    fn what_needs_more_than_the_host_bears_goes_alone() {
        assert_eq!(turns(18, 10, 3), [0, 122, 244]);
    }

    #[test]
    fn a_run_keeps_its_turn_until_that_is_over() {
        let mut turns = Turns::default();
        let mut of = |n, now| turns.of(&run(n), needed(10, 10), 0, at(now)).as_second();
        assert_eq!([of(1, 0), of(2, 0), of(2, 60), of(1, 60)], [0, 122, 122, 0]);
        assert_eq!(of(1, 123), 244, "behind the second");
    }

    #[test]
    fn what_is_over_early_makes_room() {
        let minute = Duration::from_secs(60);
        let mut turns = Turns::default();
        turns.of(&run(1), needed(9, 10), 0, at(0));
        turns.of(&run(2), needed(9, 10), 0, at(0));
        turns.over(&run(2), minute, at(1));
        turns.over(&run(1), minute, at(1));
        assert_eq!(turns.taken_by(&run(2)), None, "it never came");
        assert_eq!(turns.of(&run(3), needed(9, 10), 0, at(1)), at(61));
    }

    #[test]
    fn a_clock_that_is_set_back_leaves_nobody_waiting() {
        let mut turns = Turns::default();
        turns.of(&run(1), needed(9, 10), 0, at(90_000));
        assert_eq!(turns.of(&run(2), needed(9, 10), 0, at(0)), at(0));
    }

    #[test]
    fn refusals_of_others_count() {
        let mut turns = Turns::default();
        assert_eq!(turns.of(&run(1), needed(9, 10), 2, at(0)), at(60));
        let mut turns = Turns::default();
        assert_eq!(turns.of(&run(1), needed(8, 10), 2, at(0)), at(0));
        // The first may have been refused as often by then.
        assert_eq!(turns.of(&run(2), needed(2, 10), 8, at(1)), at(1));
    }

    proptest! {
        /// Whenever runs come, and however early some are over: within any minute there are no more refusals than the
        /// budget, however each is spread over its time, and nobody overtakes.
        #[test]
        fn no_minute_has_more_than_the_budget(
            budget in 10u32..40,
            come in prop::collection::vec((0i64..300, 1u32..10, prop::option::of(0i64..62)), 1..30),
        ) {
            let mut come = come;
            come.sort_unstable();
            let mut turns = Turns::default();
            let mut all: Vec<(i64, u32, i64)> = Vec::new();
            for (n, (now, refusals, early)) in come.into_iter().enumerate() {
                for (n, (from, _, ends)) in all.iter().enumerate() {
                    if *ends <= now && *ends < from + 62 {
                        turns.over(&run(n), Duration::from_secs(60), at(*ends));
                    }
                }
                let from = turns.of(&run(n), needed(refusals, budget), 0, at(now)).as_second();
                prop_assert!(from >= now);
                let before = all.last().map_or(0, |(from, _, _)| *from);
                prop_assert!(from >= before, "{} overtook", n);
                all.push((from, refusals, from + early.unwrap_or(62)));
            }
            let horizon = all.iter().map(|(_, _, ends)| *ends).max().unwrap_or_default();
            for minute in 0..horizon {
                // Each may have been refused at the worst moments of its time.
                let within = all.iter().filter(|(from, _, ends)| *from < minute + 60 && *ends >= minute);
                let refusals: u32 = within.map(|(_, refusals, _)| refusals).sum();
                prop_assert!(refusals <= budget, "{} within the minute from {}", refusals, minute);
            }
        }
    }
}
