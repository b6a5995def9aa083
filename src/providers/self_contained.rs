//! Access tokens that speak for themselves (RFC 9068): who checks the signature asks nobody, so that what the issuer
//! says of such a token does not bind those who accept it.

use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use super::oauth;

/// What is said about a token that its issuer refuses and others may accept.
pub(crate) const WHY: &str = "the issuer refuses it, but it is a signed token that others may accept until it expires; \
     a [probe] at the API that takes it would prove it";

/// Clocks differ, and whoever accepts a token after its end does so for five minutes at most (Microsoft's default).
const LEEWAY: SignedDuration = SignedDuration::from_mins(5);

/// Whether somebody may accept the token whatever its issuer says.
pub(crate) fn outlives_its_issuers_word(token: &SecretString) -> bool {
    let is_over = |end: Timestamp| Timestamp::now().duration_since(end) > LEEWAY;
    is_sealed_otherwise(token) || (is_signed(token) && !expiry(token).is_some_and(is_over))
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
    let seconds = oauth::claims(&bare(token).into())?.get("exp")?.as_f64()?;
    Timestamp::from_second(seconds as i64).ok()
}

/// Three parts, or five when it is encrypted, the first of which names an algorithm (RFC 7515 3.1, RFC 7516 3.1).
fn is_signed(token: &SecretString) -> bool {
    let parts: Vec<&str> = bare(token).split('.').collect();
    let header = parts
        .first()
        .filter(|_| parts.len() == 3 || parts.len() == 5)
        .and_then(|header| BASE64_URL_SAFE_NO_PAD.decode(header).ok())
        .and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok());
    header.is_some_and(|header| header.get("alg").is_some())
}

/// The token without what some issuers put before it, as in `tok_eyJ…`: a JSON object in base64url begins so.
fn bare(token: &SecretString) -> &str {
    let text = token.expose_secret();
    let begins = text.find("eyJ").unwrap_or_default();
    text.get(begins..).unwrap_or(text)
}

/// PASETO, versions 1 to 4.
fn is_sealed_otherwise(token: &SecretString) -> bool {
    let mut parts = token.expose_secret().split('.');
    let (version, purpose) = (parts.next(), parts.next());
    matches!(version, Some("v1" | "v2" | "v3" | "v4"))
        && matches!(purpose, Some("local" | "public"))
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
        // Some take it a little longer.
        let over = |ago| token(&header, &json!({ "exp": now - ago }));
        assert!(outlives_its_issuers_word(&over(60)));
        assert!(!outlives_its_issuers_word(&over(600)));
        assert!(outlives_its_issuers_word(&token(&header, &json!({}))));
    }

    #[test]
    fn a_prefix_hides_no_signature_and_paseto_is_one() {
        let signed = token(&json!({ "alg": "RS256" }), &json!({}));
        let prefixed = format!("tok_{}", signed.expose_secret());
        for lasting in [prefixed.as_str(), "v4.public.abc", "v2.local.abc.footer"] {
            assert!(
                outlives_its_issuers_word(&lasting.to_owned().into()),
                "{lasting}"
            );
        }
        assert!(!outlives_its_issuers_word(
            &"v5.public.abc".to_owned().into()
        ));
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
