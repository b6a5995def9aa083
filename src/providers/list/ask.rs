//! The request for a page.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::next::followed;
use super::{Cursor, PageError, PageRequest};
use crate::domain::provider::{Encode, PageSpec, PageStyle, SyncSpec};
use crate::providers::app::CallContext;
use crate::providers::http::LIST_REPLY;
use crate::providers::request::{self, Prepared, RequestSpec, SetupError};

pub(super) fn prepare(
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
    let moving = moving_params(spec, wanted);
    let fixed: BTreeMap<String, String> = spec
        .params
        .iter()
        .filter(|(fixed, _)| moving.iter().all(|(name, _)| name != *fixed))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    let request = RequestSpec {
        method: spec.method,
        url: &spec.url,
        auth: &spec.auth,
        // A vendor's URL holds every parameter already, and GraphQL takes them as variables.
        encode: if is_graphql || follows.is_some() {
            Encode::None
        } else {
            Encode::Query
        },
        params: &fixed,
        headers: &spec.headers,
        body: None,
        limit: LIST_REPLY,
    };
    let mut prepared = request::prepare(&request, context)?;
    prepared.outgoing.stalls_after = spec.timeout.as_ref().map(|it| it.duration());
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
    let bounds = [
        (Some(&spec.since), wanted.since),
        (spec.until.as_ref(), wanted.until),
    ];
    for (asks, time) in bounds {
        if let (Some(asks), Some(time)) = (asks, time)
            && let Some(param) = &asks.param
        {
            params.push((param.clone(), asks.written(time, wanted.now)));
        }
    }
    if let Some(page) = &spec.page {
        if let (Some(param), Some(size)) = (&page.size_param, wanted.size.or(page.size)) {
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
