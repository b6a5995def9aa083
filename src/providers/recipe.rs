//! The interpreter of `[[disconnect]]`: one call, and what the vendor's answer means.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::app::CallContext;
use super::client_auth_quirks::{AuthQuirk, missed};
use super::excerpt;
use super::http::{Http, HttpAnswer, HttpConnection, HttpError, SMALL_REPLY};
use super::limits::{self, LimitMet};
use super::request::{self, RequestSpec, SetupError};
use super::self_contained::{self, outlives_its_issuers_word};
use super::template::{Piece, TemplateError, pieces};
use crate::domain::provider::{Body, Call, CallAuth, Encode, Matcher, TokenKind, Verb};
use crate::domain::saturating_time::saturating_later;
use crate::domain::trial::{CallAnswer, CallVerdict};

/// The method and address of a call, as they may be shown before it is made; a name that nothing stands for yet stays in
/// its braces.
pub(crate) fn shown(spec: &Call, context: &CallContext<'_>) -> String {
    let names = context.names();
    let word = |piece: Piece<'_>| match piece {
        Piece::Text(text) => text.to_owned(),
        Piece::Name(name) => {
            let braced = format!("{{{name}}}");
            names.fill(&braced).map_or(braced, |filled| filled.shown)
        }
    };
    let url = match pieces(&spec.url) {
        Ok(pieces) => pieces.into_iter().map(word).collect(),
        Err(_) => spec.url.clone(),
    };
    format!("{} {url}", spec.method.as_str())
}

/// Makes one call; once more where the server missed something of our authentication, and then the reason names both
/// answers. `spec` has to be expanded ([`crate::domain::provider::ProviderFile::calls`]).
pub(crate) async fn call(http: &Http, spec: &Call, context: &CallContext<'_>) -> CallAnswer {
    let endpoints = context.endpoints.at_revocation();
    let context = &CallContext {
        endpoints: &endpoints,
        ..context.about(spec.needs())
    };
    let (first, missed) = once(http, spec, &spec.params, context).await;
    let may_be_added = matches!(spec.encode(), Encode::Form | Encode::Json);
    let Some(missed) = missed.filter(|_| *spec.auth() == CallAuth::Client && may_be_added) else {
        return first;
    };
    if spec.params.contains_key(missed.name) {
        return first;
    }
    let mut params = spec.params.clone();
    params.insert(missed.name.to_owned(), missed.value.to_owned());
    let (again, _) = once(http, spec, &params, context).await;
    let before = format!(
        "answered {} first ({}), and made once more with {}",
        first.status.map(|it| it.to_string()).unwrap_or_default(),
        first.reason,
        missed.name
    );
    let reason = [before, again.reason];
    CallAnswer {
        reason: reason
            .into_iter()
            .filter(|it| !it.is_empty())
            .collect::<Vec<_>>()
            .join("; "),
        ..again
    }
}

/// Makes it with these parameters; also what the server missed.
async fn once(
    http: &Http,
    spec: &Call,
    params: &BTreeMap<String, String>,
    context: &CallContext<'_>,
) -> (CallAnswer, Option<AuthQuirk>) {
    let wanted = RequestSpec {
        method: spec.method,
        url: &spec.url,
        auth: spec.auth(),
        encode: spec.encode(),
        params,
        headers: &spec.headers,
        body: spec.body.as_deref(),
        limit: SMALL_REPLY,
    };
    let prepared = match request::prepare(&wanted, context) {
        Ok(prepared) => prepared,
        Err(error) => return (not_sent(spec.method, &spec.url, &error), None),
    };
    let endpoint = prepared.endpoint;
    match http.send(HttpConnection::Once, prepared.outgoing).await {
        Ok(answer) => {
            let missed = missed(context.app, context.endpoints, &answer);
            (answered(spec, context, endpoint, answer), missed)
        }
        Err(error) => (unanswered(spec.method, endpoint, &error), None),
    }
}

fn answered(
    spec: &Call,
    context: &CallContext<'_>,
    endpoint: String,
    answer: HttpAnswer,
) -> CallAnswer {
    let hidden = |text: String| excerpt::of_text(&text, &context.secrets());
    let limit = limit(spec, context, &answer);
    let judged = match limit {
        Some(_) => CallJudgement::because(CallVerdict::Limited, "too many requests"),
        None => doubted(judge(spec, &answer), spec, context),
    };
    let at = Timestamp::now();
    let wait = limit.map_or(answer.retry_after, |met| met.wait);
    CallAnswer {
        verdict: judged.verdict,
        method: spec.method.as_str().to_owned(),
        endpoint,
        status: Some(answer.status),
        request_id: answer.request_id.map(hidden),
        reason: judged.why.map(hidden).unwrap_or_default(),
        at,
        not_before: wait.map(|wait| saturating_later(at, wait)),
    }
}

/// The limit that the answer tells of. What the file names as something else is none.
fn limit(spec: &Call, context: &CallContext<'_>, answer: &HttpAnswer) -> Option<LimitMet> {
    let declared = [&spec.limited, &context.app.file.limited];
    let is_declared = declared.iter().any(|it| it.matches(&answer.response()));
    let names = |it: &Matcher| !it.is_status_alone() && it.matches(&answer.response());
    let is_named = names(&spec.fatal) || names(&spec.gone) || is_success(spec, answer);
    if is_named && !is_declared {
        return None;
    }
    limits::met(answer, &declared)
}

/// What an answer to a call means, and why where it is no plain yes.
struct CallJudgement {
    verdict: CallVerdict,
    why: Option<String>,
}

impl CallJudgement {
    fn because(verdict: CallVerdict, why: impl Into<String>) -> Self {
        Self {
            verdict,
            why: Some(why.into()),
        }
    }
}

/// That the issuer does not know a signed access token says nothing about those who accept it by its signature.
fn doubted(judged: CallJudgement, spec: &Call, context: &CallContext<'_>) -> CallJudgement {
    let is_issuers_word = spec.auth().is_ours() && spec.needs() == TokenKind::Access;
    if judged.verdict == CallVerdict::Gone
        && is_issuers_word
        && context.token.is_some_and(outlives_its_issuers_word)
    {
        return CallJudgement::because(CallVerdict::Accepted, self_contained::WHY);
    }
    judged
}

/// In this order: our own fault, dead before, done, later, no. A matcher of the file goes before what HTTP says by itself.
fn judge(spec: &Call, answer: &HttpAnswer) -> CallJudgement {
    let (status, body, response) = (answer.status, &answer.body, answer.response());
    if spec.fatal.matches(&response) {
        return CallJudgement::because(
            CallVerdict::ClientRefused,
            "the vendor refuses our own credentials",
        );
    }
    if body.is_html() {
        return CallJudgement::because(
            page_instead(status),
            format!("status {status} with a page instead of an answer"),
        );
    }
    if spec.gone.matches(&response) {
        return match spec.gone.is_bare_refusal() {
            // It says the same of a request that was wanting, and of whoever may not ask.
            true => CallJudgement::because(
                CallVerdict::Rejected,
                format!("status {status} alone does not say that the token was gone"),
            ),
            false => CallJudgement::because(CallVerdict::Gone, "the token was dead before"),
        };
    }
    if is_success(spec, answer) {
        return CallJudgement {
            verdict: CallVerdict::Accepted,
            why: None,
        };
    }
    if let Some(error) = body.denied_revocation() {
        match error {
            // RFC 7009 2.2.1.
            "unsupported_token_type" => {
                return CallJudgement::because(CallVerdict::Unsupported, error);
            }
            // RFC 6749 5.2.
            "invalid_client" | "unauthorized_client" => {
                return CallJudgement::because(CallVerdict::ClientRefused, error);
            }
            _ => {}
        }
    }
    match status {
        401 if spec.auth().is_ours() => CallJudgement::because(
            CallVerdict::ClientRefused,
            "the vendor refuses our own credentials",
        ),
        503 => CallJudgement::because(
            CallVerdict::Unreachable,
            "the vendor is unavailable; the token still exists",
        ),
        500..=599 => CallJudgement::because(
            CallVerdict::Lost,
            format!("status {status}: whether it was acted on is not known"),
        ),
        300..=399 => CallJudgement::because(
            CallVerdict::Rejected,
            format!("status {status}: redirects are not followed"),
        ),
        _ => CallJudgement::because(CallVerdict::Rejected, refusal(status, body)),
    }
}

/// Left out, success is any 2xx. An answer that denies itself is none, unless the file names what has to stand in it.
fn is_success(spec: &Call, answer: &HttpAnswer) -> bool {
    let success = &spec.success;
    let fits = match success.is_empty() {
        true => answer.is_2xx(),
        false => success.matches(&answer.response()),
    };
    fits && (!success.is_status_alone() || answer.body.denied_revocation().is_none())
}

/// A proxy's or a portal's page is not the vendor's word, whatever its status.
fn page_instead(status: u16) -> CallVerdict {
    match status {
        503 => CallVerdict::Unreachable,
        _ => CallVerdict::Lost,
    }
}

fn refusal(status: u16, body: &Body) -> String {
    match body.denied_revocation() {
        // What of it is secret is hidden by whoever knows the secrets, and then it is cut.
        Some(error) => format!("status {status}, {error}"),
        None => format!("status {status}"),
    }
}

fn not_sent(method: Verb, template: &str, error: &SetupError) -> CallAnswer {
    // Several servers revoke tokens and do not say where.
    const NOWHERE: &str = "no revocation endpoint is known; if there is one, write it as auth.revoke in the provider file";
    let (verdict, why) = match error {
        SetupError::Template(TemplateError::Missing(name)) if name == "revoke" => {
            (CallVerdict::Unsupported, NOWHERE.to_owned())
        }
        _ => (CallVerdict::NotSent, error.to_string()),
    };
    unsent(method, template.to_owned(), verdict, why)
}

fn unanswered(method: Verb, endpoint: String, error: &HttpError) -> CallAnswer {
    let verdict = match error {
        HttpError::Unreachable { .. } | HttpError::NoCertificates(_) => CallVerdict::Unreachable,
        HttpError::Insecure(_) | HttpError::BadRequest(_) => CallVerdict::NotSent,
        HttpError::TimedOut { .. } | HttpError::Lost { .. } | HttpError::TooLarge { .. } => {
            CallVerdict::Lost
        }
    };
    let status = match error {
        HttpError::TooLarge { status, .. } => Some(*status),
        _ => None,
    };
    CallAnswer {
        status,
        ..unsent(method, endpoint, verdict, error.to_string())
    }
}

fn unsent(method: Verb, endpoint: String, verdict: CallVerdict, reason: String) -> CallAnswer {
    CallAnswer {
        verdict,
        method: method.as_str().to_owned(),
        endpoint,
        status: None,
        request_id: None,
        reason,
        at: Timestamp::now(),
        not_before: None,
    }
}
