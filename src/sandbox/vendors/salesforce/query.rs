//! Salesforce's data: one query language for every object, and pages named by paths.

use axum::http::StatusCode;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::data_error;
use crate::sandbox::call::{Answer, Call, put};
use crate::sandbox::items::{self, Row};
use crate::sandbox::state::VendorState;

/// What can be queried, and how its ids begin.
const OBJECTS: [(&str, &str); 5] = [
    ("Account", "001"),
    ("Contact", "003"),
    ("Opportunity", "006"),
    ("Lead", "00Q"),
    ("Case", "500"),
];

/// Says yes to everybody: no probe.
pub(super) fn versions(_state: &mut VendorState, _call: &Call) -> Answer {
    let list = json!([{ "label": "Summer '24", "version": "61.0", "url": "/services/data/v61.0" }]);
    Answer::json(StatusCode::OK, &list)
}

pub(super) fn limits(state: &mut VendorState, call: &Call) -> Answer {
    if state.bearer(call).is_none() {
        return invalid_session();
    }
    let limits = json!({ "DailyApiRequests": { "Max": 15_000, "Remaining": 14_982 } });
    metered(Answer::json(StatusCode::OK, &limits))
}

pub(super) fn first(state: &mut VendorState, call: &Call) -> Answer {
    let Some(query) = call.query("q").and_then(Query::read) else {
        let why = "unexpected token: the query is not understood";
        return data_error(StatusCode::BAD_REQUEST, "MALFORMED_QUERY", why);
    };
    page(state, call, &query, 0)
}

/// A page by its locator: the query that it is of, and where it starts.
pub(super) fn next(state: &mut VendorState, call: &Call) -> Answer {
    let segments = call.segments();
    let locator = segments.last().and_then(|locator| Query::located(locator));
    let Some((query, start)) = locator else {
        let why = "invalid query locator";
        return data_error(StatusCode::BAD_REQUEST, "INVALID_QUERY_LOCATOR", why);
    };
    page(state, call, &query, start)
}

/// As much of a query as pages differ by.
struct Query {
    object: &'static str,
    prefix: &'static str,
    since: Option<Timestamp>,
}

impl Query {
    fn read(text: &str) -> Option<Self> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let after = |word: &str| {
            let place = words.iter().position(|it| it.eq_ignore_ascii_case(word))?;
            words.get(place + 1).copied()
        };
        let compared = words.windows(3).find_map(|window| match window {
            [field, ">" | ">=", time] if field.ends_with("SystemModstamp") => Some(*time),
            [field, ">" | ">=", time] if field.ends_with("LastModifiedDate") => Some(*time),
            _ => None,
        });
        let since = compared.map(str::parse).transpose().ok()?;
        Self::of(after("FROM")?, since)
    }

    fn of(object: &str, since: Option<Timestamp>) -> Option<Self> {
        let known = OBJECTS.iter().find(|(name, _)| *name == object);
        known.map(|(object, prefix)| Self {
            object,
            prefix,
            since,
        })
    }

    fn locator(&self, start: usize) -> String {
        let since = self.since.map_or(-1, Timestamp::as_nanosecond);
        format!("01g{}.{since}-{start}", self.object)
    }

    fn located(locator: &str) -> Option<(Self, usize)> {
        let (query, start) = locator.strip_prefix("01g")?.rsplit_once('-')?;
        let (object, since) = query.split_once('.')?;
        let since = since.parse::<i128>().ok().filter(|since| *since >= 0);
        let since = since.and_then(|since| Timestamp::from_nanosecond(since).ok());
        Some((Self::of(object, since)?, start.parse().ok()?))
    }
}

fn page(state: &VendorState, call: &Call, query: &Query, start: usize) -> Answer {
    if state.bearer(call).is_none() {
        return invalid_session();
    }
    let size = call
        .header("sforce-query-options")
        .and_then(|options| options.trim().strip_prefix("batchSize=")?.parse().ok())
        .unwrap_or(2_000_usize)
        .clamp(200, 2_000);
    let entity = query.object.to_ascii_lowercase();
    let rows = items::rows(state, &entity, state.settings.items, query.since);
    let (page, next) = items::page(&rows, start, size);
    let version = version(call);
    let records: Vec<Value> = page
        .iter()
        .map(|row| record(call, query, version, row))
        .collect();
    let mut reply = json!({
        "totalSize": rows.len(),
        "done": next.is_none(),
        "records": records,
    });
    if let Some(next) = next {
        let url = format!("/services/data/{version}/query/{}", query.locator(next));
        put(&mut reply, "nextRecordsUrl", json!(url));
    }
    metered(Answer::json(StatusCode::OK, &reply))
}

fn record(call: &Call, query: &Query, version: &str, row: &Row) -> Value {
    let id = format!("{}x{:011}AAA", query.prefix, row.index + 1);
    let name = match query.object {
        "Account" => items::company(call, row.index),
        "Opportunity" | "Case" => items::title(call, row.index),
        _ => items::person(call, row.index),
    };
    json!({
        "attributes": {
            "type": query.object,
            "url": format!("/services/data/{version}/sobjects/{}/{id}", query.object),
        },
        "Id": id,
        "Name": name,
        "Subject": name,
        "Email": format!("contact{}@customer.example", row.index + 1),
        "SystemModstamp": row.updated_at.strftime("%Y-%m-%dT%H:%M:%S.000+0000").to_string(),
    })
}

/// The segment after `data`.
fn version(call: &Call) -> &str {
    let mut segments = call
        .path
        .split('/')
        .skip_while(|segment| *segment != "data");
    segments.nth(1).unwrap_or_default()
}

fn metered(answer: Answer) -> Answer {
    answer.header("sforce-limit-info", "api-usage=18/15000")
}

fn invalid_session() -> Answer {
    let why = "Session expired or invalid";
    data_error(StatusCode::UNAUTHORIZED, "INVALID_SESSION_ID", why)
}
