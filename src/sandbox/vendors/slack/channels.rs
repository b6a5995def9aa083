//! Slack's channels: listed, joined, read.

use axum::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{argument, bearer, failed};
use crate::sandbox::call::put;
use crate::sandbox::call::{Answer, Call};
use crate::sandbox::items;
use crate::sandbox::state::VendorState;
use crate::sandbox::tokens::{Token, TokenKind};

/// Channels of every team; each of them holds as many messages as the settings say items.
const CHANNELS: usize = 40;

pub(super) fn list(state: &mut VendorState, call: &Call) -> Answer {
    let token = match reader(state, call, "channels:read") {
        Ok(token) => token,
        Err(error) => return failed(error),
    };
    let types = argument(call, "types").unwrap_or("public_channel");
    let asks_for_private = types
        .split(',')
        .any(|asked| asked.trim() == "private_channel");
    if asks_for_private && let Err(error) = reader(state, call, "groups:read") {
        return failed(error);
    }
    let wanted = |index: &usize| {
        let kind = if is_private(*index) {
            "private_channel"
        } else {
            "public_channel"
        };
        types.split(',').any(|asked| asked.trim() == kind)
    };
    let rows: Vec<items::Row> = items::rows(state, "channels", CHANNELS, None);
    let rows: Vec<items::Row> = rows.into_iter().filter(|row| wanted(&row.index)).collect();
    let Ok((page, next)) = page(&rows, call) else {
        return failed("invalid_cursor");
    };
    let show = |row: &items::Row| {
        json!({
            "id": channel_id(row.index),
            "name": channel_name(call, row.index),
            "is_channel": true,
            "is_private": is_private(row.index),
            "is_archived": false,
            "is_member": is_member(state, &token, &channel_id(row.index)),
            "updated": row.updated_at.as_millisecond(),
        })
    };
    listed("channels", page.iter().map(show).collect(), next)
}

/// Newest first, and only what is newer than `oldest`.
pub(super) fn history(state: &mut VendorState, call: &Call) -> Answer {
    let token = match reader(state, call, "channels:history") {
        Ok(token) => token,
        Err(error) => return failed(error),
    };
    let channel = argument(call, "channel").unwrap_or_default();
    if channel_index(channel).is_none() {
        return failed("channel_not_found");
    }
    if !is_member(state, &token, channel) {
        return failed("not_in_channel");
    }
    let Some(oldest) = read_ts(argument(call, "oldest").unwrap_or("0")) else {
        return failed("invalid_ts_oldest");
    };
    let mut rows = items::rows(state, "messages", state.settings.items, None);
    rows.retain(|row| (row.updated_at.as_second(), row.index) > oldest);
    rows.reverse();
    let Ok((page, next)) = page(&rows, call) else {
        return failed("invalid_cursor");
    };
    let show = |row: &items::Row| {
        json!({
            "type": "message",
            "ts": format!("{}.{:06}", row.updated_at.as_second(), row.index),
            "user": format!("U0{}", 2_000 + row.index % 30),
            "text": items::title(call, row.index),
        })
    };
    listed("messages", page.iter().map(show).collect(), next)
}

pub(super) fn join(state: &mut VendorState, call: &Call) -> Answer {
    let token = match reader(state, call, "channels:join") {
        Ok(token) => token,
        Err(error) => return failed(error),
    };
    let channel = argument(call, "channel").unwrap_or_default();
    match channel_index(channel) {
        None => failed("channel_not_found"),
        Some(index) if is_private(index) => failed("method_not_supported_for_channel_type"),
        Some(index) => {
            let is_new = state.joined.insert((token.account, channel.to_owned()));
            let name = channel_name(call, index);
            let mut reply = json!({ "ok": true, "channel": { "id": channel, "name": name, "is_member": true } });
            if !is_new {
                put(&mut reply, "warning", json!("already_in_channel"));
            }
            Answer::json(StatusCode::OK, &reply)
        }
    }
}

/// A message's `ts` is its second, and a number that tells messages of one second apart.
fn read_ts(ts: &str) -> Option<(i64, usize)> {
    let (second, number) = ts.split_once('.').unwrap_or((ts, "0"));
    Some((second.parse().ok()?, number.parse().ok()?))
}

/// A live token that may do this.
fn reader(state: &VendorState, call: &Call, needed: &str) -> Result<Token, &'static str> {
    let token = bearer(state, call)?;
    let grant = state.tokens.grant(token.grant).ok_or("invalid_auth")?;
    let scope = if token.kind == TokenKind::Bot {
        &grant.scope
    } else {
        &grant.user_scope
    };
    if scope.iter().any(|scope| scope == needed) {
        Ok(token)
    } else {
        Err("missing_scope")
    }
}

fn page<'a>(rows: &'a [items::Row], call: &Call) -> Result<(&'a [items::Row], Option<usize>), ()> {
    let start = match argument(call, "cursor").filter(|cursor| !cursor.is_empty()) {
        None => 0,
        Some(cursor) => {
            let decoded = STANDARD
                .decode(cursor)
                .ok()
                .and_then(|bytes| String::from_utf8(bytes).ok());
            decoded
                .and_then(|text| text.strip_prefix("next:")?.parse().ok())
                .ok_or(())?
        }
    };
    let size = argument(call, "limit")
        .and_then(|limit| limit.parse().ok())
        .unwrap_or(100);
    Ok(items::page(rows, start, size.clamp(1, 1_000)))
}

/// The last page has an empty cursor, not none.
fn listed(name: &str, list: Vec<Value>, next: Option<usize>) -> Answer {
    let cursor = next
        .map(|next| STANDARD.encode(format!("next:{next}")))
        .unwrap_or_default();
    let mut reply = json!({
        "ok": true,
        "has_more": next.is_some(),
        "response_metadata": { "next_cursor": cursor },
    });
    put(&mut reply, name, Value::Array(list));
    Answer::json(StatusCode::OK, &reply)
}

fn channel_id(index: usize) -> String {
    format!("C{:05}", index + 1)
}

fn channel_index(id: &str) -> Option<usize> {
    let number: usize = id.strip_prefix('C')?.parse().ok()?;
    (1..=CHANNELS).contains(&number).then(|| number - 1)
}

fn channel_name(call: &Call, index: usize) -> String {
    if index == 0 {
        return "general".to_owned();
    }
    let company = items::company(call, index).to_lowercase().replace(' ', "-");
    format!("{company}-{index}")
}

fn is_private(index: usize) -> bool {
    index % 5 == 4
}

/// A bot is in the channels it joined; the person is in all of them.
fn is_member(state: &VendorState, token: &Token, channel: &str) -> bool {
    token.kind != TokenKind::Bot
        || state
            .joined
            .contains(&(token.account.clone(), channel.to_owned()))
}
