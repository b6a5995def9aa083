//! What the types cannot say about `[channels]` and about lists for each of several things.

use url::Url;

use super::FileProblem;
use super::check_proof::check_limited;
use super::check_requests::{check_call_auth, check_headers};
use super::check_values::{
    UrlPurpose, Where, check_matcher, check_template, check_url, with_defaults,
};
use crate::domain::provider::{ChannelsSpec, Encode, JoinSpec, Matcher, ProviderFile, SyncSpec};
use crate::providers::template::{self, Names, PARENT};

pub(super) fn check_channels(file: &ProviderFile, spec: &ChannelsSpec) -> Result<(), FileProblem> {
    match file.list_of(&spec.entity) {
        None => return Err(no_entity("channels.entity", &spec.entity)),
        Some(sync) if sync.for_each.is_some() => {
            return Err(FileProblem::new(
                "channels.entity",
                format!(
                    "{:?} has for_each itself; expected an entity of one list",
                    spec.entity
                ),
            ));
        }
        Some(_) => {}
    }
    if !template::is_name(&spec.param) || template::RESERVED.contains(&spec.param.as_str()) {
        return Err(FileProblem::new(
            "channels.param",
            format!(
                "{:?} cannot stand in braces; expected a-z, 0-9 and _, and none of {}",
                spec.param,
                template::RESERVED.join(", ")
            ),
        ));
    }
    check_thing("channels.private", &spec.private)?;
    check_thing("channels.member", &spec.member)?;
    match &spec.join {
        Some(join) => check_join(file, join, &spec.param),
        None => Ok(()),
    }
}

/// A thing of a list has neither a status nor headers.
fn check_thing(field: &str, matcher: &Matcher) -> Result<(), FileProblem> {
    check_matcher(field, matcher)?;
    if matcher.status.is_empty() && matcher.header.is_empty() {
        return Ok(());
    }
    Err(FileProblem::new(
        field,
        "expected pointer with equals or in, or contains; a thing has no status and no headers",
    ))
}

fn check_join(file: &ProviderFile, join: &JoinSpec, param: &str) -> Result<(), FileProblem> {
    check_call_auth(file, "channels.join.auth", &join.auth)?;
    check_url(
        file,
        "channels.join.url",
        &join.url,
        Where::Join,
        UrlPurpose::Api,
    )?;
    check_host(file, &join.url)?;
    for (name, value) in &join.params {
        check_template(
            file,
            &format!("channels.join.params.{name}"),
            value,
            Where::Join,
        )?;
    }
    check_headers(file, "channels.join.headers", &join.headers)?;
    check_matcher("channels.join.success", &join.success)?;
    check_matcher("channels.join.already", &join.already)?;
    check_limited("channels.join.limited", &join.limited)?;
    if matches!(join.encode, Encode::None | Encode::Graphql) && !join.params.is_empty() {
        return Err(FileProblem::new(
            "channels.join.encode",
            "does not send params; expected form, json or query",
        ));
    }
    let mut values = std::iter::once(&join.url).chain(join.params.values());
    if values.clone().any(|text| text.contains("{token}")) {
        return Err(FileProblem::new(
            "channels.join",
            "would carry the token; expected auth to do it",
        ));
    }
    let named = format!("{{{param}}}");
    if values.any(|text| text.contains(&named)) {
        return Ok(());
    }
    Err(FileProblem::new(
        "channels.join",
        format!("does not say which channel; expected {named} in url or params"),
    ))
}

/// The token goes nowhere but where the file's other requests may go.
fn check_host(file: &ProviderFile, url: &str) -> Result<(), FileProblem> {
    let names = Names::of_vars(&file.vars, &file.hosts);
    // What stands for the rest is known when the request is made, which checks again.
    let filled = with_defaults(file, url).and_then(|url| Url::parse(&url).ok());
    let Some(origin) = filled else {
        return Ok(());
    };
    if names.allows(&origin) {
        return Ok(());
    }
    Err(FileProblem::new(
        "channels.join.url",
        format!(
            "goes to {}, which is none of the file's; expected a var that holds the address, or the host among `hosts`",
            origin.host_str().unwrap_or("no host")
        ),
    ))
}

pub(super) fn check_for_each(
    file: &ProviderFile,
    field: &str,
    sync: &SyncSpec,
) -> Result<(), FileProblem> {
    let Some(of) = &sync.for_each else {
        return Ok(());
    };
    let field = format!("{field}.for_each");
    let Some(parent) = file.list_of(of) else {
        return Err(no_entity(&field, of));
    };
    if parent.for_each.is_some() || parent.entity == sync.entity {
        return Err(FileProblem::new(
            field,
            format!("{of:?} is no entity of one list; lists for each are not nested"),
        ));
    }
    let named = format!("{{{PARENT}}}");
    let texts = std::iter::once(&sync.url).chain(sync.params.values());
    if texts
        .chain(sync.headers.values())
        .any(|text| text.contains(&named))
    {
        return Ok(());
    }
    Err(FileProblem::new(
        field,
        format!("is not used; expected {named} in url, params or headers"),
    ))
}

/// A feature that shows the records of an entity names one that there is.
pub(super) fn check_dependents(file: &ProviderFile) -> Result<(), FileProblem> {
    for (at, dependent) in file.dependents.iter().enumerate() {
        if let Some(entity) = &dependent.entity
            && file.list_of(entity).is_none()
        {
            return Err(no_entity(&format!("dependents[{at}].entity"), entity));
        }
    }
    Ok(())
}

fn no_entity(field: &str, entity: &str) -> FileProblem {
    FileProblem::new(
        field,
        format!("{entity:?} is no entity of this file; expected one of [[sync]]"),
    )
}
