//! When a token is asked again, and how long that may take.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// How a proof spreads over time; `[proof]` in config.toml.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pace {
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

/// When the noes without a control fall due, in parts of a thousand of [`Pace::span`]: about 0, 1, 5, 20 and 62 seconds.
const OFFSETS: [u32; 5] = [0, 16, 81, 323, 1000];

/// What is kept sealed only for its proof is kept so long, in parts of a thousand of [`Pace::span`]: two minutes for 62 s.
const PATIENCE: u32 = 1936;

/// A proof is given so long however short its span is set: a busy machine takes that long to ask.
const LEAST: Duration = Duration::from_secs(10);

/// Whoever did not answer is not asked again sooner.
const SOONEST: Duration = Duration::from_millis(250);

impl Default for Pace {
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

impl Pace {
    /// How many noes are needed where there is no control.
    pub const SPREAD_NOES: usize = OFFSETS.len();

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
        let due = OFFSETS.map(|offset| after(first, self.span * offset / 1000));
        due.into_iter()
            .find(|due| *due > last)
            .unwrap_or_else(|| after(last, self.span / 4))
    }

    /// When to ask again where the last answer said nothing.
    #[must_use]
    pub fn after_unclear(&self, last: Timestamp) -> Timestamp {
        after(last, (self.span * 81 / 1000).max(SOONEST))
    }

    /// When a token that lives after an accepted call is looked at next; none when that is over.
    #[must_use]
    pub fn next_look(&self, called: Timestamp, last: Timestamp) -> Option<Timestamp> {
        let due = self.looks.iter().map(|look| after(called, *look));
        due.into_iter().find(|due| *due > last)
    }

    /// Whether noes that spread from `first` to `last` are far enough apart without a control.
    #[must_use]
    pub fn is_spread(&self, first: Timestamp, last: Timestamp) -> bool {
        has_passed(first, last, self.span)
    }

    /// Whether this is shorter than what is claimed of a vendor rests on by default.
    #[must_use]
    pub fn is_shortened(&self) -> bool {
        let default = Self::default();
        self.apart < default.apart || self.span < default.span || self.long < default.long
    }
}

/// The time so long after `at`.
#[must_use]
pub fn after(at: Timestamp, wait: Duration) -> Timestamp {
    at.checked_add(wait).unwrap_or(Timestamp::MAX)
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
        let pace = Pace::default();
        let mut last = at(1000);
        let mut due = Vec::new();
        for _ in 1..Pace::SPREAD_NOES {
            last = pace.next_of_series(at(1000), last);
            due.push(last.as_second() - 1000);
        }
        assert_eq!(due, [0, 5, 20, 62]);
        assert!(pace.is_spread(at(1000), last));
        assert_eq!(pace.patience().as_secs(), 120);
    }

    #[test]
    fn a_living_token_is_looked_at_three_times_more() {
        let pace = Pace::default();
        let next = |last| pace.next_look(at(0), at(last)).map(Timestamp::as_second);
        assert_eq!(next(1), Some(5));
        assert_eq!(next(5), Some(60));
        assert_eq!(next(61), Some(600));
        assert_eq!(next(600), None);
    }

    #[test]
    fn shorter_is_said_to_be() {
        assert!(!Pace::default().is_shortened());
        let quick = Pace {
            span: Duration::from_millis(100),
            ..Pace::default()
        };
        assert!(quick.is_shortened());
        assert_eq!(quick.patience(), LEAST);
    }
}
