//! Times as people type them.

use jiff::civil::{Date, DateTime, Time};
use jiff::{Span, Timestamp, Zoned};
use thiserror::Error;

/// A text that is no time.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("{0} is no time: 2026-11-20T22:00:00Z, 2026-11-20, 30m, 2h, 3d or 2w are")]
pub struct NotATime(pub String);

/// A time as RFC 3339 writes it, the beginning of a day where `now` is, or a span before `now`.
///
/// # Errors
/// When it is none of these.
pub fn parse_time(text: &str, now: &Zoned) -> Result<Timestamp, NotATime> {
    let none = || NotATime(text.to_owned());
    if let Ok(at) = text.parse() {
        return Ok(at);
    }
    let zoned = match (text.parse::<Date>(), text.parse::<Span>()) {
        (Ok(day), _) => day.to_zoned(now.time_zone().clone()),
        (Err(_), Ok(span)) => now.checked_sub(span.abs()),
        (Err(_), Err(_)) => return Err(none()),
    };
    zoned.map(|at| at.timestamp()).map_err(|_| none())
}

/// Why a text is no time ahead.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum NotAhead {
    /// It is no time.
    #[error("{0} is no time: 2026-11-20T22:00:00Z, 22:00 and \"2026-11-20 22:00\" are")]
    NoTime(String),
    /// It is a time that is over.
    #[error("{0} is over already")]
    Over(String),
}

/// A time as RFC 3339 writes it, or one on the clock where `now` is: `HH:MM`, the next time that it shows that, or
/// `YYYY-MM-DD HH:MM`. A time that a clock skips in spring is as much later; one that it shows twice is the first.
///
/// # Errors
/// When it is none of these, or not after `now`.
pub fn ahead(text: &str, now: &Zoned) -> Result<Timestamp, NotAhead> {
    match on_clock(text, now) {
        Some(at) if at > now.timestamp() => Ok(at),
        Some(_) => Err(NotAhead::Over(text.to_owned())),
        None => Err(NotAhead::NoTime(text.to_owned())),
    }
}

fn on_clock(text: &str, now: &Zoned) -> Option<Timestamp> {
    if let Ok(at) = text.parse() {
        return Some(at);
    }
    if let Ok(time) = Time::strptime("%H:%M", text) {
        let next = [now.date(), now.date().saturating_add(Span::new().days(1))];
        let mut next = next.into_iter().filter_map(|day| {
            let at = day.to_datetime(time).to_zoned(now.time_zone().clone());
            at.ok().filter(|at| at > now)
        });
        return next.next().map(|at| at.timestamp());
    }
    let typed = DateTime::strptime("%Y-%m-%d %H:%M", text).ok()?;
    let zoned = typed.to_zoned(now.time_zone().clone());
    zoned.ok().map(|at| at.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_ahead_are_read_on_the_clock_of_the_place() {
        // In Berlin the clock goes from 02:00 to 03:00 on 28 March 2027, and back to 02:00 at 03:00 on 31 October.
        let now: Zoned = "2027-03-27T12:00:30+01:00[Europe/Berlin]".parse().unwrap();
        for (text, expected) in [
            ("2027-03-28T22:00:00Z", "2027-03-28T22:00:00Z"),
            ("2027-03-28T22:00:00+02:00", "2027-03-28T20:00:00Z"),
            ("12:01", "2027-03-27T11:01:00Z"),
            ("12:00", "2027-03-28T10:00:00Z"),
            ("02:30", "2027-03-28T01:30:00Z"),
            ("2027-10-31 02:30", "2027-10-31T00:30:00Z"),
            ("2027-12-24 23:59", "2027-12-24T22:59:00Z"),
        ] {
            assert_eq!(ahead(text, &now).unwrap().to_string(), expected, "{text}");
        }
        for text in [
            "",
            "noon",
            "25:00",
            "12:00:00",
            "2027-02-30 12:00",
            "2h",
            "2027-03-28",
            "+022:00",
        ] {
            assert_eq!(ahead(text, &now), Err(NotAhead::NoTime(text.to_owned())));
        }
        for text in [
            "2027-03-27 12:00",
            "2027-03-27T11:00:30Z",
            "2020-01-01T00:00:00Z",
        ] {
            assert_eq!(ahead(text, &now), Err(NotAhead::Over(text.to_owned())));
        }
    }

    #[test]
    fn moments_are_times_days_or_spans_before_now() {
        let now = "2026-11-20T12:00:00+01:00[+01:00]".parse().unwrap();
        for (text, expected) in [
            ("2026-11-20T22:00:00Z", "2026-11-20T22:00:00Z"),
            ("2026-11-20", "2026-11-19T23:00:00Z"),
            ("2h", "2026-11-20T09:00:00Z"),
            ("1w", "2026-11-13T11:00:00Z"),
        ] {
            assert_eq!(
                parse_time(text, &now).unwrap().to_string(),
                expected,
                "{text}"
            );
        }
        for text in ["yesterday-ish", "7", "99999999999999999d", ""] {
            assert_eq!(parse_time(text, &now), Err(NotATime(text.to_owned())));
        }
    }
}
