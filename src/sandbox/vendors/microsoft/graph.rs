//! Microsoft Graph: mail, calendar, teams, with pages named by addresses.

use axum::http::StatusCode;
use jiff::Timestamp;
use serde_json::{Value, json};
use url::Url;

use super::rights::user_id;
use crate::sandbox::accounts::account;
use crate::sandbox::call::put;
use crate::sandbox::call::{Answer, Call};
use crate::sandbox::faults::Endpoint;
use crate::sandbox::items::{self, Row};
use crate::sandbox::state::VendorState;
use crate::sandbox::vendors::Handler;

/// The segments are those after the version.
pub(super) fn route(method: &str, segments: &[&str]) -> Option<(Endpoint, Handler)> {
    let ("GET", resource) = (method, segments) else {
        return None;
    };
    Some(match resource {
        ["me"] => (Endpoint::Probe, me),
        ["me", "messages"]
        | ["me", "mailFolders", _, "messages"]
        | ["me", "mailFolders", _, "messages", "delta"] => (Endpoint::List, mail),
        ["me", "events"] | ["me", "calendarView", "delta"] => (Endpoint::List, events),
        ["me", "joinedTeams"] => (Endpoint::List, teams),
        ["teams", _, "channels"] => (Endpoint::List, channels),
        ["teams", _, "channels", _, "messages"]
        | ["teams", _, "channels", _, "messages", "delta"] => (Endpoint::List, chat),
        _ => return None,
    })
}

fn me(state: &mut VendorState, call: &Call) -> Answer {
    let Some(token) = state.bearer(call) else {
        return not_authenticated(call);
    };
    let account = account(&token.account);
    let reply = json!({
        "id": account.map(user_id),
        "displayName": account.map(|account| account.name),
        "mail": account.map(|account| account.email),
        "userPrincipalName": account.map(|account| account.email),
    });
    Answer::json(StatusCode::OK, &reply)
}

fn mail(state: &mut VendorState, call: &Call) -> Answer {
    list(state, call, "messages", "Mail.Read", |row| {
        json!({
            "subject": items::title(call, row.index),
            "from": { "emailAddress": { "name": items::person(call, row.index) } },
            "receivedDateTime": row.updated_at.to_string(),
        })
    })
}

fn events(state: &mut VendorState, call: &Call) -> Answer {
    list(
        state,
        call,
        "events",
        "Calendars.Read",
        |row| json!({ "subject": items::title(call, row.index) }),
    )
}

fn teams(state: &mut VendorState, call: &Call) -> Answer {
    list(
        state,
        call,
        "teams",
        "Team.ReadBasic.All",
        |row| json!({ "displayName": items::company(call, row.index) }),
    )
}

fn channels(state: &mut VendorState, call: &Call) -> Answer {
    list(
        state,
        call,
        "channels",
        "Channel.ReadBasic.All",
        |row| json!({ "displayName": items::company(call, row.index) }),
    )
}

fn chat(state: &mut VendorState, call: &Call) -> Answer {
    let entity = "channel_messages";
    list(state, call, entity, "ChannelMessage.Read.All", |row| {
        json!({
            "body": { "contentType": "text", "content": items::title(call, row.index) },
            "from": { "user": { "displayName": items::person(call, row.index) } },
        })
    })
}

fn list(
    state: &VendorState,
    call: &Call,
    entity: &str,
    needed: &str,
    show: impl Fn(&Row) -> Value,
) -> Answer {
    let Some(token) = state.bearer(call) else {
        return not_authenticated(call);
    };
    let grant = state.tokens.grant(token.grant);
    if grant.is_none_or(|grant| !grant.scope.iter().any(|scope| scope.starts_with(needed))) {
        let why = "Access is denied. Check credentials and try again.";
        return error(StatusCode::FORBIDDEN, "ErrorAccessDenied", why);
    }
    let Ok(since) = since(call).transpose() else {
        let why = "Invalid filter clause.";
        return error(StatusCode::BAD_REQUEST, "BadRequest", why);
    };
    let size = call.number("$top").unwrap_or(10).clamp(1, 1_000);
    let rows = items::rows(state, entity, state.settings.items, since);
    let (page, next) = items::page(&rows, call.number("$skiptoken").unwrap_or(0), size);
    let value = page.iter().map(|row| {
        let mut item = show(row);
        put(&mut item, "id", json!(format!("AAMk{:08}", row.index + 1)));
        put(
            &mut item,
            "lastModifiedDateTime",
            json!(row.updated_at.to_string()),
        );
        item
    });
    let mut reply = json!({ "value": value.collect::<Vec<_>>() });
    match next {
        Some(next) => {
            let link = link(state, call, "$skiptoken", &next.to_string());
            put(&mut reply, "@odata.nextLink", json!(link));
        }
        None if call.path.ends_with("/delta") => {
            let now = Timestamp::now().to_string();
            let link = link(state, call, "$deltatoken", &now);
            put(&mut reply, "@odata.deltaLink", json!(link));
        }
        None => {}
    }
    Answer::json(StatusCode::OK, &reply)
}

/// From when on: what a delta ended with, or the time of a filter `FIELD ge TIME`.
fn since(call: &Call) -> Option<Result<Timestamp, jiff::Error>> {
    if let Some(token) = call.query("$deltatoken") {
        return Some(token.parse());
    }
    let words: Vec<&str> = call.query("$filter")?.split_whitespace().collect();
    let time = words.windows(2).find_map(|pair| match pair {
        ["ge" | "gt", time] => Some(*time),
        _ => None,
    })?;
    Some(time.parse())
}

fn link(state: &VendorState, call: &Call, name: &str, value: &str) -> Option<String> {
    let mut url = Url::parse(&format!("{}{}", state.origin, call.path)).ok()?;
    let kept = call
        .query_pairs()
        .iter()
        .filter(|(name, _)| name != "$skiptoken" && name != "$deltatoken");
    url.query_pairs_mut()
        .extend_pairs(kept)
        .append_pair(name, value);
    Some(url.into())
}

pub(super) fn not_authenticated(call: &Call) -> Answer {
    let why = match call.bearer() {
        Some(_) => "Access token has expired or is not yet valid.",
        None => "Access token is empty.",
    };
    error(StatusCode::UNAUTHORIZED, "InvalidAuthenticationToken", why)
}

pub(super) fn error(status: StatusCode, code: &str, why: &str) -> Answer {
    let body = json!({ "error": {
        "code": code,
        "message": why,
        "innerError": { "date": Timestamp::now().to_string() },
    } });
    Answer::json(status, &body)
}
