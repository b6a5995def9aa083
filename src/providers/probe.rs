//! Is the token alive? Only the vendor's clear word counts: whatever could be a proxy, an outage or our own mistake is
//! `Unknown`, never `Dead`.

use std::collections::BTreeMap;

use oauth2::CsrfToken;

use super::app::CallContext;
use super::excerpt;
use super::http::{Answer, Http, SMALL_REPLY};
use super::identity::text_at;
use super::oauth;
use super::request::{self, Wanted};
use super::self_contained::{self, outlives_its_issuers_word};
use crate::domain::provider::{CallAuth, Encode, Matcher, ProbeSpec, Question, TokenKind, Verb};

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
    /// Which question it was; none when nothing was asked.
    pub question: Option<Question>,
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
            question: None,
            endpoint: None,
            method: None,
            status: None,
            request_id: None,
        }
    }
}

/// Asks whether the context's token of this kind lives. A question that is not answered with yes may be useless here (an
/// issuer that lets us introspect nothing says `active:false` of everything), and the next one is asked; with no yes
/// at all the first answer stands, which is that to the question passed before.
pub(crate) async fn ask(
    http: &Http,
    context: &CallContext<'_>,
    kind: TokenKind,
    passed: Option<Question>,
) -> Asked {
    let mut questions = questions(context, kind);
    questions.sort_by_key(|question| Some(*question) != passed);
    let mut first = None;
    for question in questions {
        let asked = put(http, context, kind, question).await;
        if asked.life == Life::Alive {
            return asked;
        }
        first.get_or_insert(asked);
    }
    first.unwrap_or_else(Asked::nothing)
}

/// Asks the same question again. A no is believed when it is said twice and nobody else takes the token; a yes counts
/// for nothing from somebody who says it to a made-up token as well.
pub(crate) async fn ask_again(
    http: &Http,
    context: &CallContext<'_>,
    kind: TokenKind,
    question: Question,
) -> Asked {
    if !questions(context, kind).contains(&question) {
        return Asked::nothing();
    }
    let mut asked = put(http, context, kind, question).await;
    if asked.life == Life::Dead {
        // One of several replicas may be behind, and a gateway may refuse everybody for a moment.
        asked = put(http, context, kind, question).await;
    }
    if asked.life == Life::Dead {
        return contradicted(http, context, kind, question)
            .await
            .unwrap_or(asked);
    }
    if asked.life == Life::Alive && takes_anything(http, context, kind, question).await {
        let why = "a made-up token is answered in the same way, so that the answer says nothing";
        return Asked {
            life: Life::Unknown(why.to_owned()),
            ..asked
        };
    }
    asked
}

/// Who still takes a token that one question calls dead. That an API takes it settles the matter; that the issuer calls
/// it active leaves it open.
async fn contradicted(
    http: &Http,
    context: &CallContext<'_>,
    kind: TokenKind,
    dead_by: Question,
) -> Option<Asked> {
    let mut witnesses = questions(context, kind);
    witnesses.retain(|witness| *witness != dead_by);
    for witness in witnesses {
        let seen = put(http, context, kind, witness).await;
        if seen.life != Life::Alive || takes_anything(http, context, kind, witness).await {
            continue;
        }
        if witness != Question::Introspection {
            return Some(seen);
        }
        let why = "it is refused, and the issuer calls it active";
        return Some(Asked {
            life: Life::Unknown(why.to_owned()),
            question: Some(dead_by),
            ..seen
        });
    }
    None
}

/// What can be asked about a token of this kind: the file's probe, introspection, the userinfo endpoint; of a refresh
/// token introspection alone, because using it would spend it.
fn questions(context: &CallContext<'_>, kind: TokenKind) -> Vec<Question> {
    let probe = context
        .app
        .file
        .probe
        .as_ref()
        .map(|_| Question::Probe)
        .filter(|_| matches!(kind, TokenKind::Access | TokenKind::ApiKey));
    let introspection = context
        .endpoints
        .introspect
        .as_ref()
        .map(|_| Question::Introspection)
        .filter(|_| matches!(kind, TokenKind::Access | TokenKind::Refresh));
    let userinfo = context
        .endpoints
        .userinfo
        .as_ref()
        .map(|_| Question::Userinfo)
        .filter(|_| kind == TokenKind::Access);
    let installed = (context.app.file.installed.as_ref())
        .map(|_| Question::Installed)
        .filter(|_| kind == TokenKind::Installation);
    [probe, introspection, userinfo, installed]
        .into_iter()
        .flatten()
        .collect()
}

async fn put(http: &Http, context: &CallContext<'_>, kind: TokenKind, question: Question) -> Asked {
    let (endpoints, file) = (context.endpoints, &context.app.file);
    let context = &context.about(kind);
    let by_file = match question {
        Question::Installed => &file.installed,
        _ => &file.probe,
    };
    let asked = match (question, by_file) {
        (Question::Probe | Question::Installed, Some(probe)) => {
            send(http, context, probe, |answer| by_probe(probe, answer)).await
        }
        (Question::Introspection, _) => {
            let at = endpoints.introspect.as_deref().unwrap_or_default();
            let endpoints = endpoints.at_introspection();
            let context = CallContext {
                endpoints: &endpoints,
                ..*context
            };
            send(http, &context, &introspection(at, kind), by_introspection).await
        }
        (Question::Userinfo, _) => {
            let at = endpoints.userinfo.as_deref().unwrap_or_default();
            let spec = spec(Verb::Get, at, CallAuth::Bearer);
            send(http, context, &spec, |answer| {
                by_userinfo(&spec, answer, context)
            })
            .await
        }
        // Using a refresh token is not a question here: it issues.
        (Question::Probe | Question::Installed, None) | (Question::Refresh, _) => {
            return Asked::nothing();
        }
    };
    let asked = Asked {
        question: Some(question),
        ..asked
    };
    let is_issuers_word = question != Question::Probe && kind == TokenKind::Access;
    if asked.life == Life::Dead
        && is_issuers_word
        && context.token.is_some_and(outlives_its_issuers_word)
    {
        return Asked {
            life: Life::Unknown(self_contained::WHY.to_owned()),
            ..asked
        };
    }
    asked
}

/// Whether the question is answered with yes for a token that nobody issued.
async fn takes_anything(
    http: &Http,
    context: &CallContext<'_>,
    kind: TokenKind,
    question: Question,
) -> bool {
    let made_up = CsrfToken::new_random().into_secret().into();
    put(http, &context.with_token(&made_up), kind, question)
        .await
        .life
        == Life::Alive
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
    let limited = &context.app.file.limited;
    let life = |answer: &Answer| match limited.matches(answer.status, &answer.body) {
        true => Life::Unknown("too many requests".to_owned()),
        false => judge(answer),
    };
    match http.send(prepared.outgoing).await {
        Ok(answer) => Asked {
            life: life(&answer),
            question: None,
            endpoint,
            method,
            status: Some(answer.status),
            request_id: (answer.request_id).map(|id| excerpt::of_text(&id, &context.secrets())),
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

/// A yes names the account: some answer everybody with 200, and tell anonymous callers that they are nobody, or another.
fn by_userinfo(spec: &ProbeSpec, answer: &Answer, context: &CallContext<'_>) -> Life {
    let life = by_probe(spec, answer);
    if life != Life::Alive || !answer.is_2xx() {
        return life;
    }
    let identity = context.app.file.auth.identity.as_ref();
    let own = identity.filter(|identity| identity.url.as_deref() == Some("{userinfo}"));
    let pointer = own.map_or("/sub", |identity| identity.id.as_str());
    // OpenID Connect Core 5.3.2: the answer may be a signed one.
    let signed = || oauth::claims(&answer.body.text().to_owned().into());
    let named = match answer.body.json() {
        Some(json) => text_at(json, pointer),
        None => signed().and_then(|claims| text_at(&claims, pointer)),
    };
    // Where the file reads the account elsewhere, its id is of another kind.
    let known = context
        .account_id
        .filter(|_| identity.is_none() || own.is_some());
    match (named, known) {
        (None, _) => Life::Unknown("the answer names no account".to_owned()),
        (Some(named), Some(known)) if named != known => {
            Life::Unknown("the answer is about another account".to_owned())
        }
        _ => Life::Alive,
    }
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
    // RFC 6750 3.1: whoever names the fault in the challenge has looked at the token, whatever page comes along.
    let is_about_token = status == 401
        && answer
            .challenge
            .as_deref()
            .is_some_and(|challenge| challenge.contains("invalid_token"));
    if answer.body.is_html() && !is_about_token {
        return Some(format!("status {status} with a page instead of an answer"));
    }
    if matches!(status, 401 | 403) && !is_about_token {
        if answer.retry_after.is_some() {
            return Some(format!("status {status}, to be asked again later"));
        }
        if let Some(word) = wanting(answer) {
            return Some(format!(
                "status {status}, {word}: the request was wanting, not the token"
            ));
        }
    }
    match status {
        429 => Some("too many requests".to_owned()),
        500..=599 => Some(format!("the vendor is not well (status {status})")),
        300..=399 => Some(format!("status {status}: redirects are not followed")),
        _ => None,
    }
}

/// What a refusal says that is not about the token's life (`invalid_request` is: Google's userinfo says it of dead
/// tokens): RFC 6750 3.1, RFC 9449 7.1 and 8, RFC 9470 3, OpenID Connect
/// Core 3.1.2.6, and what gateways say in the same place.
fn wanting(answer: &Answer) -> Option<&'static str> {
    const WORDS: [&str; 10] = [
        "use_dpop_nonce",
        "invalid_dpop_proof",
        "insufficient_user_authentication",
        "mfa_required",
        "interaction_required",
        "login_required",
        "temporarily_unavailable",
        "rate_limited",
        "slow_down",
        "server_error",
    ];
    let challenge = answer.challenge.as_deref().unwrap_or_default();
    let said = ["/error", "/error/code", "/code"];
    let said = said.map(|at| answer.body.at(at).and_then(serde_json::Value::as_str));
    let is_said = |word: &&str| {
        challenge.contains(&format!("error=\"{word}\"")) || said.contains(&Some(*word))
    };
    // With 403 this is the vendor's yes, see `lacks_scope`.
    let scope = Some("insufficient_scope").filter(|_| answer.status == 401);
    WORDS.into_iter().chain(scope).find(is_said)
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
        ..spec(Verb::Post, url, CallAuth::Client)
    }
}

fn spec(method: Verb, url: &str, auth: CallAuth) -> ProbeSpec {
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
