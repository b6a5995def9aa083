//! Where a list goes on.

use serde_json::Value;
use url::Url;

use super::link::{self, Unreadable};
use super::{ListItem, PageError, PageRequest};
use crate::domain::provider::{PageSpec, PageStyle};
use crate::domain::sync::{Follows, YesOrNo, said};
use crate::providers::app::CallContext;
use crate::providers::http::{HttpAnswer, LinkHeader};
use crate::providers::request::SetupError;
use crate::providers::template::TemplateError;

/// A page as the styles look at it.
pub(super) struct PageView<'a> {
    pub(super) json: &'a Value,
    pub(super) answer: &'a HttpAnswer,
    pub(super) items: &'a [ListItem],
    pub(super) count: usize,
    pub(super) from: &'a Url,
    pub(super) wanted: PageRequest<'a>,
    pub(super) context: &'a CallContext<'a>,
}

pub(super) fn follows(page: &PageSpec, seen: &PageView<'_>) -> Result<Follows, PageError> {
    let more = yes_or_no(seen.json, page.more.as_deref())?;
    let end = yes_or_no(seen.json, page.end.as_deref())?;
    if more == YesOrNo::No || end == YesOrNo::Yes {
        return Ok(Follows::Nothing);
    }
    let follows = match page.style {
        PageStyle::Cursor | PageStyle::Graphql => pointed(page, seen.json)?,
        PageStyle::NextUrl => absolute(pointed(page, seen.json)?, seen)?,
        PageStyle::Link => absolute(linked(seen.answer)?, seen)?,
        PageStyle::StartingAfter => match seen.items.last() {
            Some(item) if more == YesOrNo::Yes => Follows::At(item.id.clone()),
            Some(item) => Follows::Onward(item.id.clone()),
            None => Follows::Nothing,
        },
        PageStyle::Offset => numbered(seen, 0, seen.count as u64)?,
        PageStyle::Page => numbered(seen, u64::from(page.first.unwrap_or(1)), 1)?,
    };
    let is_nowhere = matches!(follows, Follows::Nothing | Follows::Silence);
    if more == YesOrNo::Yes && is_nowhere {
        return Err(PageError::Malformed(
            "it says that there is more, and not where".to_owned(),
        ));
    }
    Ok(follows)
}

fn yes_or_no(json: &Value, pointer: Option<&str>) -> Result<YesOrNo, PageError> {
    let Some(pointer) = pointer else {
        return Ok(YesOrNo::Nothing);
    };
    said(json.pointer(pointer)).map_err(|found| {
        PageError::Malformed(format!("at {pointer} stands {found}, neither yes nor no"))
    })
}

/// A position that the page names. A field that is there and empty says that there is none; a missing one says nothing.
fn pointed(page: &PageSpec, json: &Value) -> Result<Follows, PageError> {
    let pointer = page.next.as_deref().unwrap_or_default();
    match json.pointer(pointer) {
        None => Ok(Follows::Silence),
        Some(Value::Null | Value::Bool(false)) => Ok(Follows::Nothing),
        Some(Value::String(text)) if text.trim().is_empty() => Ok(Follows::Nothing),
        Some(Value::Array(list)) if list.is_empty() => Ok(Follows::Nothing),
        Some(Value::Object(object)) if object.is_empty() => Ok(Follows::Nothing),
        Some(Value::String(text)) => Ok(Follows::At(text.clone())),
        Some(Value::Number(number)) => Ok(Follows::At(number.to_string())),
        Some(_) => Err(PageError::Malformed(format!(
            "at {pointer} stands no position"
        ))),
    }
}

fn linked(answer: &HttpAnswer) -> Result<Follows, PageError> {
    match &answer.link {
        LinkHeader::Read(lines) => match link::next_of(lines) {
            Ok(next) => Ok(next.map_or(Follows::Silence, Follows::At)),
            Err(Unreadable) if lines.to_ascii_lowercase().contains("next") => {
                let why = "its Link header names what is next, and cannot be read (RFC 8288)";
                Err(PageError::Malformed(why.to_owned()))
            }
            Err(Unreadable) => Ok(Follows::Silence),
        },
        LinkHeader::Unreadable => Err(PageError::Malformed(
            "its Link header cannot be read: it is longer than 64 KiB, or is no text".to_owned(),
        )),
    }
}

fn absolute(follows: Follows, seen: &PageView<'_>) -> Result<Follows, PageError> {
    match follows {
        Follows::At(next) => {
            followed(&next, seen.from, seen.context).map(|url| Follows::At(url.into()))
        }
        other => Ok(other),
    }
}

/// Counted pages go on until one is empty: a page that is not full may be all that the vendor gives at once.
fn numbered(seen: &PageView<'_>, first: u64, step: u64) -> Result<Follows, PageError> {
    if seen.count == 0 {
        return Ok(Follows::Nothing);
    }
    let here = match seen.wanted.cursor {
        None => first,
        Some(cursor) => cursor
            .0
            .parse()
            .map_err(|_| PageError::Malformed("the kept position is not a number".to_owned()))?,
    };
    Ok(Follows::Onward((here + step).to_string()))
}

/// A page's URL may carry the token to the list's own host, or to one that the file names in full, and nowhere else.
pub(super) fn followed(
    next: &str,
    from: &Url,
    context: &CallContext<'_>,
) -> Result<Url, PageError> {
    let url = from
        .join(next)
        .map_err(|_| PageError::Malformed("the next page's URL is none".to_owned()))?;
    if url.origin() == from.origin() || context.names().names_in_full(&url) {
        return Ok(url);
    }
    let host = url.host_str().unwrap_or("no host").to_owned();
    Err(SetupError::from(TemplateError::ForeignHost(host)).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_stays_at_the_lists_host_unless_the_file_names_another_in_full() {
        let toml = "id = \"many\"\nname = \"Many\"\ncategory = \"other\"\nhosts = [\"*.many.example\", \"files.many.example\"]\n\
                    [auth]\nkind = \"api_key\"\n";
        let file = crate::providers::parse(toml, "many.toml").unwrap();
        let app = crate::providers::App::new(std::sync::Arc::new(file), &Default::default());
        let endpoints = Default::default();
        let context = CallContext::new(&app, &endpoints);
        let from = Url::parse("https://ours.many.example/things").unwrap();
        let to = |next: &str| followed(next, &from, &context).is_ok();
        assert!(to("/things?page=2"));
        assert!(to("https://files.many.example/things?page=2"));
        assert!(
            !to("https://theirs.many.example/things?page=2"),
            "another customer's"
        );
        assert!(!to("http://files.many.example/things?page=2"));
    }

    #[test]
    fn an_empty_position_says_that_there_is_none() {
        let page: PageSpec = toml::from_str("style = \"cursor\"\nnext = \"/next\"").unwrap();
        let pointed = |json: &Value| pointed(&page, json);
        for none in ["null", "false", "\"\"", "\" \"", "{}", "[]"] {
            let json = serde_json::from_str(&format!("{{\"next\":{none}}}")).unwrap();
            assert_eq!(pointed(&json), Ok(Follows::Nothing), "{none}");
        }
        let json = serde_json::json!({ "next": 7 });
        assert_eq!(pointed(&json), Ok(Follows::At("7".to_owned())));
        let json = serde_json::json!({ "next": { "after": 7 } });
        assert!(pointed(&json).is_err());
        assert_eq!(pointed(&serde_json::json!({})), Ok(Follows::Silence));
    }
}
