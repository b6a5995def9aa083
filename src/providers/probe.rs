//! Is the token alive? Which questions there are, who is asked them, and when an answer is believed.

use jiff::Timestamp;
use url::Url;

use self::word::{Word, by_introspection, by_probe, by_userinfo};
use super::app::CallContext;
use super::http::{self, Http, HttpConnection, SMALL_REPLY};
use super::limits;
use super::made_up;
use super::request::{self, RequestSpec};
use super::self_contained::{self, outlives_its_issuers_word};
use crate::domain::health::Headroom;
use crate::domain::provider::{
    CallAuth, ControlSpec, Encode, ProbeSpec, ProviderFile, Question, TokenKind, Verb,
};
use crate::domain::trial::{Answer, Verdict};

mod shape;
mod word;

/// Asks whether the context's token of this kind lives. A question that is not answered with yes may be useless here (an
/// issuer that lets us introspect nothing says `active:false` of everything), and the next one is asked; with no yes
/// at all the first answer stands, which is that to the question passed before. A yes that anybody gets is none.
pub(crate) async fn ask(
    http: &Http,
    context: &CallContext<'_>,
    kind: TokenKind,
    passed: Option<Question>,
) -> Answer {
    let mut questions = questions(context, kind);
    questions.sort_by_key(|question| Some(*question) != passed);
    let mut first = None;
    for question in questions {
        let asked = meant(http, context, kind, question).await;
        if asked.verdict == Verdict::Alive {
            return asked;
        }
        first.get_or_insert(asked);
    }
    first.unwrap_or_else(nothing_to_ask)
}

/// One question and its answer, with what the answer tells of the vendor beside it.
#[derive(Debug, Clone)]
pub struct Probed {
    /// What was answered.
    pub answer: Answer,
    /// Whether the vendor asks to slow down.
    pub is_limited: bool,
    /// How many requests the vendor still allows, where it says so.
    pub headroom: Option<Headroom>,
}

impl From<Answer> for Probed {
    fn from(answer: Answer) -> Self {
        Self {
            answer,
            is_limited: false,
            headroom: None,
        }
    }
}

/// Asks every question that there is about the context's token, once, and doubts no answer: what they are worth is for
/// whoever knows what a made-up token is answered.
pub(crate) async fn ask_each(
    http: &Http,
    context: &CallContext<'_>,
    kind: TokenKind,
    line: HttpConnection<'_>,
) -> Vec<Answer> {
    let questions = questions(context, kind);
    // Replicas that are served in turn would meet the same question each time.
    let mut random = [0];
    let _ = getrandom::fill(&mut random);
    let [random] = random;
    let first = usize::from(random)
        .checked_rem(questions.len())
        .unwrap_or_default();
    let mut turned = questions.clone();
    turned.rotate_left(first);
    let asked = turned
        .into_iter()
        .map(|question| put(http, context, kind, question, line));
    let mut answers = futures::future::join_all(asked).await;
    answers.rotate_right(first);
    answers
}

/// Asks one question about a token that nobody issued, in the form of the context's own; none where its form is a person's
/// name, or the question shows no token.
pub(crate) async fn ask_made_up(
    http: &Http,
    context: &CallContext<'_>,
    kind: TokenKind,
    question: Question,
) -> Option<Answer> {
    let is_shown = match question {
        Question::Probe => context.app.file.probe.as_ref()?.shows_token(),
        _ => true,
    };
    let token = context.token.filter(|_| is_shown)?;
    let made_up = match kind {
        TokenKind::Installation => made_up::number_like(token)?,
        _ => made_up::like(token)?,
    };
    let context = &context.with_token(&made_up);
    Some(put(http, context, kind, question, HttpConnection::Fresh).await)
}

/// Asks the file's `[control]`, which passes as long as the vendor does not refuse everybody.
pub(crate) async fn ask_control(
    http: &Http,
    context: &CallContext<'_>,
    control: &ControlSpec,
) -> Answer {
    let spec = ProbeSpec {
        params: control.params.clone(),
        encode: match control.params.is_empty() {
            true => Encode::None,
            false => Encode::Query,
        },
        headers: control.headers.clone(),
        alive: control.alive.clone(),
        ..ProbeSpec::new(control.method, &control.url, control.auth.call_auth())
    };
    send(http, context, &spec, HttpConnection::Fresh, |answer| {
        by_probe(&spec, answer)
    })
    .await
    .answer
}

/// The answer to one question; a yes counts for nothing from somebody who says it to a made-up token as well.
async fn meant(
    http: &Http,
    context: &CallContext<'_>,
    kind: TokenKind,
    question: Question,
) -> Answer {
    let asked = put(http, context, kind, question, HttpConnection::Once).await;
    if asked.verdict == Verdict::Alive && takes_anything(http, context, kind, question).await {
        return Answer {
            verdict: Verdict::Unknown,
            reason: "a made-up token is answered in the same way, so that the answer says nothing"
                .to_owned(),
            ..asked
        };
    }
    asked
}

/// What can be asked about a token of this kind: the file's probe, introspection, the userinfo endpoint; of a refresh
/// token introspection alone, because using it would spend it.
pub(crate) fn questions(context: &CallContext<'_>, kind: TokenKind) -> Vec<Question> {
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

async fn put(
    http: &Http,
    context: &CallContext<'_>,
    kind: TokenKind,
    question: Question,
    line: HttpConnection<'_>,
) -> Answer {
    check(http, context, kind, question, line).await.answer
}

/// Asks one question about the context's token, and no other for comparison: a yes is worth something where this token is
/// known to have passed the question when made-up ones did not.
pub(crate) async fn check(
    http: &Http,
    context: &CallContext<'_>,
    kind: TokenKind,
    question: Question,
    line: HttpConnection<'_>,
) -> Probed {
    let (endpoints, file) = (context.endpoints, &context.app.file);
    let context = &context.about(kind);
    let by_file = match question {
        Question::Installed => &file.installed,
        _ => &file.probe,
    };
    let mut asked = match (question, by_file) {
        (Question::Probe | Question::Installed, Some(probe)) => {
            send(http, context, probe, line, |answer| by_probe(probe, answer)).await
        }
        (Question::Introspection, _) => {
            let at = endpoints.introspect.as_deref().unwrap_or_default();
            let endpoints = endpoints.at_introspection();
            let context = CallContext {
                endpoints: &endpoints,
                ..*context
            };
            send(
                http,
                &context,
                &introspection(at, kind),
                line,
                by_introspection,
            )
            .await
        }
        (Question::Userinfo, _) => {
            let at = endpoints.userinfo.as_deref().unwrap_or_default();
            let spec = ProbeSpec::new(Verb::Get, at, CallAuth::Bearer);
            send(http, context, &spec, line, |answer| {
                by_userinfo(&spec, answer, context)
            })
            .await
        }
        // Using a refresh token is not a question here: it issues.
        (Question::Probe | Question::Installed, None) | (Question::Refresh, _) => {
            return nothing_to_ask().into();
        }
    };
    asked.answer.question = Some(question);
    if question != Question::Introspection {
        count_refusal(http, &asked.answer);
    }
    // This answer is counted already.
    if is_over_budget(http, &context.app.file, &asked.answer.endpoint)
        && let Some(refusal) = &mut asked.answer.refusal
    {
        refusal.is_over_budget = true;
    }
    let is_issuers_word = question != Question::Probe && kind == TokenKind::Access;
    if asked.answer.verdict == Verdict::Dead
        && is_issuers_word
        && context.token.is_some_and(outlives_its_issuers_word)
    {
        asked.answer.verdict = Verdict::Unknown;
        asked.answer.reason = self_contained::WHY.to_owned();
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
    let asked = ask_made_up(http, context, kind, question).await;
    asked.is_some_and(|asked| asked.verdict == Verdict::Alive)
}

async fn send(
    http: &Http,
    context: &CallContext<'_>,
    question: &ProbeSpec,
    line: HttpConnection<'_>,
    judge: impl Fn(&http::HttpAnswer) -> Word,
) -> Probed {
    let wanted = RequestSpec {
        method: question.method,
        url: &question.url,
        auth: &question.auth,
        encode: question.encode,
        params: &question.params,
        headers: &question.headers,
        body: question.body.as_deref(),
        limit: SMALL_REPLY,
    };
    let prepared = match request::prepare(&wanted, context) {
        Ok(prepared) => prepared,
        Err(error) => return unsaid(question.url.clone(), &error).into(),
    };
    let endpoint = prepared.endpoint;
    let declared = [&question.limited, &context.app.file.limited];
    let answer = match http.send(line, prepared.outgoing).await {
        Ok(answer) => answer,
        Err(error) => return unsaid(endpoint, &error).into(),
    };
    let is_limited = limits::met(&answer, &declared).is_some();
    let word = match is_limited {
        true => Word::unknown("too many requests"),
        false => judge(&answer),
    };
    let headroom = limits::headroom(&answer);
    Probed {
        is_limited,
        headroom,
        answer: word.about(endpoint, &answer),
    }
}

/// A refusal counts whatever its status: Slack refuses with 200 and `ok: false`, GitHub with 404.
fn count_refusal(http: &Http, answer: &Answer) {
    let is_counted = answer.status.is_none_or(http::is_counted);
    if answer.verdict == Verdict::Dead
        && !is_counted
        && let Ok(url) = Url::parse(&answer.endpoint)
    {
        http.count_refusal(&url);
    }
}

/// Whether the host of this endpoint has refused us more often of late than the provider file says that it bears.
pub(crate) fn is_over_budget(http: &Http, file: &ProviderFile, endpoint: &str) -> bool {
    let Ok(url) = Url::parse(endpoint) else {
        return false;
    };
    let budget = file.refusal_budget(http::is_loopback(&url));
    budget.is_some_and(|budget| http.refused_of_late(&url) > budget)
}

/// There is no question about this token.
fn nothing_to_ask() -> Answer {
    Answer {
        verdict: Verdict::NotAskable,
        question: None,
        endpoint: String::new(),
        status: None,
        reason: String::new(),
        at: Timestamp::now(),
        refusal: None,
    }
}

/// The question could not be put, or was not answered.
fn unsaid(endpoint: String, why: &dyn std::error::Error) -> Answer {
    Answer {
        verdict: Verdict::Unknown,
        endpoint,
        reason: why.to_string(),
        ..nothing_to_ask()
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
