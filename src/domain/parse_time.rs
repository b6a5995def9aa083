//! Times as people type them.

use jiff::civil::Date;
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

#[cfg(test)]
mod tests {
    use super::*;

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
