//! What of an answer is read.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::HeaderMap;

use crate::domain::provider::{Body, Headers, Response};

/// How much may be kept of a header, so that a hostile one does not end up in the record.
const HEADER_LIMIT: usize = 2048;

/// How much is read of the lines that lead from page to page.
const LINK_LIMIT: usize = 64 * 1024;

/// The `Link` lines of an answer. What was not read whole must not be taken for an end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum LinkHeader {
    /// All of them; empty where there is none.
    Read(String),
    /// Longer than 64 KiB together, or not text.
    Unreadable,
}

/// What a vendor answered: the body, and the headers.
#[derive(Debug, Clone)]
pub(crate) struct HttpAnswer {
    pub(crate) status: u16,
    pub(crate) request_id: Option<String>,
    pub(crate) retry_after: Option<Duration>,
    /// All `Link` lines as one list (RFC 9110 5.3).
    pub(crate) link: LinkHeader,
    /// `WWW-Authenticate` (RFC 6750 3).
    pub(crate) challenge: Option<String>,
    /// All of them, for the conditions of provider files.
    pub(crate) headers: Headers,
    pub(crate) body: Body,
}

impl HttpAnswer {
    pub(crate) fn is_2xx(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// When the vendor wrote it, by its own clock.
    pub(crate) fn date(&self) -> Option<Timestamp> {
        let date = jiff::fmt::rfc2822::parse(self.headers.get("date")?);
        date.ok().map(|date| date.timestamp())
    }

    /// As the matchers of a provider file see it.
    pub(crate) fn response(&self) -> Response<'_> {
        Response {
            status: self.status,
            headers: &self.headers,
            body: &self.body,
        }
    }
}

pub(super) fn head_of(status: u16, headers: &HeaderMap) -> HttpAnswer {
    let texts: BTreeMap<&str, &str> = headers
        .iter()
        .filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)))
        .filter(|(_, value)| value.len() <= HEADER_LIMIT)
        .collect();
    // A page may be challenged in several ways at once, and whatever a proxy adds stands beside the API's own.
    let challenges = headers.get_all(reqwest::header::WWW_AUTHENTICATE).iter();
    let challenges: Vec<_> = challenges
        .map(|value| String::from_utf8_lossy(value.as_bytes()))
        .collect();
    let challenge: String = challenges.join(", ").chars().take(HEADER_LIMIT).collect();
    HttpAnswer {
        status,
        request_id: texts
            .iter()
            .find(|(name, _)| names_a_request(name))
            .map(|(_, value)| (*value).to_owned()),
        retry_after: texts
            .get("retry-after")
            .map(|value| retry_after(value, texts.get("date").copied())),
        link: link(headers),
        challenge: Some(challenge).filter(|it| !it.is_empty()),
        headers: kept(headers),
        body: Body::from_bytes(b""),
    }
}

fn link(headers: &HeaderMap) -> LinkHeader {
    let mut all = String::new();
    for line in headers.get_all(reqwest::header::LINK) {
        let Ok(line) = std::str::from_utf8(line.as_bytes()) else {
            return LinkHeader::Unreadable;
        };
        if all.len() + line.len() > LINK_LIMIT {
            return LinkHeader::Unreadable;
        }
        all.push_str(line);
        all.push_str(", ");
    }
    LinkHeader::Read(all)
}

/// The headers that are text of a bearable length.
fn kept(headers: &HeaderMap) -> Headers {
    let lines = headers
        .iter()
        .filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)));
    lines
        .filter(|(_, value)| value.len() <= HEADER_LIMIT)
        .collect()
}

/// Vendors name it differently, and all of them end alike.
fn names_a_request(header: &str) -> bool {
    [
        "request-id",
        "requestid",
        "req-id",
        "correlation-id",
        "trace-id",
    ]
    .iter()
    .any(|end| header.ends_with(end))
}

/// RFC 9110 10.2.3: seconds, or a date, which is counted from the vendor's own `Date`: its clock wrote both. What cannot
/// be read still says that there is something to wait for.
fn retry_after(value: &str, date: Option<&str>) -> Duration {
    if let Ok(seconds) = value.trim().parse() {
        return Duration::from_secs(seconds);
    }
    let seconds = value.trim().parse().ok().map(f64::ceil);
    if let Some(wait) = seconds.and_then(|it| Duration::try_from_secs_f64(it).ok()) {
        return wait;
    }
    let at = |text: &str| {
        jiff::fmt::rfc2822::parse(text)
            .ok()
            .map(|time| time.timestamp())
    };
    let wait = at(value).zip(date.and_then(at));
    let wait = wait.map(|(until, now)| until.duration_since(now));
    wait.and_then(|wait| Duration::try_from(wait).ok())
        .unwrap_or_default()
}

/// An answer with these headers, for tests of what they mean.
#[cfg(test)]
pub(crate) fn answer_of(status: u16, headers: &[(&str, &str)]) -> HttpAnswer {
    let named = |(name, value): &(&str, &str)| {
        let name: reqwest::header::HeaderName = name.parse().unwrap();
        (name, value.parse().unwrap())
    };
    head_of(status, &headers.iter().map(named).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_are_seconds_or_dates() {
        let date = Some("Fri, 20 Nov 2026 23:00:00 GMT");
        assert_eq!(retry_after("7", None), Duration::from_secs(7));
        assert_eq!(retry_after("5.5", None), Duration::from_secs(6));
        assert_eq!(
            retry_after("Fri, 20 Nov 2026 23:00:09 GMT", date),
            Duration::from_secs(9)
        );
        assert_eq!(
            retry_after("Fri, 20 Nov 2026 22:00:00 GMT", date),
            Duration::ZERO
        );
        assert_eq!(retry_after("soon", date), Duration::ZERO);
    }

    #[test]
    fn request_ids_are_found_under_their_usual_names() {
        for name in [
            "x-request-id",
            "request-id",
            "x-vendor-request-id",
            "x-vendor-req-id",
            "x-correlation-id",
        ] {
            assert!(names_a_request(name), "{name}");
        }
    }
}
