//! ID tokens, for the vendors that give one to whoever asks for `openid` (OpenID Connect Core section 3.1.3.3).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use ring::hmac;
use serde_json::json;

use super::exchange::Issued;
use super::state::VendorState;

/// How many seconds it is good for.
const LIVES: i64 = 3_600;

/// The ID token about a subject at an issuer. It is authenticated with the client's secret, as section 3.1.3.7 item 8
/// has it: no RSA key can be made here.
pub(super) fn id_token(
    state: &VendorState,
    issued: &Issued,
    issuer: &str,
    subject: &str,
) -> Option<String> {
    let grant = &issued.grant;
    if !grant.scope.iter().any(|scope| scope == "openid") {
        return None;
    }
    let now = Timestamp::now().as_second();
    let claims = json!({
        "iss": issuer,
        "aud": grant.client_id,
        "sub": subject,
        "iat": now,
        "exp": now + LIVES,
        // Section 12.2: one that comes with a refresh has none.
        "nonce": grant.nonce.as_ref().filter(|_| !issued.again),
    });
    let header = json!({ "alg": "HS256", "typ": "JWT" });
    let signed = format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(header.to_string()),
        URL_SAFE_NO_PAD.encode(claims.to_string())
    );
    let secret = state.client(&grant.client_id)?.client_secret.as_ref()?;
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let tag = hmac::sign(&key, signed.as_bytes());
    Some(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(tag)))
}
