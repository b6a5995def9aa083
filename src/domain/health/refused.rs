//! A refusal beside which nothing passed: a gateway that refuses everybody for a moment says the same.

use std::time::Duration;

use jiff::Timestamp;

use crate::domain::saturating_time::saturating_later;
use crate::domain::trial::{ProofPace, has_passed};

/// Refusals of one token in a row, with no other answer in between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefusedSince {
    first: Timestamp,
    last: Timestamp,
    noes: usize,
}

impl RefusedSince {
    /// It was refused for the first time.
    #[must_use]
    pub fn first(at: Timestamp) -> Self {
        Self {
            first: at,
            last: at,
            noes: 1,
        }
    }

    /// It was refused, and what was said since is no refusal and no yes: the noes begin anew.
    #[must_use]
    pub fn anew(at: Timestamp) -> Self {
        Self {
            first: at,
            last: at,
            noes: 0,
        }
    }

    /// It was refused once more.
    #[must_use]
    pub fn again(self, at: Timestamp) -> Self {
        match self.noes {
            0 => Self::first(at),
            _ => Self {
                last: at,
                noes: self.noes + 1,
                ..self
            },
        }
    }

    /// Whether a refusal was the last that was said.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        self.noes > 0
    }

    /// Whether it has stood for the span of a proof, with as many noes.
    #[must_use]
    pub fn counts(&self, span: Duration) -> bool {
        self.noes >= ProofPace::SPREAD_NOES && has_passed(self.first, self.last, span)
    }

    /// When to ask again until it counts.
    #[must_use]
    pub fn next(&self, span: Duration) -> Timestamp {
        saturating_later(self.last, span / (ProofPace::SPREAD_NOES as u32 - 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPAN: Duration = Duration::from_secs(62);

    #[test]
    fn it_counts_when_it_still_stands_after_the_span() {
        let began = Timestamp::from_second(1000).unwrap();
        let mut refused = RefusedSince::first(began);
        for _ in 1..ProofPace::SPREAD_NOES {
            assert!(!refused.counts(SPAN), "{refused:?}");
            refused = refused.again(refused.next(SPAN));
        }
        assert!(refused.counts(SPAN), "{refused:?}");
        assert_eq!(refused.last, saturating_later(began, SPAN));
    }

    #[test]
    fn what_is_no_refusal_begins_the_noes_anew() {
        let began = Timestamp::from_second(1000).unwrap();
        let mut refused = RefusedSince::anew(began);
        assert!(!refused.is_refused());
        for _ in 0..ProofPace::SPREAD_NOES {
            assert!(!refused.counts(SPAN), "{refused:?}");
            refused = refused.again(refused.next(SPAN));
            assert!(refused.is_refused());
        }
        assert!(refused.counts(SPAN), "{refused:?}");
    }

    #[test]
    fn neither_many_noes_nor_a_long_time_are_enough() {
        let began = Timestamp::from_second(1000).unwrap();
        let at_once = (0..100).fold(RefusedSince::first(began), |it, _| it.again(began));
        assert!(!at_once.counts(SPAN));
        let late = RefusedSince::first(began).again(saturating_later(began, SPAN * 10));
        assert!(!late.counts(SPAN));
    }
}
