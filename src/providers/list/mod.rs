//! One page of a vendor's list, and where the next one is.

mod ask;
mod next;

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::domain::provider::{ProbeSpec, SyncSpec};
use crate::providers::app::CallContext;
use crate::providers::excerpt;
use crate::providers::http::{Answer, Http, HttpError};
use crate::providers::identity::text_at;
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
pub struct Item {
    /// Its id at the vendor.
    pub id: String,
    /// Its name.
    pub label: Option<String>,
    /// When it last changed, in the vendor's writing.
    pub updated: Option<String>,
    /// All of it.
    pub raw: Value,
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// What is on it.
    pub items: Vec<Item>,
    /// How many things on it have no id, and are left out.
    pub without_id: usize,
    /// Where the list goes on; none at the end.
    pub next: Option<Cursor>,
    /// How many things there are in all, when the vendor says.
    pub total_hint: Option<u64>,
}

/// Why there is no page.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PageError {
    /// The token is no longer good.
    #[error("the provider refuses the token (status {status}): {excerpt}")]
    Unauthorized {
        /// The status.
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
    Outage {
        /// The status.
        status: u16,
    },
    /// The vendor refused.
    #[error("the provider refuses the list (status {status}): {excerpt}")]
    Refused {
        /// The status.
        status: u16,
        /// The vendor's words.
        excerpt: String,
    },
    /// The page is not what the file says.
    #[error("the page is not what the provider file says: {0}")]
    Malformed(String),
    /// The vendor sends us in a circle.
    #[error("the next page is this page again; the list is not followed further")]
    Circle,
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
    /// Only what changed since, where the vendor can.
    pub since: Option<Timestamp>,
}

/// Fetches one page.
pub(crate) async fn fetch_page(
    http: &Http,
    spec: &SyncSpec,
    context: &CallContext<'_>,
    wanted: PageRequest<'_>,
) -> Result<Page, PageError> {
    let prepared = ask::prepare(spec, context, wanted)?;
    let from = prepared.outgoing.url.clone();
    let answer = http.send(prepared.outgoing).await?;
    refuse(context, &answer)?;
    let json = answer
        .body
        .json()
        .ok_or_else(|| PageError::Malformed("it is not JSON".to_owned()))?;
    let list = json
        .pointer(&spec.items)
        .and_then(Value::as_array)
        .ok_or_else(|| {
            PageError::Malformed(format!("there is no list at items = {:?}", spec.items))
        })?;
    let items: Vec<Item> = list.iter().filter_map(|raw| item(spec, raw)).collect();
    let next = match &spec.page {
        Some(page) => next::next(
            page,
            &next::Seen {
                json,
                answer: &answer,
                items: &items,
                count: list.len(),
                from: &from,
                wanted,
                context,
            },
        )?,
        None => None,
    };
    if next.is_some() && next.as_ref() == wanted.cursor {
        return Err(PageError::Circle);
    }
    Ok(Page {
        without_id: list.len() - items.len(),
        items,
        next,
        total_hint: spec
            .total
            .as_deref()
            .and_then(|pointer| json.pointer(pointer))
            .and_then(Value::as_u64),
    })
}

fn refuse(context: &CallContext<'_>, answer: &Answer) -> Result<(), PageError> {
    let status = answer.status;
    let excerpt = || excerpt::of_body(&answer.body, &context.secrets());
    let limited = context.app.file.limited.matches(&answer.response());
    match status {
        _ if limited => {
            return Err(PageError::RateLimited {
                retry_after: answer.retry_after,
            });
        }
        429 => {
            return Err(PageError::RateLimited {
                retry_after: answer.retry_after,
            });
        }
        403 if answer.retry_after.is_some() => {
            return Err(PageError::RateLimited {
                retry_after: answer.retry_after,
            });
        }
        500..=599 => return Err(PageError::Outage { status }),
        _ if answer.body.is_html() => return Err(PageError::Outage { status }),
        401 => {
            return Err(PageError::Unauthorized {
                status,
                excerpt: excerpt(),
            });
        }
        _ => {}
    }
    let hidden = answer.body.hidden_error();
    if answer.is_2xx() && hidden.is_none() {
        return Ok(());
    }
    // Those who answer everything with 200 say in the body that the token is dead, as the probe describes.
    let says_dead =
        |probe: &ProbeSpec| probe.dead.pointer.is_some() && probe.dead.matches(&answer.response());
    if hidden.is_some() && context.app.file.probe.as_ref().is_some_and(says_dead) {
        return Err(PageError::Unauthorized {
            status,
            excerpt: excerpt(),
        });
    }
    match hidden {
        Some("ratelimited" | "rate_limited") => Err(PageError::RateLimited {
            retry_after: answer.retry_after,
        }),
        _ => Err(PageError::Refused {
            status,
            excerpt: excerpt(),
        }),
    }
}

fn item(spec: &SyncSpec, raw: &Value) -> Option<Item> {
    let at =
        |pointer: &Option<String>| pointer.as_deref().and_then(|pointer| text_at(raw, pointer));
    Some(Item {
        id: text_at(raw, &spec.id)?,
        label: at(&spec.label),
        updated: at(&spec.updated),
        raw: raw.clone(),
    })
}
