//! How a list is asked for one side of a time.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::text::{Span, blank_is_none};

/// How to ask for what changed since a time, or not after one; without `param` there is no way. A fixed parameter of the same
/// name is what is sent when there is no such time.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimeParam {
    /// The parameter.
    #[serde(default, deserialize_with = "blank_is_none")]
    pub param: Option<String>,
    /// What the parameter says: a query, for vendors that filter by one. `{since}` (in `until`: `{until}`) stands in it for the
    /// time, `{since.minutes}` for how many minutes ago that is. Left out: the time alone.
    #[serde(default, deserialize_with = "blank_is_none")]
    pub text: Option<String>,
    /// How the time is written.
    #[serde(default)]
    pub format: TimeFormat,
    /// How much of what was seen is asked for again; 10 minutes when not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overlap: Option<Span>,
    /// In whose zone the vendor reads the time.
    #[serde(default, skip_serializing_if = "Zone::is_utc")]
    pub zone: Zone,
}

/// How much is asked for again when the file does not say: clocks differ, and indexes of vendors lag.
const OVERLAP: Duration = Duration::from_secs(10 * 60);
/// A day in another zone, or a time without its zone, is off by a day at most.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

impl TimeParam {
    /// What the parameter says of a time.
    #[must_use]
    pub fn written(&self, time: Timestamp, now: Timestamp) -> String {
        let written = match self.format {
            TimeFormat::Rfc3339 => time.to_string(),
            TimeFormat::Unix => time.as_second().to_string(),
            TimeFormat::UnixMs => time.as_millisecond().to_string(),
            TimeFormat::Date => time.strftime("%Y-%m-%d").to_string(),
        };
        let Some(text) = &self.text else {
            return written;
        };
        // Begun minutes count, so that nothing is left out.
        let seconds = now.as_second().saturating_sub(time.as_second()).max(0);
        let minutes = (seconds / 60 + 1).to_string();
        text.replace("{since.minutes}", &minutes)
            .replace("{since}", &written)
            .replace("{until}", &written)
    }

    /// How much of what was seen is asked for again, with what the vendor's zone may be off by.
    #[must_use]
    pub fn goes_back(&self) -> Duration {
        let overlap = self.overlap.as_ref().map_or(OVERLAP, Span::duration);
        if self.format == TimeFormat::Date || self.zone == Zone::User {
            overlap + DAY
        } else {
            overlap
        }
    }
}

/// In whose zone a vendor reads a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Zone {
    /// In UTC, as it is written.
    #[default]
    Utc,
    /// In the zone of whoever asks, whatever that is.
    User,
}

impl Zone {
    fn is_utc(&self) -> bool {
        *self == Self::Utc
    }
}

/// How a time is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeFormat {
    /// RFC 3339 in UTC.
    #[default]
    Rfc3339,
    /// Seconds since 1970.
    Unix,
    /// Milliseconds since 1970.
    UnixMs,
    /// The day alone.
    Date,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asks(text: &str) -> TimeParam {
        toml::from_str(text).unwrap()
    }

    #[test]
    fn times_are_written_as_the_vendor_reads_them() {
        let time: Timestamp = "2026-11-20T23:12:49Z".parse().unwrap();
        let now: Timestamp = "2026-11-20T23:14:50Z".parse().unwrap();
        for (param, meant) in [
            ("", "2026-11-20T23:12:49Z"),
            ("format = \"unix\"", "1795216369"),
            ("format = \"unix_ms\"", "1795216369000"),
            ("format = \"date\"", "2026-11-20"),
            (
                "text = \"updated >= '{since}' ORDER BY updated\"\nformat = \"date\"",
                "updated >= '2026-11-20' ORDER BY updated",
            ),
            ("text = \"<= {until}\"\nformat = \"unix\"", "<= 1795216369"),
            ("text = \"updated >= -{since.minutes}m\"", "updated >= -3m"),
        ] {
            assert_eq!(asks(param).written(time, now), meant, "{param}");
        }
        let ahead = asks("text = \"-{since.minutes}m\"").written(now, time);
        assert_eq!(ahead, "-1m", "the vendor's clock is ahead");
    }
}
