//! One page of a vendor's list, and where the next one is.

mod ask;
mod counted;
mod digits;
mod empty;
mod link;
mod next;
pub(crate) mod one;
mod refusal;
mod rows;

use std::borrow::Cow;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::domain::health::Headroom;
use crate::domain::provider::{PageSpec, SyncSpec};
use crate::domain::sync::{Follows, PageKeys, YesOrNo, moment, said};
use crate::providers::app::CallContext;
use crate::providers::http::{Http, HttpConnection, HttpError, Pool};
use crate::providers::identity::text_at;
use crate::providers::limits;
use crate::providers::request::SetupError;

/// Where a list goes on. It means something to the style that made it and can be kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cursor(String);

impl Cursor {
    /// The position as it is kept.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for Cursor {
    fn from(text: String) -> Self {
        Self(text)
    }
}

/// One thing of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct ListItem {
    /// Its id at the vendor.
    pub id: String,
    pub label: Option<String>,
    /// When it last changed, in the vendor's writing.
    pub updated: Option<String>,
    /// It tells that it was deleted.
    pub is_deleted: bool,
    /// All of it.
    pub raw: Value,
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct ListPage {
    /// What is on it.
    pub items: Vec<ListItem>,
    /// How many rows it has.
    pub count: usize,
    /// Digest of the ids of its rows.
    pub ids: u64,
    /// How many things on it have no id, and are left out.
    pub without_id: usize,
    /// The keys of its rows; none where the file names no order, or they are not in it.
    pub keys: Option<PageKeys>,
    /// What it says of the page after it.
    pub follows: Follows,
    /// The position that it names counts things or pages, whatever the style.
    pub is_counted_on: bool,
    /// The list is not there at all, or null: empty, but less said than an empty list would be.
    pub is_absent: bool,
    /// How many things there are in all, when the vendor says.
    pub total_hint: Option<u64>,
    /// When the vendor wrote it, by its own clock (RFC 9110 6.6.1).
    pub date: Option<Timestamp>,
    /// How many requests the vendor still allows, where it says so.
    pub headroom: Option<Headroom>,
    /// How long the vendor allows no more of them, where it says that none is left.
    pub rests: Option<Duration>,
}

impl ListPage {
    /// Where the list goes on; none where no position is known.
    #[must_use]
    pub fn next(&self) -> Option<Cursor> {
        match &self.follows {
            Follows::At(next) | Follows::Onward(next) => Some(Cursor(next.clone())),
            Follows::Nothing | Follows::Silence => None,
        }
    }
}

/// Why there is no page.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PageError {
    /// The token is no longer good.
    #[error("the provider refuses the token (status {status}): {excerpt}")]
    Unauthorized {
        status: u16,
        /// The vendor's words.
        excerpt: String,
    },
    /// Too many requests.
    #[error("the provider asks to slow down")]
    RateLimited {
        /// How long the vendor asked us to wait.
        retry_after: Option<Duration>,
    },
    /// The vendor is not well.
    #[error("the provider is not available (status {status}{})", web_page(*status))]
    Outage { status: u16 },
    /// The vendor refused.
    #[error("the provider refuses the list (status {status}): {excerpt}")]
    Refused {
        status: u16,
        /// The vendor's words.
        excerpt: String,
    },
    /// The page is not what the file says.
    #[error("the page is not what the provider file says: {0}")]
    Malformed(String),
    /// Nothing was sent.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// No answer.
    #[error(transparent)]
    Http(#[from] HttpError),
}

/// A good status on an outage means that something answered in the vendor's place.
fn web_page(status: u16) -> &'static str {
    if status < 300 {
        ", a web page instead of a list"
    } else {
        ""
    }
}

/// What is wanted of a list.
#[derive(Debug, Clone, Copy, Default)]
pub struct PageRequest<'a> {
    /// Where to go on; none for the beginning.
    pub cursor: Option<&'a Cursor>,
    /// When it is asked for.
    pub now: Timestamp,
    /// Only what changed since, where the vendor can.
    pub since: Option<Timestamp>,
    /// Only what is not newer, where the vendor can.
    pub until: Option<Timestamp>,
    /// How many things, where that is not what the file says.
    pub size: Option<u32>,
}

/// Fetches one page, on a connection of this pool.
pub(crate) async fn fetch_page(
    http: &Http,
    pool: &Pool,
    spec: &SyncSpec,
    context: &CallContext<'_>,
    wanted: PageRequest<'_>,
) -> Result<ListPage, PageError> {
    let prepared = ask::prepare(spec, context, wanted)?;
    let from = prepared.outgoing.url.clone();
    let answer = http
        .send(HttpConnection::Of(pool), prepared.outgoing)
        .await?;
    refusal::refuse(context, &answer)?;
    let json = if answer.body.text().trim().is_empty() {
        Cow::Owned(Value::Null)
    } else {
        digits::exact(&answer.body)
            .ok_or_else(|| PageError::Malformed("it is not JSON".to_owned()))?
    };
    let (list, is_absent) = match empty::list_at(&json, &spec.items)? {
        Some(list) => (list, false),
        None if empty::denies(&json) => return Err(refusal::refused(context, &answer)),
        None => (&[][..], true),
    };
    let items: Vec<ListItem> = list.iter().filter_map(|raw| item(spec, raw)).collect();
    let seen = next::PageView {
        json: &json,
        answer: &answer,
        items: &items,
        count: list.len(),
        from: &from,
        wanted,
        context,
    };
    let follows = match &spec.page {
        Some(page) => next::follows(page, &seen)?,
        None => Follows::Nothing,
    };
    Ok(ListPage {
        is_counted_on: spec.page.as_ref().is_some_and(PageSpec::names_positions)
            && counted::is_counted_on(&follows, &seen),
        without_id: list.len() - items.len(),
        count: list.len(),
        ids: rows::ids(spec, list),
        keys: spec.sorted.and_then(|order| {
            let updated = |item: &ListItem| moment(item.updated.as_deref()?);
            order.keys(items.iter().map(updated))
        }),
        items: rows::things(spec, items),
        follows,
        is_absent,
        total_hint: spec
            .total
            .as_deref()
            .and_then(|pointer| text_at(&json, pointer))
            .and_then(|total| total.trim().parse().ok()),
        date: answer.date(),
        headroom: limits::headroom(&answer),
        rests: limits::rests(&answer),
    })
}

fn item(spec: &SyncSpec, raw: &Value) -> Option<ListItem> {
    let at =
        |pointer: &Option<String>| pointer.as_deref().and_then(|pointer| text_at(raw, pointer));
    Some(ListItem {
        id: spec.id_form.within(&text_at(raw, &spec.id)?)?,
        label: at(&spec.label),
        updated: at(&spec.updated),
        is_deleted: spec
            .deleted
            .as_deref()
            .and_then(|pointer| raw.pointer(pointer))
            .is_some_and(says_deleted),
        raw: raw.clone(),
    })
}

/// A yes, a time, or whatever else is not nothing.
fn says_deleted(value: &Value) -> bool {
    match said(Some(value)) {
        Ok(said) => said == YesOrNo::Yes,
        Err(_) => match value {
            Value::String(text) => !text.trim().is_empty(),
            Value::Array(list) => !list.is_empty(),
            Value::Object(object) => !object.is_empty(),
            Value::Null | Value::Bool(_) | Value::Number(_) => true,
        },
    }
}
