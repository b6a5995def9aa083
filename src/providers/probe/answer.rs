//! What an answer says of a token. Only the vendor's clear word counts: whatever could be a proxy, an outage or our own
//! mistake says nothing.

use super::Life;
use crate::domain::provider::ProbeSpec;
use crate::providers::app::CallContext;
use crate::providers::http::Answer;
use crate::providers::identity::text_at;
use crate::providers::oauth;

pub(super) fn by_probe(probe: &ProbeSpec, answer: &Answer) -> Life {
    if let Some(why) = says_nothing(answer) {
        return Life::Unknown(why);
    }
    if probe.dead.matches(&answer.response()) {
        return Life::Dead;
    }
    let is_alive = if probe.alive.is_empty() {
        answer.is_2xx() && answer.body.hidden_error().is_none()
    } else {
        probe.alive.matches(&answer.response())
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
pub(super) fn by_userinfo(spec: &ProbeSpec, answer: &Answer, context: &CallContext<'_>) -> Life {
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
pub(super) fn by_introspection(answer: &Answer) -> Life {
    if let Some(why) = says_nothing(answer) {
        return Life::Unknown(why);
    }
    if answer.body.hidden_error().is_some() {
        return Life::Unknown("introspection answered with an error".to_owned());
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
fn is_challenged(answer: &Answer, error: &str) -> bool {
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
fn lacks_scope(answer: &Answer) -> bool {
    const WORD: &str = "insufficient_scope";
    answer.status == 403
        && (answer
            .challenge
            .as_deref()
            .is_some_and(|challenge| challenge.contains(WORD))
            || answer.body.text().contains(WORD))
}
