//! What an answer says of a token. Only the vendor's clear word counts: whatever could be a proxy, an outage or our own
//! mistake says nothing.

use jiff::Timestamp;

use super::shape;
use crate::domain::provider::{JsonPath, ProbeSpec, RefusalKind};
use crate::domain::trial::{self, Refusal, Verdict};
use crate::providers::app::CallContext;
use crate::providers::http::HttpAnswer;
use crate::providers::oauth;

/// What an answer says.
pub(super) enum Word {
    /// The vendor took the token.
    Alive,
    /// The vendor refused it, and names this as the cause.
    Dead(RefusalKind),
    /// It says neither; this is why.
    Unknown(String),
}

impl Word {
    pub(super) fn unknown(why: impl Into<String>) -> Self {
        Self::Unknown(why.into())
    }

    /// The answer to a question that was put at `endpoint`, as it is kept.
    pub(super) fn about(self, endpoint: String, answer: &HttpAnswer) -> trial::Answer {
        let refused = |kind| Refusal {
            kind,
            shape: shape::of(answer),
            is_over_budget: false,
        };
        let (verdict, reason, refusal) = match self {
            Self::Alive => (Verdict::Alive, String::new(), None),
            Self::Dead(kind) => (Verdict::Dead, String::new(), Some(refused(kind))),
            Self::Unknown(why) => (Verdict::Unknown, why, None),
        };
        trial::Answer {
            verdict,
            question: None,
            endpoint,
            status: Some(answer.status),
            reason,
            at: Timestamp::now(),
            refusal,
        }
    }
}

pub(super) fn by_probe(probe: &ProbeSpec, answer: &HttpAnswer) -> Word {
    if let Some(why) = says_nothing(answer) {
        return Word::Unknown(why);
    }
    if probe.dead.matches(&answer.response()) {
        return Word::Dead(probe.refusal(&answer.response()));
    }
    let fits = match probe.alive.is_empty() {
        true => answer.is_2xx(),
        false => probe.alive.matches(&answer.response()),
    };
    // Where the file names no word of it, an answer that denies itself is no yes.
    let is_denied = probe.alive.is_status_alone() && answer.body.hidden_error().is_some();
    if fits && !is_denied || lacks_scope(answer) {
        return Word::Alive;
    }
    Word::Unknown(format!(
        "status {} is neither the yes nor the no of the provider file",
        answer.status
    ))
}

/// A yes names the account: some answer everybody with 200, and tell anonymous callers that they are nobody, or another.
pub(super) fn by_userinfo(
    spec: &ProbeSpec,
    answer: &HttpAnswer,
    context: &CallContext<'_>,
) -> Word {
    let word = by_probe(spec, answer);
    if !matches!(word, Word::Alive) || !answer.is_2xx() {
        return word;
    }
    let identity = context.app.file.auth.identity.as_ref();
    let own = identity.filter(|identity| identity.url.as_deref() == Some("{userinfo}"));
    let sub = JsonPath::new("/sub");
    let place = own.map_or(&sub, |identity| &identity.id);
    // OpenID Connect Core 5.3.2: the answer may be a signed one.
    let signed = || oauth::claims(&answer.body.text().to_owned().into());
    let named = match answer.body.json() {
        Some(json) => place.text(json),
        None => signed().and_then(|claims| place.text(&claims)),
    };
    // Where the file reads the account elsewhere, its id is of another kind.
    let known = context
        .account_id
        .filter(|_| identity.is_none() || own.is_some());
    match (named, known) {
        (None, _) => Word::unknown("the answer names no account"),
        (Some(named), Some(known)) if named != known => {
            Word::unknown("the answer is about another account")
        }
        _ => Word::Alive,
    }
}

/// RFC 7662 2.2: `active` decides; without it nothing is known.
pub(super) fn by_introspection(answer: &HttpAnswer) -> Word {
    if let Some(why) = says_nothing(answer) {
        return Word::Unknown(why);
    }
    if answer.body.hidden_error().is_some() {
        return Word::unknown("introspection answered with an error");
    }
    match answer
        .body
        .at("/active")
        .and_then(serde_json::Value::as_bool)
    {
        Some(true) if answer.is_2xx() => Word::Alive,
        Some(false) if answer.is_2xx() => Word::Dead(RefusalKind::Plain),
        _ => Word::Unknown(format!(
            "introspection answered with status {} and no `active`",
            answer.status
        )),
    }
}

/// Answers that come from something in the way, or from a vendor that is not well.
fn says_nothing(answer: &HttpAnswer) -> Option<String> {
    let status = answer.status;
    // RFC 6750 3.1: whoever names the fault in the challenge has looked at the token, whatever page comes along.
    let is_about_token = status == 401 && is_challenged(answer, "invalid_token");
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
        500..=599 => Some(format!("the vendor is not well (status {status})")),
        300..=399 => Some(format!("status {status}: redirects are not followed")),
        _ => None,
    }
}

/// What a refusal says that is not about the token's life (`invalid_request` is: Google's userinfo says it of dead
/// tokens): RFC 6750 3.1, RFC 9449 7.1 and 8, RFC 9470 3, OpenID Connect
/// Core 3.1.2.6, and what gateways say in the same place.
fn wanting(answer: &HttpAnswer) -> Option<&'static str> {
    const WORDS: [&str; 19] = [
        "use_dpop_nonce",
        "invalid_dpop_proof",
        "insufficient_user_authentication",
        "mfa_required",
        "interaction_required",
        "login_required",
        "temporarily_unavailable",
        "rate_limited",
        "ratelimited",
        "rate_limit_exceeded",
        "too_many_requests",
        "slow_down",
        "server_error",
        "internal_error",
        "internal_server_error",
        "unavailable",
        "service_unavailable",
        "invalid_client",
        "unauthorized_client",
    ];
    let said = [
        "/error",
        "/error/code",
        "/error/type",
        "/error/status",
        "/errors/0/code",
        "/code",
        "/type",
    ];
    let said = said.map(|at| {
        let word = answer.body.at(at).and_then(serde_json::Value::as_str);
        word.unwrap_or_default().to_ascii_lowercase()
    });
    let is_said = |word: &&str| is_challenged(answer, word) || said.iter().any(|said| said == word);
    // With 403 this is the vendor's yes, see `lacks_scope`.
    let scope = Some("insufficient_scope").filter(|_| answer.status == 401);
    WORDS.into_iter().chain(scope).find(is_said)
}

/// Whether the challenge names this error (RFC 6750 3), quoted or not.
fn is_challenged(answer: &HttpAnswer, error: &str) -> bool {
    let challenge = answer.challenge.as_deref().unwrap_or_default();
    let mut bare = challenge.to_ascii_lowercase();
    bare.retain(|c| !matches!(c, '"' | '\'' | ' ' | '\t'));
    let wanted = format!("error={error}");
    bare.match_indices(&wanted).any(|(at, found)| {
        let before = bare.get(..at).unwrap_or_default();
        let after = bare.get(at + found.len()..).unwrap_or_default();
        (before.is_empty()
            || before.ends_with(',')
            || before.ends_with("bearer")
            || before.ends_with("dpop"))
            && (after.is_empty() || after.starts_with(','))
    })
}

/// RFC 6750 3.1: the token was good and its scope was not.
fn lacks_scope(answer: &HttpAnswer) -> bool {
    const WORD: &str = "insufficient_scope";
    answer.status == 403
        && (answer
            .challenge
            .as_deref()
            .is_some_and(|challenge| challenge.contains(WORD))
            || answer.body.text().contains(WORD))
}
