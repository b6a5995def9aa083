//! The ID token's claims. It comes straight from the token endpoint over TLS, so that its signature need not be
//! checked (OpenID Connect Core 3.1.3.7, 6); issuer, audience and nonce are.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

/// Why an ID token is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdTokenError {
    /// It is not a JWT.
    #[error("the ID token cannot be read")]
    Unreadable,
    /// There is none, though `openid` was asked for.
    #[error("there is no ID token in the answer, though openid was asked for")]
    Missing,
    /// It was issued by somebody else.
    #[error("the ID token names another issuer")]
    OtherIssuer,
    /// It was issued for somebody else.
    #[error("the ID token was issued to another client")]
    OtherAudience,
    /// It belongs to another flow.
    #[error("the nonce of the ID token does not belong to this authorization")]
    WrongNonce,
}

pub(super) fn check(
    token: Option<&SecretString>,
    issuer: Option<&str>,
    client_id: &str,
    nonce: Option<&str>,
) -> Result<(), IdTokenError> {
    let claims = claims(token.ok_or(IdTokenError::Missing)?).ok_or(IdTokenError::Unreadable)?;
    if let Some(issuer) = issuer
        && claims.get("iss").and_then(Value::as_str) != Some(issuer)
    {
        return Err(IdTokenError::OtherIssuer);
    }
    let is_for_us = match claims.get("aud") {
        Some(Value::String(one)) => one == client_id,
        Some(Value::Array(several)) => several.iter().any(|one| one == client_id),
        _ => false,
    };
    if !is_for_us {
        return Err(IdTokenError::OtherAudience);
    }
    if nonce.is_some() && claims.get("nonce").and_then(Value::as_str) != nonce {
        return Err(IdTokenError::WrongNonce);
    }
    Ok(())
}

/// What a JWT says, unchecked.
pub(crate) fn claims(token: &SecretString) -> Option<Value> {
    let payload = token.expose_secret().split('.').nth(1)?;
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn token(claims: &Value) -> SecretString {
        format!(
            "e30.{}.sig",
            BASE64_URL_SAFE_NO_PAD.encode(claims.to_string())
        )
        .into()
    }

    #[test]
    fn issuer_audience_and_nonce_have_to_be_ours() {
        let issuer = "https://as.example";
        let check = |claims: Value| check(Some(&token(&claims)), Some(issuer), "me", Some("n-1"));
        assert_eq!(
            check(json!({ "iss": issuer, "aud": ["me", "you"], "nonce": "n-1" })),
            Ok(())
        );
        assert_eq!(
            check(json!({ "iss": issuer, "aud": "you", "nonce": "n-1" })),
            Err(IdTokenError::OtherAudience)
        );
        assert_eq!(
            check(json!({ "iss": issuer, "aud": "me", "nonce": "n-2" })),
            Err(IdTokenError::WrongNonce)
        );
        assert_eq!(
            check(json!({ "iss": "x", "aud": "me", "nonce": "n-1" })),
            Err(IdTokenError::OtherIssuer)
        );
    }

    #[test]
    fn what_is_no_jwt_is_refused() {
        assert_eq!(
            check(Some(&"abc".to_owned().into()), None, "me", Some("n")),
            Err(IdTokenError::Unreadable)
        );
        assert_eq!(
            check(None, None, "me", Some("n")),
            Err(IdTokenError::Missing)
        );
    }
}
