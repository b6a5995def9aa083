//! When a token is asked again, and how long that may take.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::domain::saturating_time::saturating_later;

/// How a proof spreads over time; `[proof]` in config.toml.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProofPace {
    /// Over how long the noes spread that a control stands beside.
    pub apart: Duration,
    /// Over how long the noes spread where there is no control.
    pub span: Duration,
    /// When a token is asked again that lives although its revocation was accepted, counted from the last call.
    pub looks: Vec<Duration>,
    /// After how long a refusal counts that nothing explains.
    pub long: Duration,
}

/// Noes in a row beside a control. n noes miss one replica of k that still takes the token with (1 - 1/k)^n.
pub const NOES: usize = 4;

/// When the noes without a control fall due, in parts of a thousand of [`ProofPace::span`]: about 0, 1, 5, 12, 20, 30, 41, 52 and
/// 62 seconds. Those in the middle come a little later or sooner each time, so that no outage keeps step with them.
const OFFSETS: [u32; 9] = [0, 16, 81, 195, 323, 490, 660, 830, 1000];

/// By so much, in parts of a thousand of [`ProofPace::span`].
const STRAY: u32 = 60;

/// Noes that lie further apart than this part of a thousand of [`ProofPace::span`] are no series: whatever passed in between was
/// seen by nobody.
const UNSEEN: u32 = 330;

/// A busy machine may be so late.
const LATE: Duration = Duration::from_secs(5);

/// What is kept sealed only for its proof is kept so long, in parts of a thousand of [`ProofPace::span`]: two minutes for 62 s.
const PATIENCE: u32 = 1936;

/// A proof is given so long however short its span is set: a busy machine takes that long to ask.
const LEAST: Duration = Duration::from_secs(10);

/// Whoever did not answer is not asked again sooner.
const SOONEST: Duration = Duration::from_millis(250);

impl Default for ProofPace {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self {
            apart: seconds(1),
            span: seconds(62),
            looks: vec![seconds(5), seconds(60), seconds(600)],
            long: seconds(24 * 3600),
        }
    }
}

impl ProofPace {
    /// How many noes are needed where there is no control.
    pub const SPREAD_NOES: usize = 5;

    /// How long a refusal counts against what a vendor bears: a minute for 62 s.
    #[must_use]
    pub fn minute(&self) -> Duration {
        self.span * 60 / 62
    }

    /// How often a token is looked at for its proof at most: over [`ProofPace::span`], and as often in a row as beside a control.
    #[must_use]
    pub const fn looks() -> u32 {
        (OFFSETS.len() + NOES) as u32
    }

    /// How long a token is kept sealed for a proof that lacks nothing but time.
    #[must_use]
    pub fn patience(&self) -> Duration {
        (self.span * PATIENCE / 1000).max(LEAST)
    }

    /// Between two noes beside a control.
    #[must_use]
    pub fn step(&self) -> Duration {
        self.apart / (NOES as u32 - 1)
    }

    /// When the next no of a spread series is due.
    #[must_use]
    pub fn next_of_series(&self, first: Timestamp, last: Timestamp) -> Timestamp {
        let middle = 2..OFFSETS.len() - 1;
        let stray = |at: usize| match middle.contains(&at) {
            true => strayed(first, at),
            false => 0,
        };
        let mut places = 0..OFFSETS.len();
        let due = OFFSETS.map(|offset| {
            let by = places.next().map_or(0, stray);
            saturating_later(first, self.span * (offset + by) / 1000)
        });
        due.into_iter()
            .find(|due| *due > last)
            .unwrap_or_else(|| saturating_later(last, self.span / 4))
    }

    /// When to ask again where the last answer said nothing.
    #[must_use]
    pub fn after_unclear(&self, last: Timestamp) -> Timestamp {
        saturating_later(last, (self.span * 81 / 1000).max(SOONEST))
    }

    /// When a token that lives after an accepted call is looked at next; none when that is over.
    #[must_use]
    pub fn next_look(&self, called: Timestamp, last: Timestamp) -> Option<Timestamp> {
        let due = self
            .looks
            .iter()
            .map(|look| saturating_later(called, *look));
        due.into_iter().find(|due| *due > last)
    }

    /// Whether noes that spread from `first` to `last` are far enough apart without a control.
    #[must_use]
    pub fn is_spread(&self, first: Timestamp, last: Timestamp) -> bool {
        has_passed(first, last, self.span)
    }

    /// Whether a series with this gap was watched all along.
    #[must_use]
    pub fn is_watched(&self, gap: SignedDuration) -> bool {
        let most = (self.span * UNSEEN / 1000).max(LATE);
        SignedDuration::try_from(most).is_ok_and(|most| gap <= most)
    }

    /// Whether this is shorter than what is claimed of a vendor rests on by default.
    #[must_use]
    pub fn is_shortened(&self) -> bool {
        let default = Self::default();
        self.apart < default.apart || self.span < default.span || self.long < default.long
    }
}

/// How much later than its place a no of a series is due, in parts of a thousand: another number in each series, and the same
/// one whenever it is asked for.
fn strayed(first: Timestamp, place: usize) -> u32 {
    let seed = first.as_nanosecond().unsigned_abs() + place as u128 * 7919;
    // A multiplicative hash (Knuth): neighbouring seeds land far apart.
    let spread = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40;
    u32::try_from(spread % u128::from(STRAY)).unwrap_or_default()
}

/// Whether so much time lies between two moments.
#[must_use]
pub fn has_passed(from: Timestamp, to: Timestamp, wait: Duration) -> bool {
    let wait = SignedDuration::try_from(wait).unwrap_or(SignedDuration::MAX);
    to.duration_since(from) >= wait
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).unwrap()
    }

    #[test]
    fn the_noes_without_a_control_fall_due_over_a_minute() {
        let pace = ProofPace::default();
        let mut last = at(1000);
        let mut due = Vec::new();
        let mut gap = SignedDuration::ZERO;
        while !pace.is_spread(at(1000), last) {
            let next = pace.next_of_series(at(1000), last);
            gap = gap.max(next.duration_since(last));
            due.push(next.as_second() - 1000);
            last = next;
        }
        assert_eq!(due.first(), Some(&0));
        assert_eq!(due.last(), Some(&62));
        assert_eq!(due.len(), 8, "{due:?}");
        assert!(pace.is_watched(gap));
        assert!(!pace.is_watched(SignedDuration::from_secs(21)));
        assert_eq!(pace.patience().as_secs(), 120);
    }

    #[test]
    fn no_two_series_are_looked_at_at_the_same_moments() {
        let pace = ProofPace::default();
        let third = |begin: i64| {
            let last = saturating_later(at(begin), Duration::from_secs(2));
            pace.next_of_series(at(begin), last)
                .duration_since(at(begin))
        };
        let all: std::collections::BTreeSet<_> = (0..50).map(third).collect();
        assert!(all.len() > 20, "{all:?}");
    }

    #[test]
    fn a_living_token_is_looked_at_three_times_more() {
        let pace = ProofPace::default();
        let next = |last| pace.next_look(at(0), at(last)).map(Timestamp::as_second);
        assert_eq!(next(1), Some(5));
        assert_eq!(next(5), Some(60));
        assert_eq!(next(61), Some(600));
        assert_eq!(next(600), None);
    }

    #[test]
    fn shorter_is_said_to_be() {
        assert!(!ProofPace::default().is_shortened());
        let quick = ProofPace {
            span: Duration::from_millis(100),
            ..ProofPace::default()
        };
        assert!(quick.is_shortened());
        assert_eq!(quick.patience(), LEAST);
    }
}
