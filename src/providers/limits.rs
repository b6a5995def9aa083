//! Too many requests, however a vendor says it: by status, by headers, by a word, or as its file describes it.

use std::time::Duration;

use jiff::Timestamp;

use super::http::HttpAnswer;
use crate::domain::health::Headroom;
use crate::domain::provider::{Body, Limited, wait_until};

/// Headers that say how many requests are left, none of which is an RFC's yet: GitHub, Okta, Zendesk and Shopify's
/// partners; Twitter and Discord; draft-ietf-httpapi-ratelimit-headers before version 8.
const LEFT: [&str; 3] = [
    "x-ratelimit-remaining",
    "x-rate-limit-remaining",
    "ratelimit-remaining",
];
/// Headers that say how many there are in all, by the same vendors.
const LIMITS: [&str; 3] = ["x-ratelimit-limit", "x-rate-limit-limit", "ratelimit-limit"];
/// Headers that say when there are more, by the same vendors.
const RESETS: [&str; 3] = ["x-ratelimit-reset", "x-rate-limit-reset", "ratelimit-reset"];

/// A limit that was met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LimitMet {
    /// How long the vendor says to wait, where it does.
    pub(crate) wait: Option<Duration>,
}

/// The limit that an answer tells of, by what is declared of this call and its provider or by what HTTP and vendors
/// usually say. An answer of success is none, unless it is declared to be one.
pub(crate) fn met(answer: &HttpAnswer, declared: &[&Limited]) -> Option<LimitMet> {
    let response = answer.response();
    // A reset is a time of the vendor's clock.
    let now = answer.date().unwrap_or_else(Timestamp::now);
    let known = declared.iter().find(|it| it.matches(&response));
    if known.is_none() && !is_usual(answer) {
        return None;
    }
    let said = known.and_then(|it| it.wait(&response, now));
    Some(LimitMet {
        wait: answer
            .retry_after
            .or(said)
            .or_else(|| until_reset(answer, now))
            .or_else(|| by_cost(&answer.body)),
    })
}

/// How long there are no more requests, where an answer says that it was the last one.
pub(crate) fn rests(answer: &HttpAnswer) -> Option<Duration> {
    let now = answer.date().unwrap_or_else(Timestamp::now);
    let wait = until_reset(answer, now).filter(|_| is_used_up(answer));
    wait.filter(|wait| !wait.is_zero())
}

/// How long it is until there are more, by the usual headers.
fn until_reset(answer: &HttpAnswer, now: Timestamp) -> Option<Duration> {
    let reset = RESETS.iter().find_map(|name| answer.headers.get(name));
    reset.and_then(|reset| wait_until(reset, now))
}

/// How many requests the answer says are left; none where it does not say of how many.
pub(crate) fn headroom(answer: &HttpAnswer) -> Option<Headroom> {
    // `RateLimit-Limit` may go on with its policies, behind a comma.
    let number = |name: &&str| {
        let text = answer.headers.get(name)?;
        text.split(',').next()?.trim().parse::<u64>().ok()
    };
    let (left, of) = (
        LEFT.iter().find_map(number)?,
        LIMITS.iter().find_map(number)?,
    );
    Some(Headroom { left, of })
}

/// A GraphQL answer with its cost (Shopify, "API rate limits"): what the query costs beyond what is there, at the rate at which
/// the bucket fills.
fn by_cost(body: &Body) -> Option<Duration> {
    let at = |name: &str| body.at(&format!("/extensions/cost/{name}"))?.as_f64();
    let missing = at("requestedQueryCost")? - at("throttleStatus/currentlyAvailable")?;
    let rate = at("throttleStatus/restoreRate").filter(|rate| *rate > 0.0)?;
    Duration::try_from_secs_f64((missing / rate).max(0.0).ceil()).ok()
}

/// Whether HTTP or a usual word or header says it.
fn is_usual(answer: &HttpAnswer) -> bool {
    match answer.status {
        // RFC 6585 4.
        429 => true,
        // A refusal that names an end, or with nothing left and an end: GitHub's primary and secondary limits.
        403 => answer.retry_after.is_some() || is_used_up(answer) || is_named(answer),
        200..=499 => is_named(answer),
        _ => false,
    }
}

fn is_used_up(answer: &HttpAnswer) -> bool {
    let header = |name: &&str| answer.headers.get(name);
    LEFT.iter()
        .filter_map(header)
        .any(|left| left.trim() == "0")
        && RESETS.iter().any(|name| answer.headers.get(name).is_some())
}

/// Whether the answer's error names a limit.
fn is_named(answer: &HttpAnswer) -> bool {
    const CODES: [&str; 8] = [
        "/code",
        "/error/code",
        "/error/status",
        "/error/errors/0/reason",
        "/errors/0/code",
        "/errors/0/extensions/code",
        "/0/errorCode",
        "/errorCode",
    ];
    let body = &answer.body;
    let is_refused = !answer.is_2xx() || body.hidden_error().is_some();
    let codes = CODES.iter().filter_map(|at| body.at(at)?.as_str());
    is_refused && body.hidden_error().into_iter().chain(codes).any(is_word)
}

/// Whether this word of a vendor means too many requests, letter case and what stands between its parts aside.
pub(crate) fn is_word(word: &str) -> bool {
    const PARTS: [&str; 6] = [
        "ratelimit",
        "toomanyrequests",
        "throttled",
        "requestlimitexceeded",
        "quotaexceeded",
        "slowdown",
    ];
    // A sentence that mentions a limit is not the vendor's code for it.
    let is_code = word.len() <= 40 && !word.contains(char::is_whitespace);
    let letters = word.chars().filter(char::is_ascii_alphanumeric);
    let bare = letters.collect::<String>().to_ascii_lowercase();
    is_code && PARTS.iter().any(|part| bare.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::providers::http::answer_of;

    fn wait(status: u16, headers: &[(&str, &str)], body: &str) -> Option<Option<u64>> {
        let mut answer = answer_of(status, headers);
        answer.body = Body::from_bytes(body.as_bytes());
        met(&answer, &[]).map(|met| met.wait.map(|wait| wait.as_secs()))
    }

    const DATE: (&str, &str) = ("date", "Sat, 28 Nov 2026 12:00:00 GMT");

    #[test]
    fn nothing_left_and_a_reset_is_a_limit_by_the_vendors_clock() {
        // docs.github.com, "Rate limits for the REST API".
        let github = [
            ("x-ratelimit-remaining", "0"),
            ("x-ratelimit-reset", "1795867207"),
            DATE,
        ];
        assert_eq!(wait(403, &github, "{}"), Some(Some(7)));
        let left = [("x-ratelimit-remaining", "9"), ("x-ratelimit-reset", "7")];
        assert_eq!(wait(403, &left, "{}"), None);
        // The last request that was allowed, and what it was answered.
        assert_eq!(wait(401, &github, "{}"), None);
        assert_eq!(wait(200, &github, "{}"), None);
        assert_eq!(wait(403, &github[..1], "{}"), None, "without an end");
        assert_eq!(wait(403, &[("retry-after", "3")], ""), Some(Some(3)));
        assert_eq!(wait(429, &[("ratelimit-reset", "5")], ""), Some(Some(5)));
        assert_eq!(wait(429, &[], ""), Some(None));
    }

    #[test]
    fn the_last_request_that_was_allowed_says_how_long_there_are_none() {
        let read = |headers: &[(&str, &str)]| limits_of(headers).map(|it| it.as_secs());
        let none = ("x-ratelimit-remaining", "0");
        let reset = ("x-ratelimit-reset", "1795867207");
        assert_eq!(read(&[none, reset, DATE]), Some(7));
        assert_eq!(read(&[none, ("x-ratelimit-reset", "2"), DATE]), Some(2));
        assert_eq!(read(&[none, DATE]), None);
        assert_eq!(read(&[("x-ratelimit-remaining", "1"), reset, DATE]), None);
        // Its time is over.
        assert_eq!(read(&[none, ("x-ratelimit-reset", "0"), DATE]), None);
    }

    fn limits_of(headers: &[(&str, &str)]) -> Option<Duration> {
        rests(&answer_of(200, headers))
    }

    #[test]
    fn what_is_left_is_read_where_it_says_of_how_many() {
        let read = |headers: &[(&str, &str)]| {
            headroom(&answer_of(200, headers)).map(|it| (it.left, it.of))
        };
        let left = ("x-ratelimit-remaining", "41");
        assert_eq!(
            read(&[left, ("x-ratelimit-limit", "5000")]),
            Some((41, 5000))
        );
        assert_eq!(read(&[left]), None);
        let policy = ("ratelimit-limit", "100, 100;w=60");
        assert_eq!(
            read(&[("ratelimit-remaining", "7"), policy]),
            Some((7, 100))
        );
    }

    #[test]
    fn limits_have_names() {
        for said in [
            // developers.google.com, "Resolve errors".
            r#"{"error":{"code":403,"errors":[{"reason":"userRateLimitExceeded"}],"status":"PERMISSION_DENIED"}}"#,
            // Salesforce, "Status Codes and Error Responses".
            r#"[{"errorCode":"REQUEST_LIMIT_EXCEEDED","message":"TotalRequests Limit exceeded."}]"#,
            r#"{"errors":[{"message":"x","extensions":{"code":"THROTTLED"}}]}"#,
            r#"{"error":"rate_limit_exceeded"}"#,
        ] {
            assert_eq!(wait(403, &[], said), Some(None), "{said}");
        }
        assert_eq!(
            wait(200, &[], r#"{"ok":false,"error":"ratelimited"}"#),
            Some(None)
        );
        assert_eq!(wait(200, &[], r#"{"code":"ratelimited"}"#), None);
        assert_eq!(wait(403, &[], r#"{"error":"access_denied"}"#), None);
    }
}
