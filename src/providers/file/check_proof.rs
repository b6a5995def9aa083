//! Checks of what a proof rests on: the vendor's words for a token's end, the control, the limits.

use reqwest::header::HeaderName;

use super::FileProblem;
use super::check_requests::{RequestParts, check_call_auth, check_request};
use super::check_values::check_matcher;
use crate::domain::provider::{
    ControlSpec, Encode, Limited, Matcher, ProbeSpec, ProviderFile, RefusalWords,
};

/// What a flow fills in by itself (RFC 6749 4.1.1, RFC 7636 4.3, OpenID Connect Core 3.1.2.1): a fixed value beside it
/// would break the flow, or undo what the value is there for.
pub(super) const FLOW_PARAMS: [&str; 4] = ["nonce", "state", "code_challenge", "redirect_uri"];

pub(super) fn check_flow_params(file: &ProviderFile) -> Result<(), FileProblem> {
    let fixed = |name: &&&str| file.auth.params.contains_key(**name);
    match FLOW_PARAMS.iter().find(fixed) {
        Some(name) => Err(FileProblem::new(
            format!("auth.params.{name}"),
            "is made anew for every flow; expected nothing here",
        )),
        None => Ok(()),
    }
}

/// What a status alone says, it says of made-up tokens too, so that it names no token's end.
pub(super) fn check_words(field: &str, words: &RefusalWords<'_>) -> Result<(), FileProblem> {
    let all = [
        ("revoked", words.revoked),
        ("expired", words.expired),
        ("suspended", words.suspended),
    ];
    for (name, matcher) in all {
        let field = format!("{field}.{name}");
        check_matcher(&field, matcher)?;
        if name != "suspended" && is_by_status(matcher) {
            return Err(FileProblem::new(
                field,
                "is a status alone, which a made-up token gets as well; expected pointer, contains or header beside it",
            ));
        }
    }
    Ok(())
}

fn is_by_status(matcher: &Matcher) -> bool {
    !matcher.is_empty() && matcher.is_status_alone()
}

/// The fields of a question that are about proof.
pub(super) fn check_probe_proof(field: &str, probe: &ProbeSpec) -> Result<(), FileProblem> {
    let words = RefusalWords {
        revoked: &probe.revoked,
        expired: &probe.expired,
        suspended: &probe.suspended,
    };
    check_words(field, &words)?;
    check_limited(&format!("{field}.limited"), &probe.limited)?;
    if probe.refusals == Some(0) {
        return Err(FileProblem::new(
            format!("{field}.refusals"),
            "is 0, so that nothing could ever be asked; expected at least 1",
        ));
    }
    if probe.control.is_some() && !probe.auth.is_ours() {
        return Err(FileProblem::new(
            format!("{field}.control"),
            "says that the question authenticates our client, and its auth does not; expected auth = client, basic, body, client_id, platform_key or app_jwt",
        ));
    }
    Ok(())
}

pub(super) fn check_limited(field: &str, limited: &Limited) -> Result<(), FileProblem> {
    check_matcher(field, &limited.matcher)?;
    let Some(reset) = &limited.reset else {
        return Ok(());
    };
    let field = format!("{field}.reset");
    if HeaderName::from_bytes(reset.as_bytes()).is_err() {
        return Err(FileProblem::new(
            field,
            format!("{reset:?} is not a header's name"),
        ));
    }
    if limited.matcher.is_empty() {
        return Err(FileProblem::new(
            field,
            "is never read; expected status, pointer, contains or header beside it",
        ));
    }
    Ok(())
}

pub(super) fn check_control(file: &ProviderFile, control: &ControlSpec) -> Result<(), FileProblem> {
    let auth = control.auth.call_auth();
    check_call_auth(file, "control.auth", &auth)?;
    check_matcher("control.alive", &control.alive)?;
    let request = RequestParts {
        url: &control.url,
        auth: &auth,
        encode: if control.params.is_empty() {
            Encode::None
        } else {
            Encode::Query
        },
        params: &control.params,
        headers: &control.headers,
        body: None,
        token_in_url: true,
    };
    check_request(file, "control", &request)?;
    let sent = [&control.url].into_iter();
    let mut sent = sent
        .chain(control.params.values())
        .chain(control.headers.values());
    if sent.any(|text| text.contains("{token}")) {
        return Err(FileProblem::new(
            "control",
            "sends the connection's token; expected a read that needs none",
        ));
    }
    Ok(())
}
