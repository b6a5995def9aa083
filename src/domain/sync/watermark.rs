//! Up to which time everything that changed was seen.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::gap::Gap;
use super::pass::Pass;

/// From this number on an epoch is in milliseconds: in seconds it would be the year 5138.
const MILLISECONDS_FROM: i64 = 100_000_000_000;

/// A vendor's time of change: RFC 3339, an epoch in seconds or milliseconds, or a day, of which the beginning is taken.
#[must_use]
pub fn moment(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(at);
    }
    if let Ok(epoch) = text.parse::<i64>() {
        return match epoch {
            MILLISECONDS_FROM.. => Timestamp::from_millisecond(epoch).ok(),
            _ => Timestamp::from_second(epoch).ok(),
        };
    }
    let local = text
        .parse::<DateTime>()
        .or_else(|_| text.parse::<Date>().map(DateTime::from))
        .ok()?;
    Some(local.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

impl Pass {
    /// Takes the vendor's clock, as an answer says it (`Date`, whole seconds) that came at `now`.
    pub fn vendor_says(&mut self, date: Option<Timestamp>, now: Timestamp) {
        self.ahead = self
            .ahead
            .or_else(|| Some(date?.as_second() - now.as_second()));
    }

    /// Whether something happened in a time, by our clock, that the vendor says of it by its own. What cannot be told did not.
    #[must_use]
    pub fn happened_in(&self, gap: &Gap, at: Timestamp) -> bool {
        // Both clocks were read in whole seconds: less than that is no difference.
        let Some(ahead) = self.ahead.filter(|ahead| ahead.abs() > 2) else {
            return gap.holds(at);
        };
        (ahead - 1..=ahead + 1).all(|ahead| {
            at.checked_sub(SignedDuration::from_secs(ahead))
                .is_ok_and(|at| gap.holds(at))
        })
    }

    /// Takes what an answer says of times: the vendor's clock at the first one, and the changes of the things on it.
    /// `updates` has nothing for a thing whose time of change cannot be read.
    pub fn clock(
        &mut self,
        date: Option<Timestamp>,
        updates: impl Iterator<Item = Option<Timestamp>>,
    ) {
        self.vendor_began = self.vendor_began.or(date);
        for at in updates {
            match at {
                Some(_) => self.newest = self.newest.max(at),
                None => self.undated = true,
            }
        }
    }

    /// The next watermark, once the pass has ended: the earliest of its first start by either clock and the newest change
    /// that was seen. Where changes have times and none was seen nothing is known of the vendor's clock, and the watermark
    /// stays. It never goes back, what was seen before stays seen, unless it lies in the future.
    #[must_use]
    pub fn watermark(&self, before: Option<Timestamp>, has_times: bool) -> Option<Timestamp> {
        let began = self
            .vendor_began
            .map_or(self.began, |at| at.min(self.began));
        let next = match self.newest {
            _ if !has_times || self.undated => Some(began),
            Some(newest) => Some(newest.min(began)),
            None => None,
        };
        // One of before that lies in the future was written by a wrong clock.
        next.max(before.filter(|before| *before <= self.began.max(began)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn times_are_read_as_vendors_write_them() {
        let noon = Some(at("2026-11-20T12:00:00Z"));
        for text in [
            "2026-11-20T12:00:00Z",
            "2026-11-20T13:00:00.000+0100",
            "1795176000",
            "1795176000000",
            "2026-11-20T12:00:00",
            "2026-11-20 12:00:00",
        ] {
            assert_eq!(moment(text), noon, "{text}");
        }
        assert_eq!(moment("2026-11-20"), Some(at("2026-11-20T00:00:00Z")));
        assert_eq!(moment("yesterday"), None);
    }

    #[test]
    fn what_happened_is_told_by_the_vendors_clock() {
        let gap = Gap {
            from: at("2026-11-20T12:00:00Z"),
            to: at("2026-11-20T12:01:00Z"),
        };
        let mut pass = Pass::new(gap.to, None, 1);
        assert!(pass.happened_in(&gap, gap.from), "nothing else is known");
        // The vendor's clock is 30 s ahead.
        pass.vendor_says(Some(at("2026-11-20T12:01:30Z")), gap.to);
        assert!(
            !pass.happened_in(&gap, at("2026-11-20T12:00:29Z")),
            "before"
        );
        assert!(pass.happened_in(&gap, at("2026-11-20T12:00:32Z")));
        assert!(pass.happened_in(&gap, at("2026-11-20T12:01:28Z")));
        assert!(!pass.happened_in(&gap, at("2026-11-20T12:01:31Z")), "after");
    }

    #[test]
    fn the_earliest_of_what_is_known_is_the_watermark() {
        let mut pass = Pass::new(at("2026-11-20T12:00:00Z"), None, 1);
        assert_eq!(pass.watermark(None, false), Some(pass.began));
        assert_eq!(pass.watermark(None, true), None, "nothing was seen");
        // The vendor's clock is 300 s behind.
        pass.clock(Some(at("2026-11-20T11:55:00Z")), std::iter::empty());
        assert_eq!(pass.watermark(None, false), pass.vendor_began);
        let newest = Some(at("2026-11-20T11:50:00Z"));
        pass.clock(Some(at("2026-11-20T11:59:00Z")), [newest].into_iter());
        assert_eq!(pass.watermark(None, true), newest);
        let later = Some(at("2026-11-20T11:54:00Z"));
        assert_eq!(pass.watermark(later, true), later, "it never goes back");
        pass.clock(None, [None].into_iter());
        assert_eq!(pass.watermark(None, true), pass.vendor_began);
        pass.clock(None, [Some(at("2027-01-01T00:00:00Z"))].into_iter());
        assert_eq!(
            pass.watermark(None, false),
            pass.vendor_began,
            "never in the future"
        );
    }
}
