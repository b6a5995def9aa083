//! Checks of lists.

use std::collections::BTreeMap;

use super::FileProblem;
use super::check_channels::check_for_each;
use super::check_requests::{check_call_auth, check_headers};
use super::check_values::{UrlPurpose, Where, check_pointer, check_template, check_url};
use crate::domain::provider::{
    PageSpec, PageStyle, ProviderFile, SyncKind, SyncSpec, TimeParam, host_of,
};
use crate::domain::sync::Sorted;

pub(super) fn check_sync(
    file: &ProviderFile,
    field: &str,
    sync: &SyncSpec,
) -> Result<(), FileProblem> {
    if sync.entity.trim().is_empty() {
        return Err(FileProblem::new(
            format!("{field}.entity"),
            "is empty; expected what the things are called",
        ));
    }
    check_for_each(file, field, sync)?;
    let place = match sync.for_each {
        Some(_) => Where::Each,
        None => Where::Request,
    };
    check_call_auth(file, &format!("{field}.auth"), &sync.auth)?;
    check_url(
        file,
        &format!("{field}.url"),
        &sync.url,
        place,
        UrlPurpose::Api,
    )?;
    if sync.url.contains("{token}") || sync.params.values().any(|value| value.contains("{token}")) {
        return Err(FileProblem::new(
            format!("{field}.url"),
            "would carry the token; expected auth to do it",
        ));
    }
    for (name, value) in &sync.params {
        check_template(file, &format!("{field}.params.{name}"), value, place)?;
    }
    check_headers(file, &format!("{field}.headers"), &sync.headers)?;
    check_time(&format!("{field}.since"), &sync.since, SINCE)?;
    if let Some(until) = &sync.until {
        check_time(&format!("{field}.until"), until, UNTIL)?;
    }
    check_sorted(field, sync)?;
    check_one(file, field, sync)?;
    let pointers = [
        ("items", Some(&sync.items)),
        ("id", Some(&sync.id)),
        ("row", sync.row.as_ref()),
        ("label", sync.label.as_ref()),
        ("updated", sync.updated.as_ref()),
        ("total", sync.total.as_ref()),
        ("status", sync.status.as_ref()),
        ("link", sync.link.as_ref()),
        ("deleted", sync.deleted.as_ref()),
        ("at", sync.at.as_ref()),
    ];
    for (name, pointer) in pointers {
        if let Some(pointer) = pointer {
            check_pointer(&format!("{field}.{name}"), pointer)?;
        }
    }
    check_fields(&format!("{field}.fields"), &sync.fields)?;
    if sync.row.is_some() && sync.kind == SyncKind::Events {
        return Err(FileProblem::new(
            format!("{field}.row"),
            "and kind = \"events\" contradict each other: what several rows name did not happen once; expected one of them",
        ));
    }
    let is_graphql = sync
        .page
        .as_ref()
        .is_some_and(|page| page.style == PageStyle::Graphql);
    if is_graphql != sync.body.is_some() {
        return Err(FileProblem::new(
            format!("{field}.body"),
            "and page.style = \"graphql\" go together; expected both or neither",
        ));
    }
    sync.page
        .as_ref()
        .map_or(Ok(()), |page| check_page(&format!("{field}.page"), page))
}

/// Where one thing of a list is asked for.
fn check_one(file: &ProviderFile, field: &str, sync: &SyncSpec) -> Result<(), FileProblem> {
    let Some(url) = sync.one_url() else {
        return Ok(());
    };
    let field = format!("{field}.one");
    let why = if sync.for_each.is_some() || sync.row.is_some() {
        "goes with a list of its own whose rows are the things; expected neither for_each nor row"
    } else if sync.kind == SyncKind::Events {
        "and kind = \"events\" contradict each other: what happened is not gone; expected one of them"
    } else if !url.contains("{id}") {
        "names no thing; expected {id} in it"
    } else if host_of(&url).contains("{id}") {
        "has the thing in its host, where the token would go; expected {id} in the path"
    } else if file.vars.contains_key("id") || file.auth.token_fields.iter().any(|it| it == "id") {
        "and a variable or token field that is called id are told apart by nobody; expected another name for that"
    } else if url.contains("{token}") {
        "would carry the token; expected auth to do it"
    } else {
        return check_url(file, &field, &url, Where::One, UrlPurpose::Api);
    };
    Err(FileProblem::new(field, why))
}

/// What can be mapped: a pointer into a thing, and a name that people can read.
fn check_fields(field: &str, fields: &BTreeMap<String, String>) -> Result<(), FileProblem> {
    for (pointer, name) in fields {
        check_pointer(field, pointer)?;
        if pointer.is_empty() {
            let why = "the empty pointer is the thing itself; expected one like \"/title\"";
            return Err(FileProblem::new(field, why));
        }
        if name.trim().is_empty() {
            let why = format!("{pointer:?} has no name; expected what people call it");
            return Err(FileProblem::new(field, why));
        }
    }
    Ok(())
}

/// What stands for the time in what such a parameter says.
const SINCE: &[&str] = &["{since}", "{since.minutes}"];
const UNTIL: &[&str] = &["{until}"];

fn check_time(field: &str, time: &TimeParam, names: &[&str]) -> Result<(), FileProblem> {
    let Some(text) = &time.text else {
        return Ok(());
    };
    let field = format!("{field}.text");
    if time.param.is_none() {
        return Err(FileProblem::new(
            field,
            "is not sent; expected param beside it",
        ));
    }
    if !names.iter().any(|name| text.contains(name)) {
        return Err(FileProblem::new(
            field,
            format!(
                "does not say which time; expected {} in it, which stands for it",
                names.join(" or ")
            ),
        ));
    }
    Ok(())
}

/// To go on by key, its key has to be read, and sent.
fn check_sorted(field: &str, sync: &SyncSpec) -> Result<(), FileProblem> {
    let needs = |name: &str| {
        let why = "is missing; to go on by key, sorted needs it";
        Err(FileProblem::new(format!("{field}.{name}"), why))
    };
    let until = sync.until.as_ref().and_then(|until| until.param.as_ref());
    match sync.sorted {
        None if sync.until.is_some() => Err(FileProblem::new(
            format!("{field}.until"),
            "is not sent; expected sorted = \"-updated\" beside it",
        )),
        None => Ok(()),
        Some(_) if sync.updated.is_none() => needs("updated"),
        Some(_) if sync.since.param.is_none() => needs("since.param"),
        Some(Sorted::NewestFirst) if until.is_none() => needs("until.param"),
        Some(Sorted::OldestFirst) if until.is_some() => Err(FileProblem::new(
            format!("{field}.until"),
            "is not sent; expected it beside sorted = \"-updated\" alone",
        )),
        Some(Sorted::NewestFirst | Sorted::OldestFirst) => Ok(()),
    }
}

fn check_page(field: &str, page: &PageSpec) -> Result<(), FileProblem> {
    let needs: &[(&str, bool)] = match page.style {
        PageStyle::Cursor => &[
            ("param", page.param.is_none()),
            ("next", page.next.is_none()),
        ],
        PageStyle::Link => &[],
        PageStyle::Offset => &[
            ("param", page.param.is_none()),
            ("size", page.size.is_none()),
        ],
        PageStyle::Page => &[("param", page.param.is_none())],
        PageStyle::StartingAfter => &[
            ("param", page.param.is_none()),
            ("more", page.more.is_none()),
        ],
        PageStyle::NextUrl => &[("next", page.next.is_none())],
        PageStyle::Graphql => &[
            ("param", page.param.is_none()),
            ("next", page.next.is_none()),
        ],
    };
    if let Some((name, _)) = needs.iter().find(|(_, missing)| *missing) {
        return Err(FileProblem::new(
            format!("{field}.{name}"),
            format!("is missing; style {:?} needs it", page.style.as_str()),
        ));
    }
    if page.size.is_some() && page.size_param.is_none() && page.style != PageStyle::Offset {
        return Err(FileProblem::new(
            format!("{field}.size"),
            "is not sent; expected size_param beside it",
        ));
    }
    if page.size == Some(0) {
        return Err(FileProblem::new(
            format!("{field}.size"),
            "is 0; expected at least 1",
        ));
    }
    for (name, pointer) in [
        ("next", &page.next),
        ("more", &page.more),
        ("end", &page.end),
    ] {
        if let Some(pointer) = pointer {
            check_pointer(&format!("{field}.{name}"), pointer)?;
        }
    }
    Ok(())
}
