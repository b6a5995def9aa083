//! What a vendor sent to one of our endpoints, and what became of it.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::display_text::clean;
use super::id::WebhookId;

/// Events come in crowds, and one pull serves a crowd: how long they are collected before it.
pub const DEBOUNCE: Duration = Duration::from_secs(5);
/// So many deliveries of an endpoint are listed that its vendor sent, and so many that anybody can send.
pub const LISTED: u64 = 100;
/// So many ids of an endpoint's events stand in one row; the row stays below the 4 KiB that the store writes whole.
pub const IDS_IN_PAGE: u64 = 128;
/// So many such rows are kept: a repeated id is known among the last 4,000.
pub const ID_PAGES: u64 = 32;

/// What became of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// It was the vendor's, and has had its effect.
    Applied,
    /// It was the vendor's, and means nothing here: the delivery says why.
    WithoutEffect,
    /// It was the vendor's, and its id had come before.
    Repeated,
    /// It was the vendor's, about something in a channel that is not watched.
    Unwatched,
    /// Its endpoint takes nothing, or its connection is out of service.
    Dropped,
    /// Nobody can tell whose it is: the vendor does not sign, or nobody has told us the secret.
    Unverified,
    /// It was signed too long ago, or in the future.
    OutOfTime,
    /// Its signature does not hold, or it has none.
    Forged,
}

impl Fate {
    /// The word in lists.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::WithoutEffect => "without effect",
            Self::Repeated => "repeated",
            Self::Unwatched => "unwatched",
            Self::Dropped => "dropped",
            Self::Unverified => "unverified",
            Self::OutOfTime => "out of time",
            Self::Forged => "forged",
        }
    }
}

/// A delivery in the list of its endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// Where it came in.
    pub endpoint: WebhookId,
    /// Which of the endpoint's deliveries, from 1.
    pub number: u64,
    /// Where it is listed; none in rows of a version that had one list for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<ListPlace>,
    /// When it came.
    pub at: Timestamp,
    /// The vendor's id of it.
    pub event_id: Option<String>,
    /// What became of it.
    pub fate: Fate,
    /// The HTTP status that it was answered with.
    pub status: u16,
    /// How long it took until that was decided, in microseconds; in a crowd most of it is waiting.
    pub latency_us: u64,
    /// What was done, or why nothing was.
    pub why: String,
    /// Its body, with everything hidden that does not say what kind of event it is; of what is not verified, its size.
    pub preview: String,
}

/// A place among the latest deliveries of an endpoint. What anybody can send has places of its own, so that a flood of it keeps
/// what the vendor sent in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ListPlace {
    /// So many the vendor had sent, each counted once.
    Verified(u64),
    /// So many of the others had come, repeated ones among them.
    Doubted(u64),
}

impl ListPlace {
    /// The key of the place: the latest take those of the oldest.
    #[must_use]
    pub fn slot(self) -> String {
        match self {
            Self::Verified(n) => format!("v{:02}", n % LISTED),
            Self::Doubted(n) => format!("{:02}", n % LISTED),
        }
    }
}

impl Delivery {
    /// The key of its place among its endpoint's latest deliveries.
    #[must_use]
    pub fn slot(&self) -> String {
        self.place.unwrap_or(ListPlace::Doubted(self.number)).slot()
    }
}

/// Some of the ids that came to an endpoint, as digests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdPage {
    /// Whose they are.
    pub endpoint: WebhookId,
    /// Which page of the ring.
    pub page: u64,
    /// The digests.
    pub ids: Vec<u64>,
}

/// Names of fields whose values say what kind of event it is, and what it is about.
const TELLING: [&str; 13] = [
    "action",
    "created",
    "entity",
    "event",
    "id",
    "kind",
    "object",
    "op",
    "resource",
    "status",
    "timestamp",
    "topic",
    "type",
];
/// How much of a preview is kept, in characters.
const PREVIEW: usize = 300;
/// How much of one value is shown, in characters.
const VALUE: usize = 64;
/// How deep, and how far into a list, a preview looks.
const DEPTH: usize = 4;
const ITEMS: usize = 3;
const HIDDEN: &str = "…";

/// All that is shown of a body that nobody has vouched for.
#[must_use]
pub fn size(body: &[u8]) -> String {
    match body.len() {
        0 => "nothing".to_owned(),
        1 => "1 byte".to_owned(),
        len => format!("{len} bytes"),
    }
}

/// A body as it may be shown: the fields that say what it is, and of everything else no more than that it is there. `json` is
/// the body where it is JSON.
#[must_use]
pub fn preview(body: &[u8], json: Option<&Value>) -> String {
    let text = match json {
        Some(json) => shown(json, false, DEPTH).to_string(),
        None if body.is_empty() => size(body),
        None => format!("{} that are not JSON", size(body)),
    };
    let mut shown: String = text.chars().take(PREVIEW).collect();
    if shown.len() < text.len() {
        shown.push_str(HIDDEN);
    }
    shown
}

fn shown(value: &Value, is_telling: bool, depth: usize) -> Value {
    match value {
        Value::Object(_) | Value::Array(_) if depth == 0 => Value::from(HIDDEN),
        Value::Object(fields) => {
            let shown = |(name, value): (&String, &Value)| {
                let value = shown(value, tells(name), depth - 1);
                (shown_name(name), value)
            };
            Value::Object(fields.iter().map(shown).collect::<Map<_, _>>())
        }
        Value::Array(items) => {
            let first = items.iter().take(ITEMS);
            let mut first: Vec<Value> = first.map(|it| shown(it, is_telling, depth - 1)).collect();
            if items.len() > ITEMS {
                first.push(Value::from(HIDDEN));
            }
            Value::Array(first)
        }
        Value::String(text) if is_telling => {
            Value::from(shown_text(text).chars().take(VALUE).collect::<String>())
        }
        Value::Number(_) if is_telling => value.clone(),
        Value::Bool(_) | Value::Null => value.clone(),
        Value::String(_) | Value::Number(_) => Value::from(HIDDEN),
    }
}

/// A value as it may be shown: what may be an address (`@` within), a telephone number (`+` first) or somebody's name (a blank before
/// a letter) is hidden. A number without its `+` looks like any id.
#[must_use]
pub fn shown_text(text: &str) -> String {
    let text = clean(text);
    let mut pairs = text.chars().zip(text.chars().skip(1));
    let has_name = pairs.any(|(one, next)| one == ' ' && next.is_alphabetic());
    match text.contains('@') || text.contains("%40") || text.starts_with('+') || has_name {
        true => HIDDEN.to_owned(),
        false => text,
    }
}

/// The name of a field as it may be shown: some vendors begin theirs with `@`.
fn shown_name(name: &str) -> String {
    match name.strip_prefix('@') {
        Some(rest) => format!("@{}", shown_text(rest)),
        None => shown_text(name),
    }
}

/// `type`, `event_id`, `objectId`, `subscriptionType`.
fn tells(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    TELLING.contains(&lower.as_str())
        || ["_id", "_type", "_at"]
            .iter()
            .any(|end| lower.ends_with(end))
        || ["Id", "Type", "Timestamp"]
            .iter()
            .any(|end| name.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn preview_of(body: &[u8]) -> String {
        preview(body, serde_json::from_slice(body).ok().as_ref())
    }

    #[test]
    fn a_preview_says_what_it_is_and_nothing_of_anybody() {
        let body = br#"{"type":"invoice.paid","created":1700000000,"token":"xoxb-1","data":{"object":{"id":"in_1",
            "customer_email":"carol@example.com","amount":1234,"paid":true}},"clientState":"s3cr3t"}"#;
        assert_eq!(
            preview_of(body),
            r#"{"clientState":"…","created":1700000000,"data":{"object":{"amount":"…","customer_email":"…","id":"in_1","paid":true}},"token":"…","type":"invoice.paid"}"#
        );
        assert_eq!(preview_of(b"name=carol"), "10 bytes that are not JSON");
        assert_eq!(preview_of(b""), "nothing");
    }

    #[test]
    fn a_preview_is_short_whatever_comes() {
        let deep = "[".repeat(90) + &"]".repeat(90);
        assert_eq!(preview_of(deep.as_bytes()), r#"[[[["…"]]]]"#);
        let long = format!(r#"{{"type":"{}","id":[1,2,3,4]}}"#, "x".repeat(5_000));
        assert!(preview_of(long.as_bytes()).chars().count() <= PREVIEW + 1);
        let wide: String = (0..999).map(|n| format!("\"k{n}\":1,")).collect();
        let wide = format!("{{{wide}\"z\":1}}");
        assert_eq!(preview_of(wide.as_bytes()).chars().count(), PREVIEW + 1);
        let moves = r#"{"type":"a\u001b2J\u202eb"}"#;
        assert_eq!(preview_of(moves.as_bytes()), r#"{"type":"a2Jb"}"#);
    }

    #[test]
    fn a_preview_shows_nobodys_address_where_an_id_stands() {
        let body = br#"{"carol@example.com":1,"user_id":"carol@example.com","created_at":"2026-03-01T10:00:00+01:00",
            "data":{"id":"+49 170 1234567","status":"Carol Smith","type":"jira:issue_updated","objectId":"+491701234567",
            "event_id":"a/b+c==","user_at":"2026-03-01 10:00:00","@odata.type":"auth0|1","object":"@carol:matrix.org"}}"#;
        assert_eq!(
            preview_of(body),
            r#"{"created_at":"2026-03-01T10:00:00+01:00","data":{"@odata.type":"…","event_id":"a/b+c==","id":"…","object":"…","objectId":"…","status":"…","type":"jira:issue_updated","user_at":"2026-03-01 10:00:00"},"user_id":"…","…":"…"}"#
        );
    }
}
