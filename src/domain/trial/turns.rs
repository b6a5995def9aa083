//! Whose turn it is to be refused: a vendor bears so many refusals a minute before it locks us out, and then refuses whatever it
//! is asked.

use std::time::Duration;

use jiff::Timestamp;

use crate::domain::id::CredentialId;
use crate::domain::later::later;

/// The proofs that one host has before it, each in its turn.
#[derive(Debug, Default)]
pub struct Turns {
    /// In the order of their turns.
    taken: Vec<Taken>,
}

/// A turn that a token has.
#[derive(Debug)]
struct Taken {
    credential: CredentialId,
    from: Timestamp,
    /// Until when its refusals count.
    until: Timestamp,
    minute: Duration,
    refusals: u32,
}

/// What a proof needs of a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Needed {
    /// How many refusals it costs at most.
    pub refusals: u32,
    /// Over how long they spread.
    pub span: Duration,
    /// For how long each counts.
    pub minute: Duration,
    /// How many refusals a minute the host bears.
    pub budget: u32,
}

impl Turns {
    /// When it is this token's turn, which stays as it is until that is over. `refused` is how often the host has refused us
    /// within the last minute, whatever was asked.
    ///
    /// No minute has more refusals than the budget, but for a proof that needs more by itself: it waits until it is alone.
    pub fn of(
        &mut self,
        credential: &CredentialId,
        needed: Needed,
        refused: u32,
        now: Timestamp,
    ) -> Timestamp {
        self.taken.retain(|taken| taken.until > now);
        if let Some(from) = self.taken_by(credential) {
            return from;
        }
        // Proofs that have begun explain as many as they may cost; the others are a sync's or a reader's.
        let others = refused.saturating_sub(self.counted(now));
        let minute_over = later(now, needed.minute);
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
        self.taken.push(Taken {
            credential: credential.clone(),
            from,
            until: later(later(from, needed.span), needed.minute),
            minute: needed.minute,
            refusals: needed.refusals,
        });
        from
    }

    /// When it is this token's turn; none where it has none.
    #[must_use]
    pub fn taken_by(&self, credential: &CredentialId) -> Option<Timestamp> {
        let own = self.taken.iter().find(|it| it.credential == *credential);
        own.map(|own| own.from)
    }

    /// The proof is over, and cost so many.
    pub fn settled(&mut self, credential: &CredentialId, refusals: u32, now: Timestamp) {
        let own = self.taken.iter_mut();
        for taken in own.filter(|it| it.credential == *credential && it.from <= now) {
            taken.refusals = refusals.min(taken.refusals);
            taken.until = taken.until.min(later(now, taken.minute));
        }
    }

    /// Whether nothing is left.
    #[must_use]
    pub fn is_empty(&self, now: Timestamp) -> bool {
        self.taken.iter().all(|taken| taken.until <= now)
    }

    /// When the first of those in the way is over; none where there is room.
    fn is_full(&self, at: Timestamp, needed: Needed) -> Option<Timestamp> {
        let counted = self.counted(at);
        let is_room = counted == 0 || counted + needed.refusals <= needed.budget;
        let ends = self.taken.iter().map(|taken| taken.until);
        ends.filter(|until| *until > at).min().filter(|_| !is_room)
    }

    fn counted(&self, at: Timestamp) -> u32 {
        let counts = |taken: &&Taken| taken.from <= at && at < taken.until;
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

    fn token(number: usize) -> CredentialId {
        CredentialId::new(Ulid::from_parts(0, number as u128))
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
        let of = |n| turns.of(&token(n), needed(refusals, budget), 0, at(0));
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
    fn a_token_keeps_its_turn_until_that_is_over() {
        let mut turns = Turns::default();
        let mut of = |n, now| turns.of(&token(n), needed(10, 10), 0, at(now)).as_second();
        assert_eq!([of(1, 0), of(2, 0), of(2, 60), of(1, 60)], [0, 122, 122, 0]);
        assert_eq!(of(1, 123), 244, "behind the second");
    }

    #[test]
    fn what_ended_early_makes_room() {
        let mut turns = Turns::default();
        turns.of(&token(1), needed(9, 10), 0, at(0));
        turns.settled(&token(1), 4, at(1));
        let second = turns.of(&token(2), needed(6, 10), 0, at(1));
        let third = turns.of(&token(3), needed(6, 10), 0, at(1));
        assert_eq!((second, third), (at(1), at(123)));
    }

    #[test]
    fn refusals_of_others_count() {
        let mut turns = Turns::default();
        assert_eq!(turns.of(&token(1), needed(9, 10), 2, at(0)), at(60));
        let mut turns = Turns::default();
        assert_eq!(turns.of(&token(1), needed(8, 10), 2, at(0)), at(0));
        // The first may have been refused as often by then.
        assert_eq!(turns.of(&token(2), needed(2, 10), 8, at(1)), at(1));
    }

    proptest! {
        /// Whenever tokens come, and however early some are settled: within any minute there are no more refusals than the
        /// budget, each is spread as it likes, and nobody overtakes.
        #[test]
        fn no_minute_has_more_than_the_budget(
            budget in 10u32..40,
            come in prop::collection::vec((0i64..300, 1u32..10, prop::option::of(0i64..62)), 1..30),
        ) {
            let mut come = come;
            come.sort_unstable();
            let mut turns = Turns::default();
            let mut all = Vec::new();
            for (n, (now, refusals, early)) in come.into_iter().enumerate() {
                for (n, (from, _, ends)) in all.iter().enumerate() {
                    let ends: i64 = *ends;
                    if ends <= now && ends < from + 62 {
                        turns.settled(&token(n), u32::MAX, at(ends));
                    }
                }
                let from = turns.of(&token(n), needed(refusals, budget), 0, at(now)).as_second();
                prop_assert!(from >= now);
                let before = all.last().map_or(0, |(from, _, _): &(i64, u32, i64)| *from);
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
