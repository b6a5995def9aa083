//! Access tokens that speak for themselves (RFC 9068): who checks the signature asks nobody, so that what the issuer
//! says of such a token does not bind those who accept it.

use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use super::oauth;

/// What is said about a token that its issuer refuses and others may accept.
pub(crate) const WHY: &str = "the issuer refuses it, but it is a signed token that others may accept until it expires; \
     a [probe] at the API that takes it would prove it";

/// Whether somebody may accept the token whatever its issuer says.
pub(crate) fn outlives_its_issuers_word(token: &SecretString) -> bool {
    is_signed(token) && expiry(token).is_none_or(|at| at > Timestamp::now())
}

/// How long a signed token lasts by its own word.
pub(crate) fn lasts(token: &SecretString) -> Option<Duration> {
    let left = expiry(token)?.duration_since(Timestamp::now());
    Duration::try_from(left).ok()
}

/// When it expires (RFC 7519 4.1.4).
fn expiry(token: &SecretString) -> Option<Timestamp> {
    if !is_signed(token) {
        return None;
    }
    let seconds = oauth::claims(token)?.get("exp")?.as_f64()?;
    Timestamp::from_second(seconds as i64).ok()
}

/// Three parts, or five when it is encrypted, the first of which names an algorithm (RFC 7515 3.1, RFC 7516 3.1).
fn is_signed(token: &SecretString) -> bool {
    let parts: Vec<&str> = token.expose_secret().split('.').collect();
    let header = parts
        .first()
        .filter(|_| parts.len() == 3 || parts.len() == 5)
        .and_then(|header| BASE64_URL_SAFE_NO_PAD.decode(header).ok())
        .and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok());
    header.is_some_and(|header| header.get("alg").is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn token(header: &Value, claims: &Value) -> SecretString {
        let part = |json: &Value| BASE64_URL_SAFE_NO_PAD.encode(json.to_string());
        format!("{}.{}.sig", part(header), part(claims)).into()
    }

    #[test]
    fn a_signed_token_outlives_its_issuers_word_until_it_expires() {
        let header = json!({ "alg": "RS256" });
        let now = Timestamp::now().as_second();
        let lasting = token(&header, &json!({ "exp": now + 60 }));
        assert!(outlives_its_issuers_word(&lasting));
        assert_eq!(
            expiry(&lasting),
            Some(Timestamp::from_second(now + 60).unwrap())
        );
        assert!(!outlives_its_issuers_word(&token(
            &header,
            &json!({ "exp": now - 60 })
        )));
        assert!(outlives_its_issuers_word(&token(&header, &json!({}))));
    }

    #[test]
    fn dots_alone_make_no_signed_token() {
        for opaque in ["ya29.a0.xyz", "a.b.c", "00Dxx!AQ.B", "opaque"] {
            assert!(!outlives_its_issuers_word(&opaque.to_owned().into()));
        }
        assert!(!outlives_its_issuers_word(&token(
            &json!({ "v": 1 }),
            &json!({})
        )));
    }
}
