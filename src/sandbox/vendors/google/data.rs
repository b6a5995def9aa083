//! Gmail's messages and Calendar's events.

use axum::http::StatusCode;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::sandbox::accounts::account;
use crate::sandbox::call::put;
use crate::sandbox::call::{Answer, Call};
use crate::sandbox::items::{self, Row};
use crate::sandbox::state::VendorState;
use crate::sandbox::tokens::Token;

pub(super) fn profile(state: &mut VendorState, call: &Call) -> Answer {
    let token = match allowed(state, call, "gmail") {
        Ok(token) => token,
        Err(refusal) => return refusal,
    };
    let reply = json!({
        "emailAddress": account(&token.account).map(|account| account.email),
        "messagesTotal": state.settings.items,
        "threadsTotal": state.settings.items,
        "historyId": "9000",
    });
    Answer::json(StatusCode::OK, &reply)
}

/// Only ids: each message has to be asked for on its own.
pub(super) fn messages(state: &mut VendorState, call: &Call) -> Answer {
    if let Err(refusal) = allowed(state, call, "gmail") {
        return refusal;
    }
    let after = call.query("q").and_then(|query| {
        query
            .split_whitespace()
            .find_map(|word| word.strip_prefix("after:"))
    });
    let since = after.map(|after| Timestamp::from_second(after.parse().ok()?).ok());
    let (Some(since), Some(start)) = (since.map_or(Some(None), |it| it.map(Some)), start(call))
    else {
        return bad_request("Invalid value");
    };
    let size = call.number("maxResults").unwrap_or(100).clamp(1, 500);
    let rows = items::rows(state, "messages", state.settings.items, since);
    let (page, next) = items::page(&rows, start, size);
    let ids = page.iter().map(|row| {
        let id = message_id(row);
        json!({ "id": id, "threadId": id })
    });
    let reply = json!({ "messages": ids.collect::<Vec<_>>(), "resultSizeEstimate": rows.len() });
    paged(reply, next)
}

pub(super) fn message(state: &mut VendorState, call: &Call) -> Answer {
    if let Err(refusal) = allowed(state, call, "gmail") {
        return refusal;
    }
    let rows = items::rows(state, "messages", state.settings.items, None);
    let asked = call.segments().last().copied().unwrap_or_default();
    let Some(row) = rows.iter().find(|row| message_id(row) == asked) else {
        let why = "Requested entity was not found.";
        return error(StatusCode::NOT_FOUND, "NOT_FOUND", "notFound", why);
    };
    let reply = json!({
        "id": asked,
        "threadId": asked,
        "snippet": items::title(call, row.index),
        "internalDate": row.updated_at.as_millisecond().to_string(),
        "payload": { "headers": [
            { "name": "Subject", "value": items::title(call, row.index) },
            { "name": "From", "value": items::person(call, row.index) },
        ] },
    });
    Answer::json(StatusCode::OK, &reply)
}

pub(super) fn events(state: &mut VendorState, call: &Call) -> Answer {
    if let Err(refusal) = allowed(state, call, "calendar") {
        return refusal;
    }
    if call
        .query("syncToken")
        .is_some_and(|token| token != "synced")
    {
        let why = "Sync token is no longer valid, a full sync is required.";
        return error(StatusCode::GONE, "GONE", "fullSyncRequired", why);
    }
    let since = call.query("updatedMin").map(str::parse::<Timestamp>);
    let (Ok(since), Some(start)) = (since.transpose(), start(call)) else {
        return bad_request("Bad Request");
    };
    let size = call.number("maxResults").unwrap_or(250).clamp(1, 2_500);
    let rows = items::rows(state, "events", state.settings.items, since);
    let (page, next) = items::page(&rows, start, size);
    let event = |row: &Row| {
        json!({
            "kind": "calendar#event",
            "id": format!("event{:06}", row.index + 1),
            "status": "confirmed",
            "summary": items::title(call, row.index),
            "start": { "dateTime": row.updated_at.to_string() },
            "updated": row.updated_at.to_string(),
        })
    };
    let list: Vec<Value> = page.iter().map(event).collect();
    let mut reply = json!({ "kind": "calendar#events", "items": list });
    if next.is_none() {
        put(&mut reply, "nextSyncToken", json!("synced"));
    }
    paged(reply, next)
}

/// Ends watches and channels; there are none here.
pub(super) fn stop(state: &mut VendorState, call: &Call) -> Answer {
    match state.bearer(call) {
        Some(_) => Answer::empty(StatusCode::NO_CONTENT),
        None => unauthenticated(),
    }
}

/// The error format of the vendor's APIs, which is not that of its OAuth endpoints.
pub(super) fn error(status: StatusCode, name: &str, reason: &str, why: &str) -> Answer {
    let body = json!({ "error": {
        "code": status.as_u16(),
        "message": why,
        "status": name,
        "errors": [{ "message": why, "domain": "global", "reason": reason }],
    } });
    Answer::json(status, &body)
}

/// The live token of a call, if its scope is about the product.
fn allowed<'a>(state: &'a VendorState, call: &Call, product: &str) -> Result<&'a Token, Answer> {
    let token = state.bearer(call).ok_or_else(unauthenticated)?;
    let scope = format!("https://www.googleapis.com/auth/{product}.");
    let grant = state.tokens.grant(token.grant);
    if grant.is_some_and(|grant| grant.scope.iter().any(|it| it.starts_with(&scope))) {
        return Ok(token);
    }
    let why = "Request had insufficient authentication scopes.";
    Err(error(
        StatusCode::FORBIDDEN,
        "PERMISSION_DENIED",
        "insufficientPermissions",
        why,
    ))
}

fn start(call: &Call) -> Option<usize> {
    match call.query("pageToken") {
        None => Some(0),
        Some(token) => token.strip_prefix("from")?.parse().ok(),
    }
}

fn paged(mut reply: Value, next: Option<usize>) -> Answer {
    if let Some(next) = next {
        put(&mut reply, "nextPageToken", json!(format!("from{next}")));
    }
    Answer::json(StatusCode::OK, &reply)
}

fn message_id(row: &Row) -> String {
    format!("{:016x}", 0x0190_0000_0000_0000_u64 + row.index as u64)
}

fn unauthenticated() -> Answer {
    let why = "Request had invalid authentication credentials.";
    error(
        StatusCode::UNAUTHORIZED,
        "UNAUTHENTICATED",
        "authError",
        why,
    )
}

fn bad_request(why: &str) -> Answer {
    error(
        StatusCode::BAD_REQUEST,
        "INVALID_ARGUMENT",
        "badRequest",
        why,
    )
}
