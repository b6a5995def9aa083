//! Which answers are no page, and why.

use super::PageError;
use super::empty::says_no;
use crate::domain::provider::ProbeSpec;
use crate::providers::app::CallContext;
use crate::providers::excerpt;
use crate::providers::http::HttpAnswer;
use crate::providers::limits;

/// Refuses an answer that is no page.
pub(super) fn refuse(context: &CallContext<'_>, answer: &HttpAnswer) -> Result<(), PageError> {
    let status = answer.status;
    if let Some(met) = limits::met(answer, &[&context.app.file.limited]) {
        return Err(PageError::RateLimited {
            retry_after: met.wait,
        });
    }
    match status {
        500..=599 => return Err(PageError::Outage { status }),
        _ if answer.body.is_html() => return Err(PageError::Outage { status }),
        _ => {}
    }
    let is_suspended = |probe: &ProbeSpec| probe.suspended.matches(&answer.response());
    if context.app.file.probe.as_ref().is_some_and(is_suspended) {
        return Err(refused(context, answer));
    }
    if status == 401 {
        return Err(unauthorized(context, answer));
    }
    // Some say with another status than 401 that the token is dead, as the probe describes: by more than a status, which a
    // list may be refused with for other reasons.
    let says_dead =
        |probe: &ProbeSpec| !probe.dead.is_status_alone() && probe.dead.matches(&answer.response());
    if context.app.file.probe.as_ref().is_some_and(says_dead) {
        return Err(unauthorized(context, answer));
    }
    match answer.is_2xx() && !answer.body.json().is_some_and(says_no) {
        true => Ok(()),
        false => Err(refused(context, answer)),
    }
}

fn unauthorized(context: &CallContext<'_>, answer: &HttpAnswer) -> PageError {
    PageError::Unauthorized {
        status: answer.status,
        excerpt: excerpt::of_body(&answer.body, &context.secrets()),
    }
}

/// The vendor's refusal, in its words.
pub(super) fn refused(context: &CallContext<'_>, answer: &HttpAnswer) -> PageError {
    PageError::Refused {
        status: answer.status,
        excerpt: excerpt::of_body(&answer.body, &context.secrets()),
    }
}
