//! Where a list goes on.

use serde_json::Value;
use url::Url;

use super::{Cursor, Item, PageError, PageRequest};
use crate::domain::provider::{PageSpec, PageStyle};
use crate::providers::app::CallContext;
use crate::providers::http::Answer;
use crate::providers::identity::text_at;
use crate::providers::request::SetupError;
use crate::providers::template::TemplateError;

/// A page as the styles look at it.
pub(super) struct Seen<'a> {
    pub(super) json: &'a Value,
    pub(super) answer: &'a Answer,
    pub(super) items: &'a [Item],
    pub(super) count: usize,
    pub(super) from: &'a Url,
    pub(super) wanted: PageRequest<'a>,
    pub(super) context: &'a CallContext<'a>,
}

pub(super) fn next(page: &PageSpec, seen: &Seen<'_>) -> Result<Option<Cursor>, PageError> {
    let pointed = || {
        page.next
            .as_deref()
            .and_then(|pointer| text_at(seen.json, pointer))
    };
    let says = |pointer: &Option<String>| {
        pointer
            .as_deref()
            .map(|pointer| seen.json.pointer(pointer) == Some(&Value::Bool(true)))
    };
    if says(&page.more) == Some(false) || says(&page.end) == Some(true) {
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

/// A page's URL may carry the token to the list's own host, or to one that the file allows, and nowhere else.
pub(super) fn followed(
    next: &str,
    from: &Url,
    context: &CallContext<'_>,
) -> Result<Url, PageError> {
    let url = from
        .join(next)
        .map_err(|_| PageError::Malformed("the next page's URL is none".to_owned()))?;
    if url.origin() == from.origin() || context.names().allows(&url) {
        return Ok(url);
    }
    let host = url.host_str().unwrap_or("no host").to_owned();
    Err(SetupError::from(TemplateError::ForeignHost(host)).into())
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
}
