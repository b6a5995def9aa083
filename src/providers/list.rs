//! One page of a vendor's list, and where the next one is.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use url::Url;

use super::app::CallContext;
use super::excerpt;
use super::http::{Answer, Http, HttpError, LIST_REPLY};
use super::identity::text_at;
use super::request::{self, Prepared, SetupError, Wanted};
use super::template::TemplateError;
use crate::domain::provider::{Encode, PageSpec, PageStyle, SinceFormat, SinceSpec, SyncSpec};

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
    #[error("the provider is not available (status {status})")]
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
    let prepared = prepare(spec, context, wanted)?;
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
        Some(page) => next(
            page,
            &Seen {
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

fn prepare(
    spec: &SyncSpec,
    context: &CallContext<'_>,
    wanted: PageRequest<'_>,
) -> Result<Prepared, PageError> {
    let is_graphql = spec
        .page
        .as_ref()
        .is_some_and(|page| page.style == PageStyle::Graphql);
    let by_url = spec
        .page
        .as_ref()
        .is_some_and(|page| matches!(page.style, PageStyle::Link | PageStyle::NextUrl));
    let follows = wanted.cursor.filter(|_| by_url);
    let request = Wanted {
        method: spec.method,
        url: &spec.url,
        auth: &spec.auth,
        // A vendor's URL holds every parameter already, and GraphQL takes them as variables.
        encode: if is_graphql || follows.is_some() {
            Encode::None
        } else {
            Encode::Query
        },
        params: &spec.params,
        headers: &spec.headers,
        body: None,
        limit: LIST_REPLY,
    };
    let mut prepared = request::prepare(&request, context)?;
    let moving = moving_params(spec, wanted);
    if let Some(cursor) = follows {
        prepared.outgoing.url = followed(&cursor.0, &prepared.outgoing.url, context)?;
    } else if is_graphql {
        let object = json!({ "query": spec.body, "variables": variables(spec, context, moving)? });
        request::set_body(
            &mut prepared.outgoing,
            "application/json",
            object.to_string().into_bytes(),
        )?;
    } else {
        let moving = moving
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        request::append_query(&mut prepared.outgoing.url, moving);
    }
    Ok(prepared)
}

/// The parameters that differ from page to page. They are values and never templates: the position is the vendor's
/// word, and braces in it must not name anything of ours.
fn moving_params(spec: &SyncSpec, wanted: PageRequest<'_>) -> Vec<(String, String)> {
    let mut params = Vec::new();
    if let (Some(param), Some(since)) = (&spec.since.param, wanted.since) {
        params.push((param.clone(), written(&spec.since, since)));
    }
    if let Some(page) = &spec.page {
        if let (Some(param), Some(size)) = (&page.size_param, page.size) {
            params.push((param.clone(), size.to_string()));
        }
        if let (Some(param), Some(position)) = (&page.param, position(page, wanted.cursor)) {
            params.push((param.clone(), position));
        }
    }
    params
}

/// GraphQL is strict about types, and a page's size is a number.
fn variables(
    spec: &SyncSpec,
    context: &CallContext<'_>,
    moving: Vec<(String, String)>,
) -> Result<Map<String, Value>, PageError> {
    let mut variables = Map::new();
    for (name, template) in &spec.params {
        let filled = context.names().fill(template).map_err(SetupError::from)?;
        variables.insert(name.clone(), Value::from(filled.shown));
    }
    let size = spec
        .page
        .as_ref()
        .and_then(|page| page.size_param.as_deref());
    for (name, text) in moving {
        let value = match text.parse::<u64>() {
            Ok(number) if Some(name.as_str()) == size => Value::from(number),
            _ => Value::from(text),
        };
        variables.insert(name, value);
    }
    Ok(variables)
}

/// What the position parameter carries; nothing on most styles' first page.
fn position(page: &PageSpec, cursor: Option<&Cursor>) -> Option<String> {
    match (page.style, cursor) {
        (PageStyle::Link | PageStyle::NextUrl, _) => None,
        (_, Some(cursor)) => Some(cursor.0.clone()),
        (PageStyle::Offset, None) => Some("0".to_owned()),
        (PageStyle::Page, None) => Some(page.first.unwrap_or(1).to_string()),
        (PageStyle::Cursor | PageStyle::StartingAfter | PageStyle::Graphql, None) => None,
    }
}

fn written(since: &SinceSpec, time: Timestamp) -> String {
    match since.format {
        SinceFormat::Rfc3339 => time.to_string(),
        SinceFormat::Unix => time.as_second().to_string(),
        SinceFormat::UnixMs => time.as_millisecond().to_string(),
        SinceFormat::Date => time.strftime("%Y-%m-%d").to_string(),
    }
}

/// A page's URL may carry the token to the list's own host, or to one that the file allows, and nowhere else.
fn followed(next: &str, from: &Url, context: &CallContext<'_>) -> Result<Url, PageError> {
    let url = from
        .join(next)
        .map_err(|_| PageError::Malformed("the next page's URL is none".to_owned()))?;
    if url.origin() == from.origin() || context.names().allows(&url) {
        return Ok(url);
    }
    let host = url.host_str().unwrap_or("no host").to_owned();
    Err(SetupError::from(TemplateError::ForeignHost(host)).into())
}

fn refuse(context: &CallContext<'_>, answer: &Answer) -> Result<(), PageError> {
    let status = answer.status;
    let excerpt = || excerpt::of_body(&answer.body, &context.secrets());
    match status {
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
    let says_dead = |probe: &crate::domain::provider::ProbeSpec| {
        probe.dead.pointer.is_some() && probe.dead.matches(status, &answer.body)
    };
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

struct Seen<'a> {
    json: &'a Value,
    answer: &'a Answer,
    items: &'a [Item],
    count: usize,
    from: &'a Url,
    wanted: PageRequest<'a>,
    context: &'a CallContext<'a>,
}

fn next(page: &PageSpec, seen: &Seen<'_>) -> Result<Option<Cursor>, PageError> {
    let pointed = || {
        page.next
            .as_deref()
            .and_then(|pointer| text_at(seen.json, pointer))
    };
    let more = page
        .more
        .as_deref()
        .map(|pointer| seen.json.pointer(pointer) == Some(&Value::Bool(true)));
    if more == Some(false) {
        return Ok(None);
    }
    Ok(match page.style {
        PageStyle::Cursor | PageStyle::Graphql => pointed().map(Cursor),
        PageStyle::NextUrl => absolute(pointed(), seen)?,
        PageStyle::Link => absolute(seen.answer.link.as_deref().and_then(next_link), seen)?,
        PageStyle::StartingAfter => seen.items.last().map(|item| Cursor(item.id.clone())),
        PageStyle::Offset => numbered(seen, page, 0, seen.count as u64)?,
        PageStyle::Page => numbered(seen, page, u64::from(page.first.unwrap_or(1)), 1)?,
    })
}

fn absolute(next: Option<String>, seen: &Seen<'_>) -> Result<Option<Cursor>, PageError> {
    next.map(|next| followed(&next, seen.from, seen.context).map(|url| Cursor(url.into())))
        .transpose()
}

/// Counted pages end with one that is not full; where the size is not said, with an empty one.
fn numbered(
    seen: &Seen<'_>,
    page: &PageSpec,
    first: u64,
    step: u64,
) -> Result<Option<Cursor>, PageError> {
    if (seen.count as u64) < u64::from(page.size.unwrap_or(1)) {
        return Ok(None);
    }
    let here = match seen.wanted.cursor {
        None => first,
        Some(cursor) => cursor
            .0
            .parse()
            .map_err(|_| PageError::Malformed("the kept position is not a number".to_owned()))?,
    };
    Ok(Some(Cursor((here + step).to_string())))
}

/// RFC 8288: `<url>; rel="next"`, among others.
fn next_link(header: &str) -> Option<String> {
    let mut rest = header;
    while let Some((_, after)) = rest.split_once('<') {
        let (url, tail) = after.split_once('>')?;
        // The next link begins at the next `<`; a comma may stand inside a URL.
        let params = tail.split('<').next().unwrap_or_default();
        let is_next = params
            .split([';', ','])
            .filter_map(|param| param.trim().strip_prefix("rel="))
            .any(|rel| {
                rel.trim_matches('"')
                    .split_whitespace()
                    .any(|word| word.eq_ignore_ascii_case("next"))
            });
        if is_next {
            return Some(url.to_owned());
        }
        rest = tail;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_link_is_found_among_others() {
        let header = r#"<https://h/a?x=1,2>; rel="prev", </b?page=3>; title="q"; rel="last next", <https://h/c>; rel=first"#;
        assert_eq!(next_link(header).as_deref(), Some("/b?page=3"));
        assert_eq!(next_link(r#"<https://h/a>; rel="prev""#), None);
        assert_eq!(next_link("garbage <"), None);
    }

    #[test]
    fn times_are_written_as_the_vendor_reads_them() {
        let time: Timestamp = "2026-11-20T23:12:49Z".parse().unwrap();
        let as_format = |format| {
            written(
                &SinceSpec {
                    param: None,
                    format,
                },
                time,
            )
        };
        assert_eq!(as_format(SinceFormat::Rfc3339), "2026-11-20T23:12:49Z");
        assert_eq!(as_format(SinceFormat::Unix), "1795216369");
        assert_eq!(as_format(SinceFormat::UnixMs), "1795216369000");
        assert_eq!(as_format(SinceFormat::Date), "2026-11-20");
    }
}
