//! The GraphQL Admin API: who the shop is, its customers, and the way out.

use axum::http::StatusCode;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{installed, shop, uninstall, unrecognized};
use crate::sandbox::call::{Answer, Call};
use crate::sandbox::graphql;
use crate::sandbox::items::{self, Row};
use crate::sandbox::state::VendorState;

/// The largest page.
const LARGEST: usize = 250;

/// Whatever goes wrong inside a query is told with 200.
pub(super) fn answer(state: &mut VendorState, call: &Call) -> Answer {
    let Some(token) = installed(state, call).cloned() else {
        return unrecognized();
    };
    let query = call.json("query").unwrap_or_default();
    if graphql::calls(query, "appUninstall") {
        let app =
            uninstall(state, call).map(|id| json!({ "id": format!("gid://shopify/App/{id}") }));
        return data(json!({ "appUninstall": { "app": app, "userErrors": [] } }));
    }
    if graphql::calls(query, "customers") {
        let grant = state.tokens.grant(token.grant);
        let may =
            grant.is_some_and(|grant| grant.scope.iter().any(|scope| scope == "read_customers"));
        if !may {
            let why = "Access denied for customers field. Required access: `read_customers` access scope.";
            return errors(why, "ACCESS_DENIED");
        }
        return match customers(state, call, query) {
            Ok(page) => data(json!({ "customers": page })),
            Err(why) => errors(why, "argumentLiteralsIncompatible"),
        };
    }
    if graphql::calls(query, "shop") {
        return data(json!({ "shop": shop(&token.account) }));
    }
    errors("Field doesn't exist on type 'QueryRoot'", "undefinedField")
}

/// Too many calls are no other status here but an error inside, and nothing says when to come back.
pub(super) fn throttled(_retry_after: u32) -> Answer {
    errors("Throttled", "THROTTLED")
}

fn customers(state: &VendorState, call: &Call, query: &str) -> Result<Value, &'static str> {
    let first = graphql::argument(call, query, "first").and_then(|first| first.as_u64());
    let size = first
        .and_then(|first| usize::try_from(first).ok())
        .filter(|first| (1..=LARGEST).contains(first))
        .ok_or("you must provide one of first or last, at most 250")?;
    let after = graphql::argument(call, query, "after");
    let start = after.as_ref().map_or(Ok(0), |after| {
        let cursor = after.as_str().and_then(|after| after.parse().ok());
        cursor.ok_or("invalid cursor for current pagination sort")
    })?;
    let filter = graphql::argument(call, query, "query");
    let since = filter.as_ref().and_then(Value::as_str).map(changed_after);
    let since = since.transpose()?;
    let mut rows = items::rows(state, "customers", state.settings.items, since);
    rows.retain(|row| since.is_none_or(|since| row.updated_at > since));
    let (page, next) = items::page(&rows, start, size);
    let nodes: Vec<Value> = page.iter().map(|row| node(call, row)).collect();
    Ok(json!({
        "pageInfo": { "hasNextPage": next.is_some(), "endCursor": (start + nodes.len()).to_string() },
        "nodes": nodes,
    }))
}

/// The one search term that is known here: `updated_at:>'TIME'`.
fn changed_after(filter: &str) -> Result<Timestamp, &'static str> {
    let time = filter.strip_prefix("updated_at:>");
    let time = time.and_then(|time| time.trim_matches('\'').parse().ok());
    time.ok_or("the search is not understood")
}

fn node(call: &Call, row: &Row) -> Value {
    let number = row.index + 1;
    json!({
        "id": format!("gid://shopify/Customer/{number}"),
        "displayName": items::person(call, row.index),
        "email": format!("customer{number}@customer.example"),
        "createdAt": "2026-01-01T00:00:00Z",
        "updatedAt": row.updated_at.to_string(),
    })
}

fn data(data: Value) -> Answer {
    let throttle =
        json!({ "maximumAvailable": 2000.0, "currentlyAvailable": 1990, "restoreRate": 100.0 });
    let cost =
        json!({ "requestedQueryCost": 10, "actualQueryCost": 10, "throttleStatus": throttle });
    let body = json!({ "data": data, "extensions": { "cost": cost } });
    Answer::json(StatusCode::OK, &body)
}

fn errors(why: &str, code: &str) -> Answer {
    let error = json!({ "message": why, "extensions": { "code": code } });
    Answer::json(StatusCode::OK, &json!({ "data": null, "errors": [error] }))
}
