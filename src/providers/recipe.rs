//! The interpreter of `[[disconnect]]`: one call, and what the vendor's answer means.

use std::time::Duration;

use super::app::CallContext;
use super::http::{Answer, Http, HttpError, SMALL_REPLY};
use super::request::{self, SetupError, Wanted};
use super::self_contained::{self, outlives_its_issuers_word};
use super::{excerpt, template::TemplateError};
use crate::domain::provider::{Body, Call, TokenKind, Verb};

/// What an answer means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The vendor says that it is done. That is its word, not a proof.
    Accepted,
    /// The token was dead before.
    Gone,
    /// Our own credentials are wrong.
    Fatal,
    /// The vendor refused.
    Rejected,
    /// The vendor does not do this (RFC 7009 2.2.1, or no endpoint).
    Unsupported,
    /// Too many requests; see [`CallAnswer::retry_after`].
    RateLimited,
    /// Nothing was done: no connection, or a 503 (RFC 7009 2.2.1: the token still exists).
    Unreachable,
    /// It was sent, and whether it was acted on is not known.
    Lost,
    /// Nothing was sent, because something is missing here.
    NotSent,
}

/// What a call came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallAnswer {
    /// The URL, secrets as `{token}`.
    pub endpoint: String,
    /// The HTTP method.
    pub method: &'static str,
    /// The status, when there was one.
    pub status: Option<u16>,
    /// What it means.
    pub verdict: Verdict,
    /// Why, in words, when the verdict is not the vendor's plain yes.
    pub why: Option<String>,
    /// How long the vendor asked us to wait.
    pub retry_after: Option<Duration>,
    /// The vendor's name for the request.
    pub request_id: Option<String>,
    /// At most 200 characters of the answer, secrets hidden.
    pub body_excerpt: String,
}

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
                Some(_) => (Verdict::RateLimited, Some("too many requests".to_owned())),
                None => doubted(judge(spec, &answer), spec, context),
            };
            let reset = limit.and_then(|it| it.wait(&answer.response(), jiff::Timestamp::now()));
            CallAnswer {
                endpoint,
                method: spec.method.as_str(),
                status: Some(answer.status),
                verdict,
                why: why.map(hidden),
                retry_after: answer.retry_after.or(reset),
                request_id: answer.request_id.map(hidden),
                body_excerpt: excerpt::of_body(&answer.body, &context.secrets()),
            }
        }
        Err(error) => unanswered(spec.method, endpoint, &error),
    }
}

/// That the issuer does not know a signed access token says nothing about those who accept it by its signature.
fn doubted(
    (verdict, why): (Verdict, Option<String>),
    spec: &Call,
    context: &CallContext<'_>,
) -> (Verdict, Option<String>) {
    let is_issuers_word = spec.auth().is_ours() && spec.needs() == TokenKind::Access;
    if verdict == Verdict::Gone
        && is_issuers_word
        && context.token.is_some_and(outlives_its_issuers_word)
    {
        return (Verdict::Accepted, Some(self_contained::WHY.to_owned()));
    }
    (verdict, why)
}

/// In this order: our own fault, dead before, done, later, no. A matcher of the file goes before what HTTP says by itself.
fn judge(spec: &Call, answer: &Answer) -> (Verdict, Option<String>) {
    let (status, body, response) = (answer.status, &answer.body, answer.response());
    let because = |verdict, why: String| (verdict, Some(why));
    if spec.fatal.matches(&response) {
        return because(
            Verdict::Fatal,
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
        return because(Verdict::Gone, "the token was dead before".into());
    }
    if is_success(spec, answer) {
        return (Verdict::Accepted, None);
    }
    if let Some(error) = body.hidden_error() {
        match error {
            // RFC 7009 2.2.1.
            "unsupported_token_type" => return because(Verdict::Unsupported, error.to_owned()),
            // RFC 6749 5.2.
            "invalid_client" | "unauthorized_client" => {
                return because(Verdict::Fatal, error.to_owned());
            }
            _ => {}
        }
    }
    match status {
        401 if spec.auth().is_ours() => because(
            Verdict::Fatal,
            "the vendor refuses our own credentials".into(),
        ),
        429 => because(Verdict::RateLimited, "too many requests".into()),
        // Some vendors say it with 403.
        403 if answer.retry_after.is_some() => {
            because(Verdict::RateLimited, "too many requests".into())
        }
        503 => because(
            Verdict::Unreachable,
            "the vendor is unavailable; the token still exists".into(),
        ),
        500..=599 => because(
            Verdict::Lost,
            format!("status {status}: whether it was acted on is not known"),
        ),
        300..=399 => because(
            Verdict::Rejected,
            format!("status {status}: redirects are not followed"),
        ),
        _ => because(Verdict::Rejected, refusal(status, body)),
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
fn page_instead(status: u16) -> Verdict {
    match status {
        429 => Verdict::RateLimited,
        503 => Verdict::Unreachable,
        _ => Verdict::Lost,
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
            (Verdict::Unsupported, NOWHERE.to_owned())
        }
        _ => (Verdict::NotSent, error.to_string()),
    };
    CallAnswer {
        endpoint: template.to_owned(),
        method: method.as_str(),
        status: None,
        verdict,
        why: Some(why),
        retry_after: None,
        request_id: None,
        body_excerpt: String::new(),
    }
}

fn unanswered(method: Verb, endpoint: String, error: &HttpError) -> CallAnswer {
    let verdict = match error {
        HttpError::Unreachable { .. } | HttpError::NoCertificates(_) => Verdict::Unreachable,
        HttpError::Insecure(_) | HttpError::BadRequest(_) => Verdict::NotSent,
        HttpError::TimedOut { .. } | HttpError::Lost { .. } | HttpError::TooLarge { .. } => {
            Verdict::Lost
        }
    };
    let status = match error {
        HttpError::TooLarge { status, .. } => Some(*status),
        _ => None,
    };
    CallAnswer {
        endpoint,
        method: method.as_str(),
        status,
        verdict,
        why: Some(error.to_string()),
        retry_after: None,
        request_id: None,
        body_excerpt: String::new(),
    }
}
