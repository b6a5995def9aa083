//! The interpreter of `[[disconnect]]`: one call, and what the vendor's answer means.

use jiff::Timestamp;

use super::app::CallContext;
use super::http::{Answer, Http, HttpError, SMALL_REPLY};
use super::request::{self, SetupError, Wanted};
use super::self_contained::{self, outlives_its_issuers_word};
use super::{excerpt, template::TemplateError};
use crate::domain::provider::{Body, Call, TokenKind, Verb};
use crate::domain::trial::{CallAnswer, CallVerdict, after};

/// Makes one call. `spec` has to be expanded ([`crate::domain::provider::ProviderFile::calls`]).
pub(crate) async fn call(http: &Http, spec: &Call, context: &CallContext<'_>) -> CallAnswer {
    let wanted = Wanted {
        method: spec.method,
        url: &spec.url,
        auth: spec.auth(),
        encode: spec.encode(),
        params: &spec.params,
        headers: &spec.headers,
        body: spec.body.as_deref(),
        limit: SMALL_REPLY,
    };
    let endpoints = context.endpoints.at_revocation();
    let context = &CallContext {
        endpoints: &endpoints,
        ..context.about(spec.needs())
    };
    let prepared = match request::prepare(&wanted, context) {
        Ok(prepared) => prepared,
        Err(error) => return not_sent(spec.method, &spec.url, &error),
    };
    let endpoint = prepared.endpoint;
    match http.send(prepared.outgoing).await {
        Ok(answer) => {
            let hidden = |text: String| excerpt::of_text(&text, &context.secrets());
            let limits = [&spec.limited, &context.app.file.limited];
            let limit = limits.into_iter().find(|it| it.matches(&answer.response()));
            let (verdict, why) = match limit {
                Some(_) => (CallVerdict::Limited, Some("too many requests".to_owned())),
                None => doubted(judge(spec, &answer), spec, context),
            };
            let at = Timestamp::now();
            let reset = limit.and_then(|it| it.wait(&answer.response(), at));
            CallAnswer {
                verdict,
                method: spec.method.as_str().to_owned(),
                endpoint,
                status: Some(answer.status),
                request_id: answer.request_id.map(hidden),
                reason: why.map(hidden).unwrap_or_default(),
                at,
                not_before: answer.retry_after.or(reset).map(|wait| after(at, wait)),
            }
        }
        Err(error) => unanswered(spec.method, endpoint, &error),
    }
}

/// That the issuer does not know a signed access token says nothing about those who accept it by its signature.
fn doubted(
    (verdict, why): (CallVerdict, Option<String>),
    spec: &Call,
    context: &CallContext<'_>,
) -> (CallVerdict, Option<String>) {
    let is_issuers_word = spec.auth().is_ours() && spec.needs() == TokenKind::Access;
    if verdict == CallVerdict::Gone
        && is_issuers_word
        && context.token.is_some_and(outlives_its_issuers_word)
    {
        return (CallVerdict::Accepted, Some(self_contained::WHY.to_owned()));
    }
    (verdict, why)
}

/// In this order: our own fault, dead before, done, later, no. A matcher of the file goes before what HTTP says by itself.
fn judge(spec: &Call, answer: &Answer) -> (CallVerdict, Option<String>) {
    let (status, body, response) = (answer.status, &answer.body, answer.response());
    let because = |verdict, why: String| (verdict, Some(why));
    if spec.fatal.matches(&response) {
        return because(
            CallVerdict::ClientRefused,
            "the vendor refuses our own credentials".into(),
        );
    }
    if body.is_html() {
        return because(
            page_instead(status),
            format!("status {status} with a page instead of an answer"),
        );
    }
    if spec.gone.matches(&response) {
        return match spec.gone.is_bare_refusal() {
            // It says the same of a request that was wanting, and of whoever may not ask.
            true => because(
                CallVerdict::Rejected,
                format!("status {status} alone does not say that the token was gone"),
            ),
            false => because(CallVerdict::Gone, "the token was dead before".into()),
        };
    }
    if is_success(spec, answer) {
        return (CallVerdict::Accepted, None);
    }
    if let Some(error) = body.hidden_error() {
        match error {
            // RFC 7009 2.2.1.
            "unsupported_token_type" => return because(CallVerdict::Unsupported, error.to_owned()),
            // RFC 6749 5.2.
            "invalid_client" | "unauthorized_client" => {
                return because(CallVerdict::ClientRefused, error.to_owned());
            }
            _ => {}
        }
    }
    match status {
        401 if spec.auth().is_ours() => because(
            CallVerdict::ClientRefused,
            "the vendor refuses our own credentials".into(),
        ),
        429 => because(CallVerdict::Limited, "too many requests".into()),
        // Some vendors say it with 403.
        403 if answer.retry_after.is_some() => {
            because(CallVerdict::Limited, "too many requests".into())
        }
        503 => because(
            CallVerdict::Unreachable,
            "the vendor is unavailable; the token still exists".into(),
        ),
        500..=599 => because(
            CallVerdict::Lost,
            format!("status {status}: whether it was acted on is not known"),
        ),
        300..=399 => because(
            CallVerdict::Rejected,
            format!("status {status}: redirects are not followed"),
        ),
        _ => because(CallVerdict::Rejected, refusal(status, body)),
    }
}

/// Left out, success is any 2xx that hides no error.
fn is_success(spec: &Call, answer: &Answer) -> bool {
    if spec.success.is_empty() {
        answer.is_2xx() && answer.body.hidden_error().is_none()
    } else {
        spec.success.matches(&answer.response())
    }
}

/// A proxy's or a portal's page is not the vendor's word, whatever its status.
fn page_instead(status: u16) -> CallVerdict {
    match status {
        429 => CallVerdict::Limited,
        503 => CallVerdict::Unreachable,
        _ => CallVerdict::Lost,
    }
}

fn refusal(status: u16, body: &Body) -> String {
    match body.hidden_error() {
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
