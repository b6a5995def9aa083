//! Ledger's data: invoices and customers, a page at a time.

use axum::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde_json::{Value, json};
use url::Url;

use super::{bearer, error_answer};
use crate::sandbox::call::{Answer, Call};
use crate::sandbox::items::{self, Row};
use crate::sandbox::state::VendorState;

pub(super) fn invoices(state: &mut VendorState, call: &Call) -> Answer {
    list(state, call, "invoices", |row| {
        json!({
            "id": format!("inv_{:06}", row.index + 1),
            "number": format!("2026-{:05}", row.index + 1),
            "title": items::title(call, row.index),
            "amount_cents": 1_000 + row.index * 37 % 90_000,
            "status": if row.index.is_multiple_of(4) { "open" } else { "paid" },
            "updated_at": row.updated_at.to_string(),
        })
    })
}

pub(super) fn customers(state: &mut VendorState, call: &Call) -> Answer {
    list(state, call, "customers", |row| {
        json!({
            "id": format!("cus_{:06}", row.index + 1),
            "name": items::company(call, row.index),
            "contact": items::person(call, row.index),
            "updated_at": row.updated_at.to_string(),
        })
    })
}

/// A page of an entity. Three styles of paging stand side by side: `page`, `cursor`, and the ready-made `next_url`.
fn list(state: &VendorState, call: &Call, entity: &str, show: impl Fn(&Row) -> Value) -> Answer {
    let (_, grant) = match bearer(state, call) {
        Ok(found) => found,
        Err(refusal) => return refusal,
    };
    let needed = format!("{entity}.read");
    if !grant.scope.contains(&needed) {
        // RFC 6750 section 3.1: the token lives, it may only not do this.
        let challenge = format!("Bearer error=\"insufficient_scope\", scope=\"{needed}\"");
        return error_answer(
            StatusCode::FORBIDDEN,
            "insufficient_scope",
            "The token may not read this.",
        )
        .header("www-authenticate", &challenge);
    }
    let since = match call
        .query("updated_since")
        .map(str::parse::<Timestamp>)
        .transpose()
    {
        Ok(since) => since,
        Err(_) => {
            return error_answer(
                StatusCode::BAD_REQUEST,
                "invalid_request",
                "updated_since is not a time.",
            );
        }
    };
    let size = call.number("per_page").unwrap_or(100).clamp(1, 500);
    let by_page = call
        .number("page")
        .map(|page| page.saturating_sub(1).saturating_mul(size));
    let start = call
        .query("cursor")
        .and_then(read_cursor)
        .or(by_page)
        .unwrap_or(0);
    let rows = items::rows(state, entity, state.settings.items, since);
    let (page, next) = items::page(&rows, start, size);
    let cursor = next.map(|next| URL_SAFE_NO_PAD.encode(format!("from:{next}")));
    let reply = json!({
        "data": page.iter().map(show).collect::<Vec<_>>(),
        "total": rows.len(),
        "page": start / size + 1,
        "has_more": next.is_some(),
        "next_page": next.map(|next| next / size + 1),
        "next_url": cursor.as_deref().and_then(|cursor| next_url(state, call, entity, cursor)),
        "next_cursor": cursor,
    });
    Answer::json(StatusCode::OK, &reply)
}

fn next_url(state: &VendorState, call: &Call, entity: &str, cursor: &str) -> Option<String> {
    let mut url = Url::parse(&format!("{}/api/{entity}", state.base)).ok()?;
    let kept = call
        .query_pairs()
        .iter()
        .filter(|(name, _)| name != "cursor" && name != "page");
    url.query_pairs_mut()
        .extend_pairs(kept)
        .append_pair("cursor", cursor);
    Some(url.into())
}

fn read_cursor(cursor: &str) -> Option<usize> {
    let decoded = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    decoded.strip_prefix("from:")?.parse().ok()
}
