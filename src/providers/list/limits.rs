//! How long vendors ask to be left alone, each family in its own headers.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use crate::domain::provider::{Body, wait_until};
use crate::providers::app::CallContext;
use crate::providers::http::Answer;

/// What is left, and when there is more: GitHub, GitLab, Okta, Zendesk, and the IETF's draft (RateLimit header fields).
const FAMILIES: [(&str, &str); 3] = [
    ("x-ratelimit-remaining", "x-ratelimit-reset"),
    ("x-rate-limit-remaining", "x-rate-limit-reset"),
    ("ratelimit-remaining", "ratelimit-reset"),
];
/// HubSpot: the length of the window that is used up, in milliseconds.
const HUBSPOT: &str = "x-hubspot-ratelimit-interval-milliseconds";

/// Whether the headers say that nothing is left.
pub(super) fn is_used_up(answer: &Answer) -> bool {
    let is_zero = |name: &str| answer.headers.get(name).map(str::trim) == Some("0");
    FAMILIES
        .iter()
        .any(|(left, reset)| is_zero(left) && answer.headers.get(reset).is_some())
}

/// Whether a GraphQL answer says that its cost was too high (Shopify).
pub(super) fn is_throttled(body: &Body) -> bool {
    let code = body.at("/errors/0/extensions/code");
    code.and_then(Value::as_str) == Some("THROTTLED")
}

/// How long the answer says to wait: `Retry-After` (RFC 9110 10.2.3), the header that the file names, those of the families,
/// Shopify's cost. None where it does not say.
pub(super) fn wait(context: &CallContext<'_>, answer: &Answer, now: Timestamp) -> Option<Duration> {
    let by_file = || context.app.file.limited.wait(&answer.response(), now);
    let by_family = || {
        FAMILIES
            .iter()
            .find_map(|(_, reset)| wait_until(answer.headers.get(reset)?, now))
    };
    let by_window = || {
        let window = answer.headers.get(HUBSPOT)?.trim().parse().ok()?;
        Some(Duration::from_millis(window))
    };
    answer
        .retry_after
        .or_else(by_file)
        .or_else(by_family)
        .or_else(by_window)
        .or_else(|| by_cost(&answer.body))
}

/// Shopify's bucket: what the query costs beyond what is there, at the rate at which it fills.
fn by_cost(body: &Body) -> Option<Duration> {
    let at = |name: &str| body.at(&format!("/extensions/cost/{name}"))?.as_f64();
    let missing = at("requestedQueryCost")? - at("throttleStatus/currentlyAvailable")?;
    let rate = at("throttleStatus/restoreRate").filter(|rate| *rate > 0.0)?;
    Duration::try_from_secs_f64((missing / rate).max(0.0).ceil()).ok()
}
