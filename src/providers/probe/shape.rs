//! How a refusal looks, without what differs from token to token.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::domain::trial::Shape;
use crate::providers::http::HttpAnswer;

/// Where error codes stand in the answers of the vendors in the catalog, and of servers that follow RFC 6749 5.2,
/// RFC 9457 or Google's and Microsoft's API guidelines.
const CODES: [&str; 18] = [
    "/error",
    "/error/code",
    "/error/type",
    "/error/status",
    "/error/error_subcode",
    "/error/errors/0/reason",
    "/errors/0/code",
    "/errors/0/type",
    "/errors/0/extensions/code",
    "/error_codes/0",
    "/error_code",
    "/errorCode",
    "/0/errorCode",
    "/ErrorCode",
    "/code",
    "/type",
    "/category",
    "/subCategory",
];

/// A longer text is a sentence, and no code.
const CODE_LENGTH: usize = 64;

/// What of an answer is the same for every token that its vendor does not know.
pub(super) fn of(answer: &HttpAnswer) -> Shape {
    let challenge = answer.challenge.as_deref().unwrap_or_default();
    let header = |name| answer.headers.get(name);
    Shape {
        status: answer.status,
        schemes: schemes(challenge),
        challenge_error: challenge_error(challenge),
        codes: codes(answer),
        content_type: header("content-type").map(essence),
        via: header("via").map(str::to_owned),
    }
}

fn essence(content_type: &str) -> String {
    let essence = content_type.split(';').next().unwrap_or_default();
    essence.trim().to_ascii_lowercase()
}

fn codes(answer: &HttpAnswer) -> BTreeSet<String> {
    let code = |pointer: &&str| {
        let value = match answer.body.at(pointer)? {
            Value::String(text) if is_code(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Bool(flag) => flag.to_string(),
            _ => return None,
        };
        Some(format!("{pointer}={value}"))
    };
    CODES.iter().filter_map(code).collect()
}

fn is_code(text: &str) -> bool {
    !text.is_empty() && text.len() <= CODE_LENGTH && !text.contains(char::is_whitespace)
}

/// The schemes of a challenge (RFC 9110 11.6.1): a token that is followed by a space and a parameter, or stands alone.
fn schemes(challenge: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for part in challenge.split(',') {
        let mut words = part.split_whitespace();
        let Some(first) = words.next() else { continue };
        let is_parameter = first.contains('=') && !first.ends_with("==");
        if !is_parameter && !words.next().is_some_and(|next| next.starts_with('=')) {
            found.insert(first.to_ascii_lowercase());
        }
    }
    found
}

/// The `error` parameter (RFC 6750 3), quoted or not.
fn challenge_error(challenge: &str) -> Option<String> {
    let lower = challenge.to_ascii_lowercase();
    let mut rest = lower.as_str();
    while let Some(at) = rest.find("error") {
        let before = rest.get(..at).unwrap_or_default();
        let after = rest.get(at + "error".len()..).unwrap_or_default();
        if !before.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
            && let Some(value) = after.trim_start().strip_prefix('=')
        {
            let value = value.trim_start().trim_start_matches('"');
            let ends = |c: char| c == '"' || c == ',' || c.is_whitespace();
            return value.split(ends).next().map(str::to_owned);
        }
        rest = after;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn challenges_are_told_by_scheme_and_error() {
        let names = |challenge| schemes(challenge).into_iter().collect::<Vec<_>>().join(" ");
        let bearer =
            "Bearer realm=\"api\", error=\"invalid_token\", error_description=\"revoked, gone\"";
        assert_eq!(challenge_error(bearer).as_deref(), Some("invalid_token"));
        assert!(names(bearer).contains("bearer"));
        assert_eq!(names("Basic realm=\"corporate gateway\""), "basic");
        assert_eq!(names("Negotiate"), "negotiate");
        assert_eq!(names("DPoP algs=\"ES256\", Bearer"), "bearer dpop");
        assert_eq!(
            challenge_error("Bearer error_uri=\"x\", error=insufficient_scope").as_deref(),
            Some("insufficient_scope")
        );
        assert_eq!(challenge_error("Bearer realm=\"error\""), None);
    }
}
