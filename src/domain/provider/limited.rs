//! What too many requests are answered with, and how long to wait then.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::matcher::Matcher;
use super::response::Response;

/// From this number on a reset is a time and not a wait: 10^9 seconds are 31 years, and were over in 2001.
pub const EPOCH_FROM: i64 = 1_000_000_000;
/// From this number on it is a time in milliseconds: in seconds it would be the year 5138.
const MILLISECONDS_FROM: i64 = 100_000_000_000;

/// A matcher of answers to too many requests, and the header that says when the limit ends.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(from = "Fields", into = "Fields")]
pub struct Limited {
    /// Which answers they are.
    pub matcher: Matcher,
    /// The header with the end of the limit: seconds to wait, or an epoch in seconds or milliseconds; milliseconds to wait where
    /// its name ends in `-milliseconds`.
    pub reset: Option<String>,
}

impl Limited {
    /// Whether this is the answer to too many requests.
    #[must_use]
    pub fn matches(&self, response: &Response<'_>) -> bool {
        self.matcher.matches(response)
    }

    /// How long the answer says to wait, when its header says it.
    #[must_use]
    pub fn wait(&self, response: &Response<'_>, now: Timestamp) -> Option<Duration> {
        let name = self.reset.as_deref()?;
        let reset = response.headers.get(name)?;
        // A header that names its unit tells a length, and not a time.
        match name.to_ascii_lowercase().ends_with("-milliseconds") {
            true => reset.trim().parse().ok().map(Duration::from_millis),
            false => wait_until(reset, now),
        }
    }
}

/// The wait that a reset header means; zero when its time is over.
#[must_use]
pub fn wait_until(reset: &str, now: Timestamp) -> Option<Duration> {
    let number: i64 = reset.trim().parse().ok()?;
    let seconds = match number {
        MILLISECONDS_FROM.. => (number - now.as_millisecond()).div_euclid(1_000) + 1,
        EPOCH_FROM.. => number - now.as_second(),
        _ => number,
    };
    Some(Duration::from_secs(u64::try_from(seconds).unwrap_or(0)))
}

/// The table as it is written: a matcher's fields, and `reset` among them.
#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    status: Vec<u16>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pointer: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    equals: Option<Value>,
    #[serde(default, rename = "in", skip_serializing_if = "Vec::is_empty")]
    one_of: Vec<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    contains: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    header: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reset: Option<String>,
}

impl From<Fields> for Limited {
    fn from(fields: Fields) -> Self {
        Self {
            matcher: Matcher {
                status: fields.status,
                pointer: fields.pointer,
                equals: fields.equals,
                one_of: fields.one_of,
                contains: fields.contains,
                header: fields.header,
            },
            reset: fields.reset,
        }
    }
}

impl From<Limited> for Fields {
    fn from(Limited { matcher, reset }: Limited) -> Self {
        Self {
            status: matcher.status,
            pointer: matcher.pointer,
            equals: matcher.equals,
            one_of: matcher.one_of,
            contains: matcher.contains,
            header: matcher.header,
            reset,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::provider::{Body, Headers};

    #[test]
    fn a_reset_is_a_wait_or_a_time() {
        let now: Timestamp = "2026-11-28T12:00:00Z".parse().unwrap();
        let waits = |reset: &str| wait_until(reset, now).map(|wait| wait.as_secs());
        assert_eq!(waits("30"), Some(30));
        assert_eq!(waits(&(now.as_second() + 7).to_string()), Some(7));
        assert_eq!(
            waits(&(now.as_millisecond() + 6_500).to_string()),
            Some(7),
            "never before the time"
        );
        assert_eq!(waits(&(now.as_second() - 7).to_string()), Some(0));
        assert_eq!(waits("soon"), None);
    }

    #[test]
    fn a_limit_is_told_by_its_headers_and_says_how_long() {
        let limited: Limited = toml::from_str(
            "status = [403]\nheader = { \"X-RateLimit-Remaining\" = \"0\" }\nreset = \"X-RateLimit-Reset\"",
        )
        .unwrap();
        let answer = |left: &str| {
            let lines = [("x-ratelimit-remaining", left), ("x-ratelimit-reset", "9")];
            lines.into_iter().collect::<Headers>()
        };
        let body = Body::from_bytes(b"");
        let (full, free) = (answer("0"), answer("41"));
        let seen = |headers| Response {
            status: 403,
            headers,
            body: &body,
        };
        assert!(limited.matches(&seen(&full)) && !limited.matches(&seen(&free)));
        let wait = limited.wait(&seen(&full), Timestamp::UNIX_EPOCH);
        assert_eq!(wait, Some(Duration::from_secs(9)));
    }
}
