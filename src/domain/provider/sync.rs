//! What can be pulled from a vendor, and how its lists go on.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::call::{CallAuth, Verb};
use super::text::{Span, blank_is_none};
use crate::domain::sync::digest_of;

/// A `[[sync]]` entry: one entity's list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SyncSpec {
    /// What the things are called.
    pub entity: String,
    /// Whether a gap is caught up with.
    #[serde(default)]
    pub kind: SyncKind,
    /// The HTTP method.
    #[serde(default = "get")]
    pub method: Verb,
    /// Where the list begins, names in braces.
    pub url: String,
    /// How the token travels.
    #[serde(default = "bearer")]
    pub auth: CallAuth,
    /// Fixed parameters of every page.
    #[serde(default)]
    pub params: BTreeMap<String, String>,
    /// Further headers.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// The GraphQL text.
    #[serde(default, deserialize_with = "blank_is_none")]
    pub body: Option<String>,
    /// Where in the page the things stand; empty: the page is the list.
    #[serde(default)]
    pub items: String,
    /// Where in a thing its id stands.
    pub id: String,
    /// Where the id of a row stands, where `id` is of something that several rows name, as mails name their sender. Of each such
    /// thing no more than its id, name and `fields` is kept, and it comes once a page.
    #[serde(
        default,
        deserialize_with = "blank_is_none",
        skip_serializing_if = "Option::is_none"
    )]
    pub row: Option<String>,
    /// Where its name stands.
    #[serde(default, deserialize_with = "blank_is_none")]
    pub label: Option<String>,
    /// Where the time of its last change stands.
    #[serde(default, deserialize_with = "blank_is_none")]
    pub updated: Option<String>,
    /// Where its state stands, the reference's `remote_status`.
    #[serde(default, deserialize_with = "blank_is_none")]
    pub status: Option<String>,
    /// What can be mapped: where it stands in a thing, and what people call it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, String>,
    /// Where in the page the number of all things stands.
    #[serde(default, deserialize_with = "blank_is_none")]
    pub total: Option<String>,
    /// The entity for each of whose things there is such a list; `{parent.id}` stands for the thing. Of what can be watched
    /// only what is watched.
    #[serde(
        default,
        deserialize_with = "blank_is_none",
        skip_serializing_if = "Option::is_none"
    )]
    pub for_each: Option<String>,
    /// How the list goes on; left out: one page is all.
    #[serde(default)]
    pub page: Option<PageSpec>,
    /// How to ask for what changed since.
    #[serde(default)]
    pub since: SinceSpec,
    /// How long one of the vendor's positions means the same; 15 minutes when not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position_ttl: Option<Span>,
    /// Where in an event the time stands when it happened; left out: the time of its last change.
    #[serde(default, deserialize_with = "blank_is_none")]
    pub at: Option<String>,
    /// How long the vendor tells deletions in the list; left out: it never does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deletions: Option<Span>,
    /// How old a pass over everything may be; 7 days when not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub full_every: Option<Span>,
    /// How many things the vendor shows of a list at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cap: Option<u64>,
}

/// How old a pass over everything may be when the file does not say.
const FULL_EVERY: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// How long a position is taken to mean the same when the file does not say.
const POSITION_TTL: Duration = Duration::from_secs(15 * 60);

impl SyncSpec {
    /// Digest of whose list it is, an account's or that of a thing in it, and how the file reads it; what its fields are called for people says nothing of that.
    #[must_use]
    pub fn source(&self, account: &str, parent: Option<&str>) -> u64 {
        let read = Self {
            fields: BTreeMap::new(),
            ..self.clone()
        };
        let spec = serde_json::to_string(&read).unwrap_or_default();
        digest_of([spec.as_str(), account].into_iter().chain(parent))
    }

    /// How long one of the vendor's positions means the same.
    #[must_use]
    pub fn position_ttl(&self) -> Duration {
        self.position_ttl
            .as_ref()
            .map_or(POSITION_TTL, Span::duration)
    }

    /// How old a pass over everything may be; none where deletions are told, or nothing is deleted.
    #[must_use]
    pub fn full_every(&self) -> Option<Duration> {
        let is_looked_for = self.kind == SyncKind::State && self.deletions.is_none();
        is_looked_for.then(|| self.full_every.as_ref().map_or(FULL_EVERY, Span::duration))
    }

    /// Where in an event the time stands when it happened.
    #[must_use]
    pub fn moment(&self) -> Option<&str> {
        self.at.as_deref().or(self.updated.as_deref())
    }

    /// Whether the list goes on by counting, and not by a position that the vendor names.
    #[must_use]
    pub fn is_numbered(&self) -> bool {
        let style = self.page.as_ref().map(|page| page.style);
        matches!(style, Some(PageStyle::Offset | PageStyle::Page))
    }
}

fn get() -> Verb {
    Verb::Get
}

fn bearer() -> CallAuth {
    CallAuth::Bearer
}

/// Whether a gap is caught up with after a reconnect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SyncKind {
    /// What is true now: brought up to date.
    #[default]
    State,
    /// What happened: the gap stays unless filling it is asked for.
    Events,
}

/// How a list goes on. Which fields a style needs is checked with the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PageSpec {
    /// Which way.
    pub style: PageStyle,
    /// The parameter that carries the position.
    #[serde(default, deserialize_with = "blank_is_none")]
    pub param: Option<String>,
    /// Where in the page the next position or URL stands.
    #[serde(default, deserialize_with = "blank_is_none")]
    pub next: Option<String>,
    /// Where in the page it says whether there is more.
    #[serde(default, deserialize_with = "blank_is_none")]
    pub more: Option<String>,
    /// Where in the page it says whether it is the last one, for vendors that give a position there too.
    #[serde(default, deserialize_with = "blank_is_none")]
    pub end: Option<String>,
    /// The parameter that carries the page's size.
    #[serde(default, deserialize_with = "blank_is_none")]
    pub size_param: Option<String>,
    /// The page's size.
    #[serde(default)]
    pub size: Option<u32>,
    /// The first page's number (style `page`; 1 when not said).
    #[serde(default)]
    pub first: Option<u32>,
}

/// Which way a list goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PageStyle {
    /// The page names the next position.
    Cursor,
    /// RFC 8288 `Link` header with `rel="next"`.
    Link,
    /// So many things in.
    Offset,
    /// Numbered pages.
    Page,
    /// The last thing's id.
    StartingAfter,
    /// The page holds the next page's URL.
    NextUrl,
    /// A variable of the GraphQL text.
    Graphql,
}

impl PageStyle {
    /// The word in files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cursor => "cursor",
            Self::Link => "link",
            Self::Offset => "offset",
            Self::Page => "page",
            Self::StartingAfter => "starting_after",
            Self::NextUrl => "next_url",
            Self::Graphql => "graphql",
        }
    }
}

/// What stands for the time in [`SinceSpec::text`].
pub const SINCE: &str = "{since}";

/// How to ask for what changed since a time; without `param` there is no way. A fixed parameter of the same name is what is
/// sent when there is no time to ask from.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SinceSpec {
    /// The parameter.
    #[serde(default, deserialize_with = "blank_is_none")]
    pub param: Option<String>,
    /// What the parameter says, `{since}` being the time: a query, for vendors that filter by one. Left out: the time alone.
    #[serde(default, deserialize_with = "blank_is_none")]
    pub text: Option<String>,
    /// How the time is written.
    #[serde(default)]
    pub format: SinceFormat,
    /// How much of what was seen is asked for again; 10 minutes when not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overlap: Option<Span>,
    /// In whose zone the vendor reads the time.
    #[serde(default, skip_serializing_if = "Zone::is_utc")]
    pub zone: Zone,
}

/// How much is asked for again when the file does not say: clocks differ, and indexes of vendors lag.
const OVERLAP: Duration = Duration::from_secs(10 * 60);
/// A day in another zone, or a time without its zone, is off by a day at most.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

impl SinceSpec {
    /// How far before the watermark a pass begins.
    #[must_use]
    pub fn goes_back(&self) -> Duration {
        let overlap = self.overlap.as_ref().map_or(OVERLAP, Span::duration);
        if self.format == SinceFormat::Date || self.zone == Zone::User {
            overlap + DAY
        } else {
            overlap
        }
    }
}

/// In whose zone a vendor reads a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Zone {
    /// In UTC, as it is written.
    #[default]
    Utc,
    /// In the zone of whoever asks, whatever that is.
    User,
}

impl Zone {
    fn is_utc(&self) -> bool {
        *self == Self::Utc
    }
}

/// How a time is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SinceFormat {
    /// RFC 3339 in UTC.
    #[default]
    Rfc3339,
    /// Seconds since 1970.
    Unix,
    /// Milliseconds since 1970.
    UnixMs,
    /// The day alone.
    Date,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(more: &str) -> SyncSpec {
        toml::from_str(&format!(
            "entity = \"thing\"\nurl = \"U\"\nid = \"/id\"\n{more}"
        ))
        .unwrap()
    }

    #[test]
    fn a_list_with_other_names_for_its_fields_is_the_same_list() {
        let list = spec("").source("7", None);
        assert_eq!(
            spec("fields = { \"/title\" = \"Title\" }").source("7", None),
            list
        );
        assert_ne!(spec("label = \"/title\"").source("7", None), list);
        assert_ne!(spec("").source("8", None), list);
        assert_ne!(spec("").source("7", Some("C1")), list);
    }
}
