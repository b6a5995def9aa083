//! Where a call meets the fault that waits for it, is answered, and is written down.

use std::future::poll_fn;
use std::io;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::CONTENT_LENGTH;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use futures::stream;
use jiff::Timestamp;
use serde_json::json;

use super::call::{Answer, Call};
use super::calls::CallRecord;
use super::faults::{Endpoint, Fault, FaultMode, Foul};
use super::items;
use super::state::SandboxState;
use super::tcp::Knife;
use super::tokens::fingerprint;
use super::vendor::Vendor;
use super::vendors::Handler;

/// No vendor takes more in one request.
const LARGEST_REQUEST: usize = 1 << 20;
/// What the fault `huge` sends.
const HUGE: usize = 10 * 1024 * 1024;

/// Answers every address outside the control API.
pub(super) async fn answer(
    State(sandbox): State<Arc<SandboxState>>,
    ConnectInfo(knife): ConnectInfo<Knife>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let Some(vendor) = Vendor::of_path(parts.uri.path()) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let Ok(body) = to_bytes(body, LARGEST_REQUEST).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let log = sandbox.log();
    let mut call = Call::new(&parts, &body, sandbox.mint.hex(), log.count());
    let (endpoint, handler) = vendor.route(&call).unwrap_or((Endpoint::Other, not_found));
    let fault = sandbox.faults.take(vendor, endpoint);
    call.foul = match fault.as_ref().map(|fault| fault.mode) {
        Some(FaultMode::FoulNames) => Some(Foul::Bytes),
        Some(FaultMode::FoulText) => Some(Foul::Text),
        _ => None,
    };
    if endpoint == Endpoint::List {
        let delay = sandbox.vendor(vendor).settings.page_delay_ms;
        tokio::time::sleep(Duration::from_millis(delay)).await;
    }
    let (outcome, acted) = decide(&sandbox, vendor, handler, &call, fault.as_ref());
    log.record(CallRecord {
        seq: 0,
        at: Timestamp::now(),
        vendor,
        endpoint,
        method: call.method.to_string(),
        path: call.bare_path(),
        token: call.presented_token().map(fingerprint),
        status: outcome.status(),
        acted,
        fault: fault.map(|fault| fault.mode),
        request_id: call.request_id.clone(),
    });
    let mut response = outcome.respond(&knife).await;
    if let Ok(id) = HeaderValue::from_str(&call.request_id) {
        response
            .headers_mut()
            .insert(vendor.profile().request_id_header, id);
    }
    response
}

/// What the client will see.
enum Outcome {
    Whole(Answer),
    Half(Answer),
    Silence,
    Cut,
}

/// What the client will see, and whether the vendor did anything.
fn decide(
    sandbox: &SandboxState,
    vendor: Vendor,
    handler: Handler,
    call: &Call,
    fault: Option<&Fault>,
) -> (Outcome, bool) {
    let act = || {
        let mut current = sandbox.vendor(vendor);
        let mut next = current.clone();
        let answer = handler(&mut next, call);
        let acted = next != *current;
        *current = next;
        (answer, acted)
    };
    let Some(fault) = fault else {
        let (answer, acted) = act();
        return (Outcome::Whole(answer), acted);
    };
    let outcome = match fault.mode {
        FaultMode::DropAfterActing => return (Outcome::Cut, act().1),
        FaultMode::HangAfterActing => return (Outcome::Silence, act().1),
        FaultMode::HalfReply => {
            let (answer, acted) = act();
            return (Outcome::Half(answer), acted);
        }
        FaultMode::FoulNames | FaultMode::FoulText => {
            let (mut answer, acted) = act();
            items::break_utf8(&mut answer);
            return (Outcome::Whole(answer), acted);
        }
        FaultMode::Lie200 => Outcome::Whole(pretend(sandbox, vendor, handler, call)),
        FaultMode::DropBeforeActing => Outcome::Cut,
        FaultMode::Hang => Outcome::Silence,
        FaultMode::Status503 => Outcome::Whole(Answer::text(
            StatusCode::SERVICE_UNAVAILABLE,
            "text/plain",
            "upstream connect error or disconnect/reset before headers".to_owned(),
        )),
        FaultMode::RateLimited => Outcome::Whole((vendor.profile().limited)(fault.retry_after)),
        FaultMode::ErrorInside => Outcome::Whole(Answer::json(
            StatusCode::OK,
            &(vendor.profile().error_inside)(),
        )),
        FaultMode::Html => Outcome::Whole(Answer::html(
            StatusCode::OK,
            "<!doctype html><title>Maintenance</title><h1>We will be back soon</h1>".to_owned(),
        )),
        FaultMode::Huge => Outcome::Whole(Answer::json(
            StatusCode::OK,
            &json!({ "ok": true, "padding": "x".repeat(HUGE) }),
        )),
    };
    (outcome, false)
}

/// The vendor's own words for success, from a copy in which nothing has ever died; the copy is thrown away.
fn pretend(sandbox: &SandboxState, vendor: Vendor, handler: Handler, call: &Call) -> Answer {
    let mut copy = sandbox.vendor(vendor).clone();
    copy.tokens.revive_all();
    handler(&mut copy, call)
}

fn not_found(_state: &mut super::state::VendorState, _call: &Call) -> Answer {
    Answer::json(StatusCode::NOT_FOUND, &json!({ "message": "Not Found" }))
}

impl Outcome {
    fn status(&self) -> Option<u16> {
        match self {
            Self::Whole(answer) | Self::Half(answer) => Some(answer.status.as_u16()),
            Self::Silence | Self::Cut => None,
        }
    }

    async fn respond(self, knife: &Knife) -> Response {
        match self {
            Self::Whole(answer) => answer.into_response(),
            Self::Half(answer) => half(answer),
            Self::Silence => {
                knife.is_cut().await;
                Response::new(Body::empty())
            }
            Self::Cut => {
                knife.cut();
                Response::new(Body::empty())
            }
        }
    }
}

/// Announces the whole body, sends half of it, and ends in an error, upon which the connection is closed.
fn half(mut answer: Answer) -> Response {
    if answer.body.is_empty() {
        // An answer that has no body gets one that never arrives.
        answer.status = StatusCode::OK;
        answer.body = b"{\"ok\":true}".to_vec();
    }
    let whole = answer.body.len();
    answer.body.truncate(whole / 2);
    let half = Bytes::from(std::mem::take(&mut answer.body));
    // The pause between the two lets the first half leave: an error that follows at once takes the headers with it.
    let parts = stream::unfold(Some(half), |half| async move {
        match half {
            Some(half) if !half.is_empty() => Some((Ok(half), Some(Bytes::new()))),
            _ => {
                pause_once().await;
                Some((Err(io::Error::from(io::ErrorKind::ConnectionAborted)), None))
            }
        }
    });
    let mut response = answer.into_response();
    *response.body_mut() = Body::from_stream(parts);
    response
        .headers_mut()
        .insert(CONTENT_LENGTH, HeaderValue::from(whole));
    response
}

async fn pause_once() {
    let mut paused = false;
    poll_fn(|cx| {
        if paused {
            return Poll::Ready(());
        }
        paused = true;
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
