//! Postmark: server tokens that people make and delete by hand; no API ends one.

use axum::http::StatusCode;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::sandbox::accounts::account;
use crate::sandbox::call::{Answer, Call};
use crate::sandbox::faults::Endpoint;
use crate::sandbox::items::{self, Row};
use crate::sandbox::state::VendorState;
use crate::sandbox::tokens::{Token, TokenKind};
use crate::sandbox::vendors::{App, Handler, Profile};

pub(super) const PROFILE: Profile = Profile {
    title: "Postmark",
    name: "postmark",
    apps: &[App {
        provider: "postmark",
        vars: &[("api", "/postmark")],
    }],
    route,
    spell: |_, random, _| as_uuid(random),
    ..Profile::PLAIN
};

/// As whom the account has sent.
const SENDERS: [&str; 3] = [
    "\"Acme Billing\" <billing@acme.example>",
    "\"Acme Support\" <support@acme.example>",
    "news@acme.example",
];

fn route(method: &str, segments: &[&str]) -> Option<(Endpoint, Handler)> {
    Some(match (method, segments) {
        ("GET", ["server"]) => (Endpoint::Probe, server),
        ("GET", ["messages", "outbound"]) => (Endpoint::List, messages),
        _ => return None,
    })
}

fn server(state: &mut VendorState, call: &Call) -> Answer {
    let Some(token) = server_token(state, call) else {
        return not_authorized();
    };
    let account = account(&token.account);
    let reply = json!({
        "ID": account.map(|account| account.number),
        "Name": account.map(|account| format!("{}'s server", account.name)),
        "ServerLink": format!("{}/servers/{}/streams", state.base, account.map_or(0, |account| account.number)),
        "Color": "blue",
        "DeliveryType": "Live",
    });
    Answer::json(StatusCode::OK, &reply)
}

fn messages(state: &mut VendorState, call: &Call) -> Answer {
    if server_token(state, call).is_none() {
        return not_authorized();
    }
    let (Some(count), Some(offset)) = (call.number("count"), call.number("offset")) else {
        return refused("The 'count' and 'offset' parameters are required.");
    };
    if count > 500 || count.saturating_add(offset) > 10_000 {
        return refused("'count' may be 500 at most, 'count' and 'offset' together 10000.");
    }
    let Ok(since) = call.query("fromdate").map(day_or_time).transpose() else {
        return refused("'fromdate' is not a date.");
    };
    let Ok(until) = call.query("todate").map(end_of_day_or_time).transpose() else {
        return refused("'todate' is not a date.");
    };
    let mut rows = items::rows(state, "messages", state.settings.items, since);
    rows.retain(|row| until.is_none_or(|until| row.updated_at < until));
    rows.reverse();
    let (page, _) = items::page(&rows, offset, count);
    let list: Vec<Value> = page.iter().map(|row| message(call, row)).collect();
    Answer::json(
        StatusCode::OK,
        &json!({ "TotalCount": rows.len(), "Messages": list }),
    )
}

fn message(call: &Call, row: &Row) -> Value {
    json!({
        "MessageID": format!("00000000-0000-4000-8000-{:012x}", row.index + 1),
        "From": SENDERS.get(row.index % SENDERS.len()),
        "To": [{ "Email": format!("contact{}@customer.example", row.index + 1), "Name": items::person(call, row.index) }],
        "Subject": items::title(call, row.index),
        "Status": "Sent",
        "ReceivedAt": row.updated_at.to_string(),
    })
}

fn server_token<'a>(state: &'a VendorState, call: &Call) -> Option<&'a Token> {
    let value = call.header("x-postmark-server-token")?;
    state
        .tokens
        .live(value)
        .filter(|token| token.kind == TokenKind::ApiKey)
}

fn day_or_time(text: &str) -> Result<Timestamp, jiff::Error> {
    text.parse()
        .or_else(|_| Ok(text.parse::<Date>()?.to_zoned(TimeZone::UTC)?.timestamp()))
}

/// What is bounded by a day ends with that day.
fn end_of_day_or_time(text: &str) -> Result<Timestamp, jiff::Error> {
    match text.parse::<Date>() {
        Ok(day) => Ok(day.tomorrow()?.to_zoned(TimeZone::UTC)?.timestamp()),
        Err(_) => text.parse(),
    }
}

fn not_authorized() -> Answer {
    let why =
        "No Account or Server API tokens were supplied in the HTTP headers, or they are not valid.";
    Answer::json(
        StatusCode::UNAUTHORIZED,
        &json!({ "ErrorCode": 10, "Message": why }),
    )
}

fn refused(why: &str) -> Answer {
    Answer::json(
        StatusCode::UNPROCESSABLE_ENTITY,
        &json!({ "ErrorCode": 600, "Message": why }),
    )
}

/// A random UUID (RFC 9562 5.4): version 4, and the first variant there is.
fn as_uuid(hex: &str) -> String {
    let mut uuid = String::with_capacity(hex.len() + 4);
    for (index, digit) in hex.chars().enumerate() {
        if [8, 12, 16, 20].contains(&index) {
            uuid.push('-');
        }
        uuid.push(match index {
            12 => '4',
            16 => '8',
            _ => digit,
        });
    }
    uuid
}
