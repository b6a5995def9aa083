//! Is the token alive? Only the vendor's clear word counts: whatever could be a proxy, an outage or our own mistake is
//! `Unknown`, never `Dead`.

use std::collections::BTreeMap;

use super::app::CallContext;
use super::http::{Answer, Http, SMALL_REPLY};
use super::request::{self, Wanted};
use crate::domain::provider::{CallAuth, Encode, Matcher, ProbeSpec, TokenKind, Verb};

/// What is known of a token's life.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Life {
    /// The vendor took it.
    Alive,
    /// The vendor says that it is dead.
    Dead,
    /// The vendor did not say; this is why.
    Unknown(String),
    /// There is nothing to ask.
    NotAskable,
}

/// What was asked, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// What is known now.
    pub life: Life,
    /// The URL, secrets as `{token}`; none when nothing was asked.
    pub endpoint: Option<String>,
    /// The HTTP method.
    pub method: Option<&'static str>,
    /// The status, when there was one.
    pub status: Option<u16>,
    /// The vendor's name for the request.
    pub request_id: Option<String>,
}

impl Asked {
    fn nothing() -> Self {
        Self {
            life: Life::NotAskable,
            endpoint: None,
            method: None,
            status: None,
            request_id: None,
        }
    }
}

/// Asks whether the context's token of this kind lives: by the file's probe, else by introspection, else by the
/// userinfo endpoint; a refresh token by introspection alone, because using it would spend it.
pub(crate) async fn ask(http: &Http, context: &CallContext<'_>, kind: TokenKind) -> Asked {
    let endpoints = context.endpoints;
    match (
        kind,
        &context.app.file.probe,
        &endpoints.introspect,
        &endpoints.userinfo,
    ) {
        (TokenKind::Access | TokenKind::ApiKey, Some(probe), _, _) => {
            send(http, context, probe, |answer| by_probe(probe, answer)).await
        }
        (TokenKind::Access | TokenKind::Refresh, _, Some(introspect), _) => {
            let question = introspection(introspect, kind);
            send(http, context, &question, by_introspection).await
        }
        (TokenKind::Access, None, None, Some(userinfo)) => {
            let question = question(Verb::Get, userinfo, CallAuth::Bearer);
            send(http, context, &question, |answer| {
                by_probe(&question, answer)
            })
            .await
        }
        _ => Asked::nothing(),
    }
}

async fn send(
    http: &Http,
    context: &CallContext<'_>,
    question: &ProbeSpec,
    judge: impl Fn(&Answer) -> Life,
) -> Asked {
    let wanted = Wanted {
        method: question.method,
        url: &question.url,
        auth: &question.auth,
        encode: question.encode,
        params: &question.params,
        headers: &question.headers,
        body: question.body.as_deref(),
        limit: SMALL_REPLY,
    };
    let method = Some(question.method.as_str());
    let prepared = match request::prepare(&wanted, context) {
        Ok(prepared) => prepared,
        Err(error) => {
            let life = Life::Unknown(error.to_string());
            return Asked {
                life,
                endpoint: Some(question.url.clone()),
                method,
                ..Asked::nothing()
            };
        }
    };
    let endpoint = Some(prepared.endpoint);
    match http.send(prepared.outgoing).await {
        Ok(answer) => Asked {
            life: judge(&answer),
            endpoint,
            method,
            status: Some(answer.status),
            request_id: answer.request_id,
        },
        Err(error) => Asked {
            life: Life::Unknown(error.to_string()),
            endpoint,
            method,
            ..Asked::nothing()
        },
    }
}

fn by_probe(probe: &ProbeSpec, answer: &Answer) -> Life {
    if let Some(why) = says_nothing(answer) {
        return Life::Unknown(why);
    }
    if probe.dead.matches(answer.status, &answer.body) {
        return Life::Dead;
    }
    let is_alive = if probe.alive.is_empty() {
        answer.is_2xx() && answer.body.hidden_error().is_none()
    } else {
        probe.alive.matches(answer.status, &answer.body)
    };
    if is_alive || lacks_scope(answer) {
        return Life::Alive;
    }
    Life::Unknown(format!(
        "status {} is neither the yes nor the no of the provider file",
        answer.status
    ))
}

/// RFC 7662 2.2: `active` decides; without it nothing is known.
fn by_introspection(answer: &Answer) -> Life {
    if let Some(why) = says_nothing(answer) {
        return Life::Unknown(why);
    }
    match answer
        .body
        .at("/active")
        .and_then(serde_json::Value::as_bool)
    {
        Some(true) if answer.is_2xx() => Life::Alive,
        Some(false) if answer.is_2xx() => Life::Dead,
        _ => Life::Unknown(format!(
            "introspection answered with status {} and no `active`",
            answer.status
        )),
    }
}

/// Answers that come from something in the way, or from a vendor that is not well.
fn says_nothing(answer: &Answer) -> Option<String> {
    let status = answer.status;
    if answer.body.is_html() {
        return Some(format!("status {status} with a page instead of an answer"));
    }
    match status {
        429 => Some("too many requests".to_owned()),
        500..=599 => Some(format!("the vendor is not well (status {status})")),
        300..=399 => Some(format!("status {status}: redirects are not followed")),
        _ => None,
    }
}

/// RFC 6750 3.1: the token was good and its scope was not.
fn lacks_scope(answer: &Answer) -> bool {
    const WORD: &str = "insufficient_scope";
    answer.status == 403
        && (answer
            .challenge
            .as_deref()
            .is_some_and(|challenge| challenge.contains(WORD))
            || answer.body.text().contains(WORD))
}

fn introspection(url: &str, kind: TokenKind) -> ProbeSpec {
    let params = [("token", "{token}"), ("token_type_hint", kind.hint())];
    ProbeSpec {
        encode: Encode::Form,
        params: params
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into(),
        ..question(Verb::Post, url, CallAuth::Client)
    }
}

fn question(method: Verb, url: &str, auth: CallAuth) -> ProbeSpec {
    ProbeSpec {
        method,
        url: url.to_owned(),
        auth,
        encode: Encode::None,
        params: BTreeMap::new(),
        headers: BTreeMap::new(),
        body: None,
        alive: Matcher::default(),
        dead: Matcher::of_status(&[401]),
        token_in_url: false,
    }
}
