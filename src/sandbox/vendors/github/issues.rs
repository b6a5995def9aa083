//! GitHub's issues: a list with its pages in the `Link` header.

use axum::http::StatusCode;
use axum::http::header::LINK;
use jiff::Timestamp;
use serde_json::{Value, json};
use url::Url;

use super::{bad_credentials, bearer, limited, message, not_for_this_token};
use crate::sandbox::call::put;
use crate::sandbox::call::{Answer, Call};
use crate::sandbox::items::{self, Row};
use crate::sandbox::state::VendorState;
use crate::sandbox::tokens::TokenKind;

pub(super) fn issues(state: &mut VendorState, call: &Call) -> Answer {
    let Some(token) = bearer(state, call) else {
        return bad_credentials();
    };
    // Those of all repositories are asked for by a person.
    if token.kind == TokenKind::Installation && !call.path.contains("/repos/") {
        return not_for_this_token();
    }
    let Ok(since) = call.query("since").map(str::parse::<Timestamp>).transpose() else {
        return message(StatusCode::UNPROCESSABLE_ENTITY, "Validation Failed");
    };
    let size = call.number("per_page").unwrap_or(30).clamp(1, 100);
    let page_number = call.number("page").unwrap_or(1).max(1);
    let mut rows = items::rows(state, "issues", state.settings.items, since);
    if call.query("direction") != Some("asc") {
        rows.reverse();
    }
    let (page, next) = items::page(&rows, (page_number - 1).saturating_mul(size), size);
    let list: Vec<Value> = page.iter().map(|row| issue_of(call, row)).collect();
    let answer = limited(call, Answer::json(StatusCode::OK, &Value::Array(list)));
    let last = rows.len().div_ceil(size).max(1);
    match next.and_then(|_| links(state, call, page_number + 1, last)) {
        Some(links) => answer.header(LINK.as_str(), &links),
        None => answer,
    }
}

/// Pull requests are issues with a further key.
fn issue_of(call: &Call, row: &Row) -> Value {
    let number = row.index + 1;
    let mut issue = json!({
        "id": 900_000 + number,
        "number": number,
        "title": items::title(call, row.index),
        "state": if row.index.is_multiple_of(3) { "closed" } else { "open" },
        "user": { "login": items::person(call, row.index) },
        "html_url": format!("https://github.example/acme/site/issues/{number}"),
        "updated_at": row.updated_at.to_string(),
    });
    if number.is_multiple_of(7) {
        put(&mut issue, "pull_request", json!({ "merged_at": null }));
    }
    issue
}

fn links(state: &VendorState, call: &Call, next: usize, last: usize) -> Option<String> {
    let path = call.path.strip_prefix(&format!("/{}", state.vendor))?;
    let link = |page: usize, rel: &str| {
        let mut url = Url::parse(&format!("{}{path}", state.base)).ok()?;
        let kept = call.query_pairs().iter().filter(|(name, _)| name != "page");
        url.query_pairs_mut()
            .extend_pairs(kept)
            .append_pair("page", &page.to_string());
        Some(format!("<{url}>; rel=\"{rel}\""))
    };
    Some(format!("{}, {}", link(next, "next")?, link(last, "last")?))
}
