//! Which answers are no page, and why.

use jiff::Timestamp;

use super::empty::says_no;
use super::{PageError, limits};
use crate::domain::provider::ProbeSpec;
use crate::providers::app::CallContext;
use crate::providers::excerpt;
use crate::providers::http::Answer;

/// Refuses an answer that is no page.
pub(super) fn refuse(context: &CallContext<'_>, answer: &Answer) -> Result<(), PageError> {
    let status = answer.status;
    let limited = || PageError::RateLimited {
        retry_after: limits::wait(context, answer, Timestamp::now()),
    };
    let is_limited = context.app.file.limited.matches(&answer.response());
    match status {
        _ if is_limited => return Err(limited()),
        429 => return Err(limited()),
        403 if answer.retry_after.is_some() || limits::is_used_up(answer) => return Err(limited()),
        500..=599 => return Err(PageError::Outage { status }),
        _ if answer.body.is_html() => return Err(PageError::Outage { status }),
        401 => return Err(unauthorized(context, answer)),
        _ => {}
    }
    // Those who answer everything with one status say in the body that the token is dead, as the probe describes.
    let says_dead =
        |probe: &ProbeSpec| probe.dead.pointer.is_some() && probe.dead.matches(&answer.response());
    if context.app.file.probe.as_ref().is_some_and(says_dead) {
        return Err(unauthorized(context, answer));
    }
    let hidden = answer.body.hidden_error();
    if limits::is_throttled(&answer.body) {
        return Err(limited());
    }
    match hidden {
        Some("ratelimited" | "rate_limited") => Err(limited()),
        Some(_) => Err(refused(context, answer)),
        None if !answer.is_2xx() || answer.body.json().is_some_and(says_no) => {
            Err(refused(context, answer))
        }
        None => Ok(()),
    }
}

fn unauthorized(context: &CallContext<'_>, answer: &Answer) -> PageError {
    PageError::Unauthorized {
        status: answer.status,
        excerpt: excerpt::of_body(&answer.body, &context.secrets()),
    }
}

/// The vendor's refusal, in its words.
pub(super) fn refused(context: &CallContext<'_>, answer: &Answer) -> PageError {
    PageError::Refused {
        status: answer.status,
        excerpt: excerpt::of_body(&answer.body, &context.secrets()),
    }
}
