//! Linear's GraphQL, as far as a client needs it that pulls lists.

use axum::http::StatusCode;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::sandbox::accounts::account;
use crate::sandbox::call::{Answer, Call};
use crate::sandbox::graphql;
use crate::sandbox::items::{self, Row};
use crate::sandbox::state::VendorState;

/// The lists there are.
const LISTS: [&str; 5] = ["issues", "projects", "teams", "users", "comments"];
/// More than the largest page.
const LARGEST: usize = 250;

pub(super) fn answer(state: &mut VendorState, call: &Call) -> Answer {
    let Some(token) = state.bearer(call) else {
        let why = "Authentication required, not authenticated";
        let body = json!({ "errors": [error(why, "AUTHENTICATION_ERROR", 401)] });
        return Answer::json(StatusCode::UNAUTHORIZED, &body);
    };
    let query = call.json("query").unwrap_or_default();
    let list = LISTS.into_iter().find(|list| graphql::calls(query, list));
    let data = if let Some(list) = list {
        match nodes(state, call, query, list) {
            Ok(page) => json!({ list: page }),
            // What goes wrong inside a query is told with 200.
            Err(why) => {
                let body = json!({ "data": null, "errors": [error(why, "INVALID_INPUT", 400)] });
                return Answer::json(StatusCode::OK, &body);
            }
        }
    } else if query.contains("viewer") {
        let account = account(&token.account);
        json!({ "viewer": {
            "id": account.map(|account| uuid(u64::from(account.number))),
            "name": account.map(|account| account.name),
            "email": account.map(|account| account.email),
            "organization": { "id": uuid(1), "name": "Acme", "urlKey": "acme" },
        } })
    } else {
        let why = "Cannot query the field that was asked for.";
        let body = json!({ "errors": [error(why, "GRAPHQL_VALIDATION_FAILED", 400)] });
        return Answer::json(StatusCode::BAD_REQUEST, &body);
    };
    Answer::json(StatusCode::OK, &json!({ "data": data }))
        .header("x-complexity", "12")
        .header("x-ratelimit-requests-remaining", "4999")
}

/// One error, as it stands in `errors`.
pub(super) fn error(why: &str, code: &str, status: u16) -> Value {
    json!({
        "message": why,
        "extensions": { "code": code, "statusCode": status, "userPresentableMessage": why },
    })
}

fn nodes(state: &VendorState, call: &Call, query: &str, list: &str) -> Result<Value, &'static str> {
    let size = match graphql::argument(call, query, "first") {
        None => 50,
        Some(first) => first
            .as_u64()
            .and_then(|first| usize::try_from(first).ok())
            .filter(|first| (1..=LARGEST).contains(first))
            .ok_or("first has to be between 1 and 250")?,
    };
    let start = match graphql::argument(call, query, "after") {
        None => 0,
        Some(after) => after
            .as_str()
            .and_then(|after| after.parse().ok())
            .ok_or("after is not a cursor")?,
    };
    let since = match graphql::argument(call, query, "gte")
        .or_else(|| graphql::argument(call, query, "gt"))
    {
        None => None,
        Some(since) => Some(
            since
                .as_str()
                .and_then(|since| since.parse::<Timestamp>().ok())
                .ok_or("updatedAt is not a time")?,
        ),
    };
    let rows = items::rows(state, list, state.settings.items, since);
    let (page, next) = items::page(&rows, start, size);
    let nodes: Vec<Value> = page.iter().map(|row| node(call, row)).collect();
    Ok(json!({
        "nodes": nodes,
        "pageInfo": {
            "hasNextPage": next.is_some(),
            "endCursor": (start + nodes.len()).to_string(),
        },
    }))
}

/// Every field that one of the lists has; no query is held to a schema here.
fn node(call: &Call, row: &Row) -> Value {
    let number = row.index + 1;
    json!({
        "id": uuid(1_000_000 + number as u64),
        "identifier": format!("ACM-{number}"),
        "number": number,
        "title": items::title(call, row.index),
        "body": items::title(call, row.index),
        "name": items::person(call, row.index),
        "displayName": items::person(call, row.index),
        "email": format!("person{number}@acme.example"),
        "key": format!("T{number}"),
        "url": format!("https://linear.example/acme/issue/ACM-{number}"),
        "state": { "name": if row.index.is_multiple_of(3) { "Done" } else { "Todo" } },
        "createdAt": "2026-01-01T00:00:00.000Z",
        "updatedAt": row.updated_at.to_string(),
        "archivedAt": null,
    })
}

fn uuid(number: u64) -> String {
    format!("00000000-0000-4000-8000-{number:012}")
}
