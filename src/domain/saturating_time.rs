//! A time so much later.

use jiff::{Timestamp, TimestampArithmetic};

/// So much later, or as late as there is.
#[must_use]
pub fn saturating_later(at: Timestamp, by: impl Into<TimestampArithmetic>) -> Timestamp {
    at.checked_add(by).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn there_is_a_latest_time() {
        let at = Timestamp::UNIX_EPOCH;
        assert_eq!(saturating_later(at, Duration::from_secs(5)).as_second(), 5);
        assert_eq!(saturating_later(at, Duration::MAX), Timestamp::MAX);
    }
}
