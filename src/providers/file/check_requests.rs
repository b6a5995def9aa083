//! Checks of what will be sent: disconnect calls, the probe.

use std::collections::BTreeMap;

use reqwest::header::{HeaderName, HeaderValue};

use super::FileProblem;
use super::check_proof::{check_limited, check_probe_proof};
use super::check_values::{UrlPurpose, Where, check_matcher, check_template, check_url};
use crate::domain::provider::{
    AuthKind, Call, CallAuth, Encode, Matcher, ProbeSpec, ProviderFile, RefreshKind, TokenKind,
    Verb,
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
    if call.is_reach_assumed {
        let why = "is found out when the file is read; leave it out, and say blast and kills";
        return Err(FileProblem::new(format!("{field}.is_reach_assumed"), why));
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
