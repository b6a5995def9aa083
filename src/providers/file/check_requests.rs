//! Checks of what will be sent: disconnect calls, the probe, lists.

use std::collections::BTreeMap;

use reqwest::header::{HeaderName, HeaderValue};

use super::FileProblem;
use super::check_channels::check_for_each;
use super::check_proof::{check_limited, check_probe_proof};
use super::check_values::{
    UrlPurpose, Where, check_matcher, check_pointer, check_template, check_url,
};
use crate::domain::provider::{
    AuthKind, Call, CallAuth, Encode, Matcher, PageSpec, PageStyle, ProbeSpec, ProviderFile,
    RefreshKind, SINCE, SinceSpec, SyncKind, SyncSpec, TokenKind, Verb,
};

pub(super) fn check_call(file: &ProviderFile, field: &str, call: &Call) -> Result<(), FileProblem> {
    if call.dialect.is_some() {
        check_dialect(file, field, call)?;
    } else if call.url.is_empty() {
        return Err(FileProblem::new(
            format!("{field}.url"),
            "is missing; expected a URL, or dialect = \"rfc7009\"",
        ));
    }
    for (name, matcher) in [
        ("success", &call.success),
        ("gone", &call.gone),
        ("fatal", &call.fatal),
    ] {
        check_matcher(&format!("{field}.{name}"), matcher)?;
    }
    check_limited(&format!("{field}.limited"), &call.limited)?;
    for expanded in call.expand() {
        check_token_exists(file, field, call, expanded.needs())?;
        check_call_auth(file, &format!("{field}.auth"), expanded.auth())?;
        check_gone_is_about_the_token(field, &expanded)?;
        let request = RequestParts {
            url: &expanded.url,
            auth: expanded.auth(),
            encode: expanded.encode(),
            params: &expanded.params,
            headers: &expanded.headers,
            body: expanded.body.as_deref(),
            token_in_url: expanded.token_in_url,
        };
        check_request(file, field, &request)?;
    }
    Ok(())
}

fn check_dialect(file: &ProviderFile, field: &str, call: &Call) -> Result<(), FileProblem> {
    if call.url.is_empty() && file.auth.revoke.is_none() && file.auth.issuer.is_none() {
        return Err(FileProblem::new(
            format!("{field}.dialect"),
            "rfc7009 needs an endpoint; expected auth.revoke, or auth.issuer to discover it from",
        ));
    }
    if call.token.is_none() && !call.kills.is_empty() {
        return Err(FileProblem::new(
            format!("{field}.kills"),
            "stands beside a dialect that makes two calls; expected token beside it",
        ));
    }
    if matches!(
        call.token,
        Some(TokenKind::Account | TokenKind::Installation)
    ) {
        return Err(FileProblem::new(
            format!("{field}.token"),
            "rfc7009 sends a token; expected access or refresh",
        ));
    }
    if call.method != Verb::Post {
        return Err(FileProblem::new(
            format!("{field}.method"),
            "rfc7009 is a POST (RFC 7009 2.1)",
        ));
    }
    Ok(())
}

/// A call that waits for a token which the vendor never issues is never made.
fn check_token_exists(
    file: &ProviderFile,
    field: &str,
    call: &Call,
    needs: TokenKind,
) -> Result<(), FileProblem> {
    let has_keys = file.auth.kind == AuthKind::ApiKey;
    let expected = match needs {
        TokenKind::Access | TokenKind::Refresh if has_keys => {
            "there is only a key; expected api_key"
        }
        TokenKind::Installation if file.auth.kind != AuthKind::AppInstall => {
            "nothing is installed here; expected access or refresh"
        }
        TokenKind::Refresh if file.auth.kind == AuthKind::AppInstall => {
            "an installation has none; expected access or installation"
        }
        TokenKind::ApiKey if !has_keys => "there is no key; expected access or refresh",
        // A dialect that names no token sends what there is.
        TokenKind::Refresh if call.token.is_some() && file.auth.refresh == RefreshKind::None => {
            "there is none, as auth.refresh = \"none\" says; expected access"
        }
        _ => return Ok(()),
    };
    Err(FileProblem::new(
        format!("{field}.token"),
        format!("the call needs {needs}, and {expected}"),
    ))
}

/// With client authentication a 401 speaks about our registration: called `gone`, wrong client credentials would
/// pass for a dead token.
fn check_gone_is_about_the_token(field: &str, call: &Call) -> Result<(), FileProblem> {
    let gone = &call.gone;
    if call.auth().is_ours() && gone.status.contains(&401) && gone.is_status_alone() {
        return Err(FileProblem::new(
            format!("{field}.gone.status"),
            "401 means wrong client credentials under this auth; expected pointer or contains beside it",
        ));
    }
    Ok(())
}

pub(super) fn check_call_auth(
    file: &ProviderFile,
    field: &str,
    auth: &CallAuth,
) -> Result<(), FileProblem> {
    match auth {
        CallAuth::AppJwt if file.auth.kind != AuthKind::AppInstall => Err(FileProblem::new(
            field,
            "app_jwt is an installed app's; expected another auth, or auth.kind = \"app_install\"",
        )),
        CallAuth::Header(name) if HeaderName::from_bytes(name.as_bytes()).is_err() => Err(
            FileProblem::new(field, format!("{name:?} is not a header's name")),
        ),
        _ => Ok(()),
    }
}

pub(super) fn check_probe(
    file: &ProviderFile,
    field: &str,
    probe: &ProbeSpec,
) -> Result<(), FileProblem> {
    check_matcher(&format!("{field}.alive"), &probe.alive)?;
    check_matcher(&format!("{field}.dead"), &probe.dead)?;
    check_probe_proof(field, probe)?;
    if probe.dead.is_empty() {
        return Err(FileProblem::new(
            format!("{field}.dead"),
            "is empty; expected what a dead token is answered with",
        ));
    }
    check_call_auth(file, &format!("{field}.auth"), &probe.auth)?;
    if probe.auth.is_ours() && probe.dead == Matcher::of_status(&[401]) {
        return Err(FileProblem::new(
            format!("{field}.dead"),
            "401 means wrong client credentials under this auth; expected what a dead token is answered with",
        ));
    }
    let request = RequestParts {
        url: &probe.url,
        auth: &probe.auth,
        encode: probe.encode,
        params: &probe.params,
        headers: &probe.headers,
        body: probe.body.as_deref(),
        token_in_url: probe.token_in_url,
    };
    check_request(file, field, &request)
}

/// What of a request is checked.
pub(super) struct RequestParts<'a> {
    pub(super) url: &'a str,
    pub(super) auth: &'a CallAuth,
    pub(super) encode: Encode,
    pub(super) params: &'a BTreeMap<String, String>,
    pub(super) headers: &'a BTreeMap<String, String>,
    pub(super) body: Option<&'a str>,
    pub(super) token_in_url: bool,
}

pub(super) fn check_request(
    file: &ProviderFile,
    field: &str,
    request: &RequestParts<'_>,
) -> Result<(), FileProblem> {
    check_url(
        file,
        &format!("{field}.url"),
        request.url,
        Where::Request,
        UrlPurpose::Api,
    )?;
    let in_query = |text: &str| request.encode == Encode::Query && text.contains("{token}");
    if !request.token_in_url
        && (request.url.contains("{token}") || request.params.values().any(|text| in_query(text)))
    {
        return Err(FileProblem::new(
            format!("{field}.token_in_url"),
            "is false, but the URL would carry the token; expected the token in the body, or true where the vendor has no other way",
        ));
    }
    let place = if request.encode == Encode::Query {
        Where::Request
    } else {
        Where::Param
    };
    for (name, value) in request.params {
        check_template(file, &format!("{field}.params.{name}"), value, place)?;
    }
    check_headers(file, &format!("{field}.headers"), request.headers)?;
    let has_params = !request.params.is_empty();
    let authenticates_in_body = matches!(request.auth, CallAuth::Body | CallAuth::ClientId);
    let wrong = match (request.encode, request.body) {
        (Encode::Graphql, None) => (
            "body",
            "is missing; expected the GraphQL text of encode = \"graphql\"",
        ),
        (Encode::Graphql, Some(_)) => return Ok(()),
        (_, Some(_)) => ("body", "stands without encode = \"graphql\""),
        (Encode::None, None) if has_params => (
            "params",
            "are not sent; expected encode = form, json or query",
        ),
        (Encode::None, None) if authenticates_in_body => (
            "auth",
            "puts the client among the parameters; expected encode = form, json or query",
        ),
        _ => return Ok(()),
    };
    Err(FileProblem::new(format!("{field}.{}", wrong.0), wrong.1))
}

pub(super) fn check_headers(
    file: &ProviderFile,
    field: &str,
    headers: &BTreeMap<String, String>,
) -> Result<(), FileProblem> {
    for (name, value) in headers {
        let at = format!("{field}.{name}");
        if HeaderName::from_bytes(name.as_bytes()).is_err() {
            return Err(FileProblem::new(
                at,
                format!("{name:?} is not a header's name"),
            ));
        }
        if HeaderValue::from_str(value).is_err() {
            return Err(FileProblem::new(
                at,
                "holds characters that a header cannot carry",
            ));
        }
        check_template(file, &at, value, Where::Param)?;
    }
    Ok(())
}

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
    check_since(field, &sync.since)?;
    let pointers = [
        ("items", Some(&sync.items)),
        ("id", Some(&sync.id)),
        ("row", sync.row.as_ref()),
        ("label", sync.label.as_ref()),
        ("updated", sync.updated.as_ref()),
        ("total", sync.total.as_ref()),
        ("status", sync.status.as_ref()),
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

fn check_since(field: &str, since: &SinceSpec) -> Result<(), FileProblem> {
    let Some(text) = &since.text else {
        return Ok(());
    };
    let field = format!("{field}.since.text");
    if since.param.is_none() {
        return Err(FileProblem::new(
            field,
            "is not sent; expected param beside it",
        ));
    }
    if !text.contains(SINCE) {
        return Err(FileProblem::new(
            field,
            format!("does not say since when; expected {SINCE} in it, which stands for the time"),
        ));
    }
    Ok(())
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
