//! Is the token alive? Which questions there are, who is asked them, and when an answer is believed.

use oauth2::CsrfToken;

use self::answer::{by_introspection, by_probe, by_userinfo};
use super::app::CallContext;
use super::excerpt;
use super::http::{Answer, Http, SMALL_REPLY};
use super::request::{self, Wanted};
use super::self_contained::{self, outlives_its_issuers_word};
use crate::domain::provider::{CallAuth, Encode, ProbeSpec, Question, TokenKind, Verb};

mod answer;

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
/// at all the first answer stands, which is that to the question passed before. A yes that anybody gets is none.
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
        let asked = meant(http, context, kind, question).await;
        if asked.life == Life::Alive {
            return asked;
        }
        first.get_or_insert(asked);
    }
    first.unwrap_or_else(Asked::nothing)
}

/// Asks the same question again. A no is believed when it is said twice and nobody else takes the token.
pub(crate) async fn ask_again(
    http: &Http,
    context: &CallContext<'_>,
    kind: TokenKind,
    question: Question,
) -> Asked {
    if !questions(context, kind).contains(&question) {
        return Asked::nothing();
    }
    let mut asked = meant(http, context, kind, question).await;
    if asked.life == Life::Dead {
        // One of several replicas may be behind, and a gateway may refuse everybody for a moment.
        asked = meant(http, context, kind, question).await;
    }
    if asked.life == Life::Dead {
        return unless_contradicted(http, context, kind, (question, asked)).await;
    }
    asked
}

/// The answer to one question; a yes counts for nothing from somebody who says it to a made-up token as well.
async fn meant(
    http: &Http,
    context: &CallContext<'_>,
    kind: TokenKind,
    question: Question,
) -> Asked {
    let asked = put(http, context, kind, question).await;
    if asked.life == Life::Alive && takes_anything(http, context, kind, question).await {
        let why = "a made-up token is answered in the same way, so that the answer says nothing";
        return Asked {
            life: Life::Unknown(why.to_owned()),
            ..asked
        };
    }
    asked
}

/// The no to one question, unless somebody else still takes the token. That an API takes it settles the matter; that the
/// issuer calls it active leaves it open.
async fn unless_contradicted(
    http: &Http,
    context: &CallContext<'_>,
    kind: TokenKind,
    (dead_by, asked): (Question, Asked),
) -> Asked {
    let mut witnesses = questions(context, kind);
    witnesses.retain(|witness| *witness != dead_by);
    for witness in witnesses {
        let seen = meant(http, context, kind, witness).await;
        if seen.life != Life::Alive {
            continue;
        }
        if witness != Question::Introspection {
            return seen;
        }
        let why = "it is refused, and the issuer calls it active";
        return Asked {
            life: Life::Unknown(why.to_owned()),
            ..asked
        };
    }
    asked
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
            let spec = ProbeSpec::new(Verb::Get, at, CallAuth::Bearer);
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
    let probe = context.app.file.probe.as_ref();
    if question == Question::Probe && probe.is_some_and(|probe| !probe.shows_token()) {
        return false;
    }
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
    let limits = [&question.limited, &context.app.file.limited];
    let is_limited = |answer: &Answer| limits.iter().any(|it| it.matches(&answer.response()));
    let life = |answer: &Answer| match is_limited(answer) {
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

fn introspection(url: &str, kind: TokenKind) -> ProbeSpec {
    let params = [("token", "{token}"), ("token_type_hint", kind.hint())];
    ProbeSpec {
        encode: Encode::Form,
        params: params
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into(),
        ..ProbeSpec::new(Verb::Post, url, CallAuth::Client)
    }
}
